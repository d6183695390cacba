"""Figures of a hierarchy: each level by itself, and one that counts what is partly right."""

from __future__ import annotations

import pytest

from features.taxonomy import infer
from training import levels

FIELD = infer({"c": ["a/x/1", "a/x/2", "a/y", "b/z"]}).field("c")


def test_each_level_is_measured_over_the_rows_that_reach_it() -> None:
    truth = ["a/x/1", "a/x/2", "a/y", "b/z"]
    answers = ["a/x/1", "a/x/1", "a", "a/y"]
    found = levels.figures(truth, answers, FIELD)
    assert found["top_accuracy"] == 0.75
    assert found["levels"] == {
        "1": {"n": 4, "accuracy": 0.75},
        "2": {"n": 4, "accuracy": 0.5},
        "3": {"n": 2, "accuracy": 0.5},
    }
    assert found["stopped_above"] == 0.25
    # shared labels 3 + 2 + 1 + 0 of 3 + 3 + 2 + 2 true and 3 + 3 + 1 + 2 answered ones
    assert found["hierarchical_f1"] == pytest.approx(2 * 6 / 19)
    assert levels.sentences({"c": found}) == [
        "c: accuracy level 1 0.750 (4), level 2 0.500 (4), level 3 0.500 (2); hierarchical F1 0.632."
    ]


def test_a_flat_field_has_no_such_figures() -> None:
    flat = infer({"c": ["p", "q"]}).field("c")
    assert levels.figures(["p"], ["q"], flat) == {}
    assert levels.sentences({"c": {"accuracy": 0.5}}) == []
