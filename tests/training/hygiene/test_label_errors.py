"""Wrong labels are found by a model that did not see them; a field that texts do not tell is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from features.encoder import Encoder, HashEncoder
from tests.training.hygiene.sheets import codes, sheet, the, themed
from training.hygiene import folds
from training.hygiene.confident import disbelief
from training.hygiene.label_errors import MOST_LABELS, check_label_errors
from training.hygiene.listing import in_order

ROWS = 240


def test_a_label_is_doubted_where_another_reaches_its_own_threshold() -> None:
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.3, 0.7], [0.1, 0.9]])
    found = disbelief(chances, np.array([0, 0, 0, 1, 1]))
    assert found.likely.tolist() == [-1, -1, 1, -1, -1]  # thresholds (0.63, 0.8)
    assert found.trust.tolist() == [0.9, 0.8, 0.2, 0.7, 0.9]
    assert found.share == pytest.approx((3 * 1 / 3 + 0) / 5)


def test_a_label_that_is_hard_to_tell_needs_less_to_be_believed() -> None:
    chances = np.array([[0.95, 0.05], [0.95, 0.05], [0.6, 0.4], [0.62, 0.38]])
    found = disbelief(chances, np.array([0, 0, 1, 1]))
    assert found.likely.tolist() == [-1, -1, -1, -1]


@pytest.mark.parametrize("encoder", [None, HashEncoder()], ids=["characters", "vectors"])
def test_planted_errors_are_among_the_first_rows(encoder: Encoder | None) -> None:
    words, truth = themed(ROWS)
    names = sorted(set(truth))
    planted = np.random.default_rng(3).choice(ROWS, 12, replace=False).tolist()
    labels = list(truth)
    for i in planted:
        labels[i] = names[(names.index(truth[i]) + 1) % 4]
    checked = check_label_errors(sheet(words, type=labels), encoder=encoder, seed=0)
    first = in_order(checked.doubts)[: ROWS // 10]
    assert len({each.row for each in first} & set(planted)) >= 11
    assert all(each.suggested == truth[each.row] for each in first if each.row in planted)
    assert the(checked, "label_errors").numbers["share"] == pytest.approx(0.05, abs=0.03)
    assert the(checked, "told").numbers["right"] > 0.85


def test_labels_that_have_nothing_to_do_with_the_texts_are_told_and_not_doubted() -> None:
    words, _ = themed(ROWS)
    labels = [str(each) for each in np.random.default_rng(0).integers(0, 3, ROWS)]
    checked = check_label_errors(sheet(words, urgency=labels), encoder=None, seed=0)
    assert codes(checked) == ["hardly_told"]
    assert checked.doubts == ()


def test_small_fields_and_empty_cells_are_passed_over() -> None:
    words, labels = themed(ROWS)
    rare = [*labels[:-1], "once"]
    checked = check_label_errors(
        sheet(words, type=rare, few=["a", "b"] + [None] * (ROWS - 2)), encoder=None, seed=0
    )
    assert {each.field for each in checked.findings} == {"type"}
    assert "once" not in {each.label for each in checked.doubts}


def test_a_field_of_too_many_labels_is_told_and_the_others_are_checked() -> None:
    words, _ = themed(5 * (MOST_LABELS + 1))
    many = [f"label {i // 5}" for i in range(len(words))]
    checked = check_label_errors(sheet(words, category=many), encoder=None, seed=0)
    assert codes(checked) == ["too_many"]


def test_copies_of_a_text_stay_in_one_fold_and_labels_are_dealt_out_evenly() -> None:
    labels = np.repeat([0, 1, 2], 20)
    groups = np.arange(60) // 2
    fold = folds.fold_of(labels, groups, seed=0)
    assert (fold[0::2] == fold[1::2]).all()
    assert np.bincount(fold).tolist() == [12] * 5
    assert all(np.bincount(fold[labels == label], minlength=5).min() >= 2 for label in range(3))


def test_a_field_of_many_labels_is_told_by_a_faster_model() -> None:
    words, themes = themed(ROWS)
    labels = np.unique(themes, return_inverse=True)[1]
    read = folds.Read.of(words, encoder=HashEncoder(), seed=0)
    rows = np.arange(ROWS)
    for largest in (0, folds.LARGEST):
        chances = folds.probabilities(read, rows, labels, rows, seed=0, largest=largest)
        assert chances.shape == (ROWS, 4)
        assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
        assert (chances.argmax(axis=1) == labels).mean() > 0.9
