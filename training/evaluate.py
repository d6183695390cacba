"""How good a model is on labelled rows, with the majority's accuracy beside every figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.bundle import TriageModel
from features.records import FieldPrediction
from features.taxonomy import Field
from training.dataset import Dataset

BINS = 15


def evaluate(model: TriageModel, dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Field -> figures, for each field that the model predicts and the rows have labels of.

    Figures: n, accuracy, macro_f1 (over labels in the rows), majority_accuracy, per_class, ece; and for
    ordered fields qwk and within_one. Fields without a labelled row are left out.
    """
    predictions = model.predict(dataset.requests)
    figures = {}
    for code in dataset.labels:
        rows = dataset.labelled(code) if code in model.heads else []
        if rows:
            truth = [str(dataset.labels[code][i]) for i in rows]
            said = [predictions[i].fields[code] for i in rows]
            figures[code] = field_figures(truth, said, model.taxonomy.field(code))
    return figures


def field_figures(truth: Sequence[str], said: Sequence[FieldPrediction], field: Field) -> dict[str, Any]:
    """The figures of one field; see `evaluate`."""
    from sklearn.metrics import precision_recall_fscore_support

    answers = [each.label for each in said]
    labels = sorted(set(truth), key=_order(field))
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, answers, labels=labels, zero_division=0
    )
    right = np.array([a == b for a, b in zip(truth, answers, strict=True)])
    figures: dict[str, Any] = {
        "n": len(truth),
        "accuracy": float(right.mean()),
        "macro_f1": float(f1.mean()),
        "majority_accuracy": Counter(truth).most_common(1)[0][1] / len(truth),
        "per_class": {
            label: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "support": int(support[i]),
            }
            for i, label in enumerate(labels)
        },
        "ece": expected_calibration_error(np.array([each.confidence for each in said]), right),
    }
    if field.ordered:
        figures |= _ordered(truth, answers, field)
    return figures


def expected_calibration_error(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], *, bins: int = BINS
) -> float:
    """Top-label ECE over bins of equal mass (Naeini et al. 2015; Nixon et al. 2019 on equal mass)."""
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(confidence[part].mean() - right[part].mean()) for part in parts]
    return float(sum(gaps) / len(confidence))


def flat(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """The figures as MLflow metrics: `urgency.qwk` and so on, per class left to the report."""
    return {
        f"{code}.{name}": float(value)
        for code, each in figures.items()
        for name, value in each.items()
        if isinstance(value, int | float)
    }


def table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """The figures as a table for a terminal."""
    names = ["n", "accuracy", "majority_accuracy", "macro_f1", "ece", "qwk", "within_one"]
    lines = [f"{'field':<12}" + "".join(f"{name.replace('_accuracy', ''):>12}" for name in names)]
    for code, each in figures.items():
        cells = [_cell(each.get(name)) for name in names]
        lines.append(f"{code:<12}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _order(field: Field) -> Any:
    codes = field.codes
    return lambda label: codes.index(label) if label in codes else len(codes)


def _ordered(truth: Sequence[str], answers: Sequence[str], field: Field) -> dict[str, float]:
    from sklearn.metrics import cohen_kappa_score

    place = {label: i for i, label in enumerate(field.codes)}
    a, b = np.array([place[x] for x in truth]), np.array([place[x] for x in answers])
    same = len(set(a.tolist()) | set(b.tolist())) < 2
    kappa = 1.0 if same else float(cohen_kappa_score(a, b, weights="quadratic", labels=range(len(place))))
    return {"qwk": kappa, "within_one": float((abs(a - b) <= 1).mean())}
