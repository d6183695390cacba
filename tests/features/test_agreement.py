"""Shares with intervals, and kappa, against figures worked out elsewhere."""

from __future__ import annotations

import pytest
from sklearn.metrics import cohen_kappa_score

from features.agreement import kappa, share_of, wilson

PAIRS = [
    ("low", "low"),
    ("low", "medium"),
    ("high", "high"),
    ("medium", "high"),
    ("low", "high"),
    ("low", "low"),
]
LABELS = ("low", "medium", "high")


def test_wilsons_interval_is_the_published_one():
    """Newcombe (1998), table I: 81 of 263 and 0 of 20."""
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_weights_correct_for_an_unequal_draw():
    """Hits were drawn twice as often as misses: each counts half."""
    share = share_of([True, True, False], weights=[2.0, 2.0, 4.0])
    assert share is not None
    assert share.share == 0.5
    assert share.number == pytest.approx(64 / 24)
    assert share.low < 0.5 < share.high


def test_a_share_of_nothing_is_none():
    assert share_of([]) is None


@pytest.mark.parametrize(("ordered", "weights"), [(False, None), (True, "quadratic")])
def test_kappa_is_scikit_learns(ordered, weights):
    firsts, seconds = zip(*PAIRS, strict=True)
    known = cohen_kappa_score(firsts, seconds, labels=LABELS, weights=weights)
    assert kappa(PAIRS, labels=LABELS, ordered=ordered) == pytest.approx(known)


@pytest.mark.parametrize("pairs", [[], [("low", "low")] * 5])
def test_kappa_is_none_where_chance_says_it_all(pairs):
    assert kappa(pairs, labels=LABELS, ordered=True) is None


def test_a_label_that_is_no_longer_known_still_counts():
    assert kappa([("low", "old"), ("low", "low")], labels=LABELS, ordered=False) == 0
