"""Figures, checked against cases one can count by hand."""

from __future__ import annotations

import pytest

from features import taxonomy
from features.records import Decision, FieldPrediction
from features.taxonomy import Taxonomy
from training.evaluate import by_language, field_figures, flat, table

URGENCY = Taxonomy.default().field("urgency")


def said(label: str, confidence: float = 0.8, *, threshold: float | None = None) -> FieldPrediction:
    reached = threshold is None or confidence >= threshold
    return FieldPrediction(
        label=label,
        confidence=confidence,
        decision=Decision.SUGGEST if reached else Decision.REVIEW,
        threshold=threshold,
        probabilities={label: confidence, "another": 1 - confidence},
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


def test_an_answer_too_low_costs_twice_one_too_high() -> None:
    low = field_figures(["urgent", "urgent"], [said("routine"), said("urgent")], URGENCY)
    high = field_figures(["routine", "urgent"], [said("urgent"), said("urgent")], URGENCY)
    assert (low["expected_cost"], high["expected_cost"]) == (1.0, 0.5)


def test_what_reached_its_cutoff_has_figures_of_its_own() -> None:
    answers = [
        said("urgent", 0.9, threshold=0.8),
        said("urgent", 0.9, threshold=0.8),
        said("routine", 0.7, threshold=0.8),
    ]
    figures = field_figures(["urgent", "routine", "routine"], answers, URGENCY)
    assert figures["coverage"] == pytest.approx(2 / 3)
    assert figures["automatic_precision"] == 0.5
    without = field_figures(["urgent"], [said("urgent")], URGENCY)
    assert without["coverage"] == 0.0
    assert "automatic_precision" not in without


def test_each_language_with_enough_rows_has_figures_of_its_own() -> None:
    truth, answers = ["urgent"] * 80, [said("urgent")] * 40 + [said("routine")] * 40
    found = by_language(truth, answers, ["zh"] * 40 + ["en"] * 30 + ["other"] * 10, URGENCY)
    assert set(found) == {"zh", "en"}
    assert found["zh"]["accuracy"] == 1.0
    assert found["zh"]["ece"] == pytest.approx(0.2)
    assert found["zh"]["brier"] == pytest.approx(0.08)
    assert found["en"]["accuracy"] == 0.0


def test_an_answer_above_the_leaf_holds_where_the_true_leaf_is_below_it() -> None:
    field = taxonomy.infer({"kind": ["card/pin", "card/lost", "cash/fee"]}, separator="/").field("kind")
    answers = [said("card", 0.9, threshold=0.8), said("cash", 0.9, threshold=0.8)]
    figures = field_figures(["card/pin", "card/lost"], answers, field)
    assert figures["automatic_precision"] == 0.5
    assert figures["ece"] == pytest.approx(0.5)  # without it 0.9
    assert figures["accuracy"] == 0.0


def test_kappa_is_1_where_all_agree_on_one_label() -> None:
    assert field_figures(["urgent"] * 3, [said("urgent")] * 3, URGENCY)["qwk"] == 1.0


def test_a_nominal_field_has_no_kappa() -> None:
    figures = field_figures(["billing"], [said("billing")], Taxonomy.default().field("type"))
    assert "qwk" not in figures
    assert "qwk" in table({"urgency": figures | {"qwk": 0.5}})


def test_metrics_for_mlflow_are_flat_numbers() -> None:
    figures = {"urgency": field_figures(["urgent"], [said("urgent")], URGENCY)}
    assert flat(figures)["urgency.accuracy"] == 1.0
    assert not any("per_class" in name for name in flat(figures))
