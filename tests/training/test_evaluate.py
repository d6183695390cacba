"""Figures, checked against cases one can count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from features.records import Decision, FieldPrediction
from features.taxonomy import Taxonomy
from training.evaluate import expected_calibration_error, field_figures, flat, table
from training.heads import fit_temperature

URGENCY = Taxonomy.default().field("urgency")


def said(label: str, confidence: float = 0.8) -> FieldPrediction:
    return FieldPrediction(
        label=label, confidence=confidence, decision=Decision.SUGGEST, threshold=None, probabilities={}
    )


def test_figures_of_an_ordered_field() -> None:
    truth = ["urgent", "urgent", "routine", "long_term"]
    figures = field_figures(truth, [said(x) for x in ["urgent", "long_term", "routine", "routine"]], URGENCY)
    assert figures["n"] == 4
    assert figures["accuracy"] == 0.5
    assert figures["majority_accuracy"] == 0.5
    assert figures["within_one"] == 0.75
    assert figures["per_class"]["urgent"] == {
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
        "support": 2,
    }
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert figures["ece"] == pytest.approx((0.2 + 0.8 + 0.2 + 0.8) / 4)  # four rows, four bins


def test_kappa_is_1_where_all_agree_on_one_label() -> None:
    assert field_figures(["urgent"] * 3, [said("urgent")] * 3, URGENCY)["qwk"] == 1.0


def test_a_nominal_field_has_no_kappa() -> None:
    figures = field_figures(["billing"], [said("billing")], Taxonomy.default().field("type"))
    assert "qwk" not in figures
    assert "qwk" in table({"urgency": figures | {"qwk": 0.5}})


def test_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    right = np.array([True] * 9 + [False] + [True] * 6 + [False] * 4)
    assert expected_calibration_error(confidence, right, bins=2) == pytest.approx(0.0)
    assert expected_calibration_error(confidence, np.ones(20, bool), bins=2) == pytest.approx(0.25)


def test_metrics_for_mlflow_are_flat_numbers() -> None:
    figures = {"urgency": field_figures(["urgent"], [said("urgent")], URGENCY)}
    assert flat(figures)["urgency.accuracy"] == 1.0
    assert not any("per_class" in name for name in flat(figures))


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
def test_the_temperature_undoes_a_scale(scale: float) -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(20_000, 3))
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(3, p=row) for row in chances])
    assert fit_temperature(scores * scale, labels) == pytest.approx(scale, rel=0.05)
