"""Rows that are labelled as out of scope: examples of what the model is to leave alone, learnt by no head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.bundle import TriageModel
from training.dataset import Dataset

LABELS = frozenset({"oos", "out_of_scope"})
"""Labels, in any field, that say a request is none of what the field knows."""


@dataclass(frozen=True, kw_only=True)
class ScopeFigures:
    """How well a model knows its own scope.

    inside, outside: rows of either kind. false_alarms: the share of those inside that it calls out of scope.
    recall: the share of those outside that it calls so, and auroc, the chance that one outside scores higher
    than one inside; None where no row is outside, auroc also where the model measures no distance.
    """

    inside: int
    outside: int
    false_alarms: float
    recall: float | None
    auroc: float | None


def parted(dataset: Dataset) -> tuple[Dataset, Dataset]:
    """The rows to learn labels from, and those labelled out of scope."""
    columns = list(dataset.labels.values())
    outside = [any(column[i] in LABELS for column in columns) for i in range(len(dataset))]
    if not any(outside):
        return dataset, dataset.rows([])
    return (
        dataset.rows([i for i, out in enumerate(outside) if not out]),
        dataset.rows([i for i, out in enumerate(outside) if out]),
    )


def scope_figures(model: TriageModel, dataset: Dataset) -> ScopeFigures | None:
    """The figures of rows that the model did not see; None without rows in scope, or a model without one."""
    inside, outside = (part.words for part in parted(dataset))
    if model.scope is None or not inside:
        return None
    near = model.scope.judge(inside, model.encoder.encode(inside))
    far = model.scope.judge(outside, model.encoder.encode(outside)) if outside else []
    scored = [(each.score, is_far) for part, is_far in ((near, 0), (far, 1)) for each in part]
    return ScopeFigures(
        inside=len(near),
        outside=len(far),
        false_alarms=float(np.mean([each.why is not None for each in near])),
        recall=float(np.mean([each.why is not None for each in far])) if far else None,
        auroc=_auroc([(score, is_far) for score, is_far in scored if score is not None]),
    )


def sentence(figures: ScopeFigures) -> str:
    """The figures in a sentence."""
    told = f"Of {figures.inside} rows held back, {figures.false_alarms:.1%} are called out of scope"
    if figures.recall is None:
        return f"{told}."
    more = "" if figures.auroc is None else f" (AUROC {figures.auroc:.3f})"
    return f"{told}; of {figures.outside} labelled out of scope, {figures.recall:.1%}{more}."


def _auroc(scored: list[tuple[float, int]]) -> float | None:
    from sklearn.metrics import roc_auc_score

    if len({is_far for _, is_far in scored}) < 2:
        return None
    return float(roc_auc_score([is_far for _, is_far in scored], [score for score, _ in scored]))
