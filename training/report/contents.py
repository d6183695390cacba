"""What the report is made of: the measured rows of each field, and what is known of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.bundle import TriageModel
from features.guarantees import Guarantee
from features.policy import Policy
from features.records import Customer, CustomerValue, Decision, FieldPrediction, Prediction
from features.taxonomy import Field
from training.dataset import Dataset
from training.evaluate import holds
from training.outside import ScopeFigures, parted, scope_figures
from training.report.baselines import Measures, baselines
from training.report.grades import Grades, grades, policy_of
from training.score import values_of

if TYPE_CHECKING:
    from training.curve import Curve


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked of a report. paths: files to write it to, besides MLflow's. full: the slow parts too.
    customers: for grades and slices by tier; their value is that of today."""

    paths: tuple[Path, ...] = ()
    full: bool = False
    customers: tuple[Customer, ...] = ()
    today: date | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One measured row, beside its labels. words: what is read of it."""

    words: str
    language: str
    channel: str | None
    tier: str | None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The measured rows of one field that have a label.

    truth: their labels, said: the answers, samples: the rows, all in one order. figures: as
    training.evaluate gives them. beside: name of a simpler way -> its figures on the same rows.
    """

    field: Field
    truth: tuple[str, ...]
    said: tuple[FieldPrediction, ...]
    samples: tuple[Sample, ...]
    figures: Mapping[str, Any]
    guarantee: Guarantee | None
    beside: Mapping[str, Measures]
    curve: Curve | None = None

    def __len__(self) -> int:
        return len(self.truth)

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The label answered to each row."""
        return tuple(each.label for each in self.said)

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """The probability of each answer."""
        return np.array([each.confidence for each in self.said])

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether each answer is the row's label."""
        return np.array([a == b for a, b in zip(self.truth, self.answers, strict=True)])

    @cached_property
    def held(self) -> NDArray[np.bool_]:
        """Whether each answer holds, which one above the true leaf does: what confidence is about."""
        return holds(self.truth, self.answers, self.field)

    @cached_property
    def alone(self) -> NDArray[np.bool_]:
        """Whether each answer reached its threshold, so that it could stand without a person."""
        return np.array(
            [each.threshold is not None and each.decision is not Decision.REVIEW for each in self.said]
        )


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All that a report tells. rows: that were measured; learnt: that the model was fitted on. how: the rows
    were chosen. policy_fits: whether the policy and the labels meet."""

    fields: tuple[Measured, ...]
    rows: int
    learnt: int | None
    how: str
    model: str
    encoder: str
    scope: ScopeFigures | None
    grades: Grades | None
    policy_fits: bool
    first: str

    @property
    def metrics(self) -> dict[str, float]:
        """What MLflow is told beside the figures of training.evaluate: the baselines and the grades."""
        found = {
            f"{each.field.code}.{name}_{measure}": float(value)
            for each in self.fields
            for name, measures in each.beside.items()
            for measure, value in vars(measures).items()
            if value is not None
        }
        graded = self.grades.figures if self.grades is not None else {}
        return found | {f"grade.{name}": float(value) for name, value in graded.items()}


def gather(
    model: TriageModel,
    dataset: Dataset,
    *,
    figures: Mapping[str, Mapping[str, Any]],
    how: str,
    learnt: Dataset | None = None,
    policy: Path | None = None,
    wanted: Wanted | None = None,
    predictions: Sequence[Prediction] | None = None,
) -> Contents:
    """Put together what is told of a model on rows it did not see.

    figures: of training.evaluate on the same rows. learnt: the rows it was fitted on, where they are at
    hand; without them there are no baselines but the majority. policy: its file, None for the packaged one.
    predictions: of the rows in scope, where they are at hand.
    """
    wanted, known = wanted or Wanted(), None if learnt is None else parted(learnt)[0]
    inside = parted(dataset)[0]
    predictions = model.predict(inside.requests) if predictions is None else predictions
    graded_by = policy_of(policy, model)
    values = _values(wanted, graded_by or Policy.default())
    samples = [_sample(inside, i, each, values) for i, each in enumerate(predictions)]
    fields = {code: model.taxonomy.field(code) for code in figures}
    beside = baselines(known, inside, fields) if known is not None else {}
    measured = [
        _measured(
            model,
            inside,
            predictions,
            samples,
            each,
            figures=figures[code],
            beside=beside.get(code, {}),
            curve=_curve(known, inside, each, model) if wanted.full and known is not None else None,
        )
        for code, each in fields.items()
    ]
    return Contents(
        fields=tuple(measured),
        rows=len(inside),
        learnt=None if learnt is None else len(learnt),
        how=how,
        model=f"{model.reference.name} {model.reference.version}",
        encoder=model.manifest.encoder_name,
        scope=scope_figures(model, dataset),
        grades=grades(model, inside, predictions, policy=graded_by, values=values),
        policy_fits=graded_by is not None,
        first="zh" if 2 * sum(each.language == "zh" for each in samples) > len(samples) else "en",
    )


def _measured(
    model: TriageModel,
    dataset: Dataset,
    predictions: Sequence[Prediction],
    samples: Sequence[Sample],
    field: Field,
    **told: Any,
) -> Measured:
    rows = dataset.labelled(field.code)
    made = model.manifest.guarantees.get(field.code)
    return Measured(
        field=field,
        truth=tuple(str(dataset.labels[field.code][i]) for i in rows),
        said=tuple(predictions[i].fields[field.code] for i in rows),
        samples=tuple(samples[i] for i in rows),
        guarantee=None if made is None else Guarantee.of(made),
        **told,
    )


def _sample(dataset: Dataset, i: int, said: Prediction, values: Mapping[str, CustomerValue]) -> Sample:
    request = dataset.requests[i]
    value = values.get(request.customer_id or "")
    return Sample(
        words=dataset.words[i],
        language=said.language,
        channel=request.channel,
        tier=value.tier if value is not None else None,
    )


def _curve(learnt: Dataset, measured: Dataset, field: Field, model: TriageModel) -> Curve:
    from training.curve import (
        learning_curve,
    )  # it reads cold starts, which read training.train, which reads this

    return learning_curve(learnt, measured, field, encoder=model.encoder, seed=model.manifest.seed)


def _values(wanted: Wanted, policy: Policy) -> Mapping[str, CustomerValue]:
    if not wanted.customers or wanted.today is None:
        return {}
    return values_of(wanted.customers, policy, today=wanted.today)
