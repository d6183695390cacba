"""Measured rows made by hand, whose figures one can count, and the report of a fitted model."""

from __future__ import annotations

from collections.abc import Sequence

from features.bundle import TriageModel
from features.guarantees import Guarantee, LabelGuarantee, Rule
from features.records import Decision, FieldPrediction
from features.taxonomy import Field, infer
from training import evaluate, report
from training.dataset import Dataset
from training.report.contents import Measured, Sample

PLAIN = infer({"kind": ["a", "b", "c"]}).field("kind")


def answer(label: str, confidence: float, *, threshold: float | None = None) -> FieldPrediction:
    """An answer, the rest of its probability with `z`."""
    alone = threshold is not None and confidence >= threshold
    return FieldPrediction(
        label=label,
        confidence=confidence,
        decision=Decision.SUGGEST if alone else Decision.REVIEW,
        threshold=threshold,
        probabilities={label: confidence, "z": 1 - confidence},
    )


def measured(
    truth: Sequence[str],
    said: Sequence[FieldPrediction],
    *,
    field: Field = PLAIN,
    words: Sequence[str] = (),
    guarantee: Guarantee | None = None,
    channels: Sequence[str | None] = (),
) -> Measured:
    """The rows of a field, as the report reads them."""
    texts = list(words) or [f"request {i}" for i in range(len(truth))]
    places = list(channels) or [None] * len(truth)
    return Measured(
        field=field,
        truth=tuple(truth),
        said=tuple(said),
        samples=tuple(
            Sample(words=each, language="en", channel=place, tier=None)
            for each, place in zip(texts, places, strict=True)
        ),
        figures=evaluate.field_figures(truth, said, field),
        guarantee=guarantee,
        beside={},
    )


def promise(cutoff: float | None) -> Guarantee:
    """A guarantee of three labels with one cutoff."""
    rule = Rule.REVIEW if cutoff is None else Rule.FIELD
    label = LabelGuarantee(rule=rule, target=0.9, cutoff=cutoff, predicted=50, automatic=40, right=39)
    held = cutoff is not None
    return Guarantee(
        target=0.9,
        rows=150,
        coverage=0.8 if held else 0.0,
        precision=0.975 if held else None,
        lower_bound=0.92 if held else None,
        labels=dict.fromkeys("abc", label),
        data_hash="x",
    )


def reported(model: TriageModel, rows: Dataset, learnt: Dataset | None) -> report.Contents:
    """What a report tells of a model on some rows."""
    predictions = model.predict(rows.requests)
    figures = evaluate.evaluate(model, rows, predictions=predictions)
    return report.gather(
        model, rows, figures=figures, how="the latest fifth held back", learnt=learnt, predictions=predictions
    )
