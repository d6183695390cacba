"""How good a model is on labelled rows, with the majority's accuracy beside every figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.bundle import TriageModel
from features.records import Decision, FieldPrediction, Prediction
from features.taxonomy import Field
from training import levels
from training.dataset import Dataset
from training.ordered import expected_cost, kappa
from training.outside import parted
from training.reliability import brier, calibration_interval, expected_calibration_error

FEWEST_OF_A_LANGUAGE = 30
"""Rows of a language from which on it has figures of its own."""


def evaluate(
    model: TriageModel, dataset: Dataset, *, predictions: Sequence[Prediction] | None = None
) -> dict[str, dict[str, Any]]:
    """Field -> figures, for each field that the model predicts and the rows have labels of.

    Figures: n, accuracy, macro_f1 (over labels in the rows), majority_accuracy, per_class; ece with its 95 %
    interval ece_low, ece_high, brier, and these by language where there are several; coverage, the share
    that reached its cutoff, and automatic_precision, the share of these that holds (see `holds`); for
    ordered fields qwk, within_one and expected_cost; for fields with levels those of `training.levels`.
    Fields without a labelled row are left out, and rows labelled out of scope (see training.outside).
    predictions: the model's of the rows in scope, where they are at hand.
    """
    dataset = parted(dataset)[0]
    predictions = model.predict(dataset.requests) if predictions is None else predictions
    figures = {}
    for code in dataset.labels:
        rows = dataset.labelled(code) if code in model.heads else []
        if rows:
            truth = [str(dataset.labels[code][i]) for i in rows]
            said = [predictions[i].fields[code] for i in rows]
            figures[code] = field_figures(truth, said, model.taxonomy.field(code))
            spoken = [predictions[i].language for i in rows]
            figures[code] |= {"languages": by_language(truth, said, spoken, model.taxonomy.field(code))}
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
    held = holds(truth, answers, field)
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
        **_trust(truth, said, held),
        **_automatic(said, held),
    }
    if field.ordered:
        figures |= _ordered(truth, answers, field)
    return figures | levels.figures(truth, answers, field)


def holds(truth: Sequence[str], answers: Sequence[str], field: Field) -> NDArray[np.bool_]:
    """Whether each answer holds: it is the true label, or one above it where the model answered on a level
    above. It is this that a confidence and a promise are about; accuracy asks for the label itself."""
    return np.array([a == b or a in field.path(b) for b, a in zip(truth, answers, strict=True)])


def by_language(
    truth: Sequence[str], said: Sequence[FieldPrediction], spoken: Sequence[str], field: Field
) -> dict[str, dict[str, float]]:
    """Language -> n, accuracy, ece and brier, for each language with FEWEST_OF_A_LANGUAGE rows."""
    found = {}
    for name, count in sorted(Counter(spoken).items()):
        if count >= FEWEST_OF_A_LANGUAGE:
            rows = [i for i, each in enumerate(spoken) if each == name]
            true, here = [truth[i] for i in rows], [said[i] for i in rows]
            right = [label == each.label for label, each in zip(true, here, strict=True)]
            trust = _trust(true, here, holds(true, [each.label for each in here], field))
            found[name] = {"n": count, "accuracy": float(np.mean(right)), **trust}
    return found


def _trust(
    truth: Sequence[str], said: Sequence[FieldPrediction], right: NDArray[np.bool_]
) -> dict[str, float]:
    confidence = np.array([each.confidence for each in said])
    shares = [np.fromiter(each.probabilities.values(), dtype=np.float64) for each in said]
    widest = max((len(each) for each in shares), default=0)
    padded = np.array([np.pad(each, (0, widest - len(each))) for each in shares])
    of_truth = np.array([each.probabilities.get(label, 0.0) for label, each in zip(truth, said, strict=True)])
    low, high = calibration_interval(confidence, right)
    return {
        "ece": expected_calibration_error(confidence, right),
        "ece_low": low,
        "ece_high": high,
        "brier": brier(padded, of_truth),
    }


def _automatic(said: Sequence[FieldPrediction], right: NDArray[np.bool_]) -> dict[str, float]:
    """Coverage and precision of what reached its cutoff; no precision where nothing did."""
    reached = np.array([each.threshold is not None and each.decision is not Decision.REVIEW for each in said])
    found = {"coverage": float(reached.mean())}
    return found | ({"automatic_precision": float(right[reached].mean())} if reached.any() else {})


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
    names = {"n": "n", "accuracy": "accuracy", "majority_accuracy": "majority", "macro_f1": "macro_f1"}
    names |= {"ece": "ece", "qwk": "qwk", "within_one": "within_one"}
    names |= {"coverage": "alone", "automatic_precision": "right alone"}
    lines = [f"{'field':<12}" + "".join(f"{name:>12}" for name in names.values())]
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
    place = {label: i for i, label in enumerate(field.codes)}
    a, b = np.array([place[x] for x in truth]), np.array([place[x] for x in answers])
    return {
        "qwk": kappa(a, b, labels=len(place)),
        "within_one": float((abs(a - b) <= 1).mean()),
        "expected_cost": expected_cost(a, b),
    }
