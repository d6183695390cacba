"""Parents' probabilities are sums, and the deepest that is sure enough is answered."""

from __future__ import annotations

import numpy as np
import pytest

from features.hierarchy import Levels, rolled_up
from features.taxonomy import infer

FIELD = infer({"c": ["a/x/1", "a/x/2", "a/y", "b/z", "a"]}).field("c")
LABELS = ("a", "a/x/1", "a/x/2", "a/y", "b/z")
SHARES = (0.05, 0.3, 0.25, 0.1, 0.3)


def test_sums_run_upwards_and_count_what_a_parent_carries_itself() -> None:
    found = rolled_up(dict(zip(LABELS, SHARES, strict=True)), FIELD)
    assert found["a/x"] == pytest.approx(0.55)
    assert found["a"] == pytest.approx(0.7)
    assert found["b"] == pytest.approx(0.3)
    assert found["a/x/1"] == pytest.approx(0.3)
    assert found["a"] + found["b"] == pytest.approx(1)


def test_levels_give_the_same_sums_by_row_and_by_column() -> None:
    levels = Levels.of(LABELS, FIELD)
    parents = levels.parents(SHARES)
    by_row = rolled_up(dict(zip(LABELS, SHARES, strict=True)), FIELD)
    assert parents == pytest.approx({code: by_row[code] for code in ("a", "a/x", "b")})
    sums = levels.sums(np.array([SHARES, SHARES]))
    assert {code: column.tolist() for code, column in sums.items()} == {
        code: pytest.approx([share, share]) for code, share in parents.items()
    }


def test_a_flat_field_has_no_parents() -> None:
    flat = infer({"c": ["p", "q"]}).field("c")
    assert Levels.of(("p", "q"), flat).parents((0.4, 0.6)) == {}
    assert rolled_up({"p": 0.4, "q": 0.6}, flat) == {"p": 0.4, "q": 0.6}


def test_the_deepest_label_over_its_threshold_is_answered_and_of_equals_the_likeliest() -> None:
    levels = Levels.of(LABELS, FIELD)
    parents = levels.parents(SHARES)
    assert levels.fallback(parents, {"a": 0.6, "a/x": 0.5, "b": 0.1}) == ("a/x", 0.5)
    assert levels.fallback(parents, {"a": 0.6, "a/x": 0.9, "b": 0.1}) == ("a", 0.6)
    assert levels.fallback(parents, {"a": 0.9, "a/x": None, "b": 0.9}) is None
    assert levels.fallback(parents, {}) is None
