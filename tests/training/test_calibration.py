"""A calibration undoes what was done to scores, and is chosen only where it is better beyond noise."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from features.calibration import BIAS, METHODS, TEMPERATURE, VECTOR, Calibration, softmax
from features.errors import BundleError
from training import calibration
from training.folded import Fold

Drawn = tuple[NDArray[np.float64], NDArray[np.int64]]


def drawn(rows: int, *, seed: int = 0, labels: int = 3) -> Drawn:
    """Scores that are true log odds, and labels drawn by them."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(rows, labels)) * 2
    chances = softmax(scores)
    truth = np.array([rng.choice(labels, p=row) for row in chances])
    return scores, truth


def folds(rows: int) -> list[Fold]:
    parts = np.array_split(np.arange(rows), 5)
    return [(np.setdiff1d(np.arange(rows), part), part) for part in parts]


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
def test_the_temperature_undoes_a_scale(scale: float) -> None:
    scores, truth = drawn(20_000)
    assert calibration.fit_temperature(scores * scale, truth) == pytest.approx(scale, rel=0.05)


def test_the_temperature_is_kept_where_others_are_no_better() -> None:
    scores, truth = drawn(2_000)
    found = calibration.choose(scores * 3, truth, folds(2_000), np.arange(2_000))
    assert found.calibration.method == TEMPERATURE
    assert set(found.losses) == set(METHODS)


@pytest.mark.parametrize(
    ("method", "scale", "bias"), [(BIAS, [1, 1, 1], [1.5, 0, -1.5]), (VECTOR, [0.4, 1, 2.5], [1, 0, 0])]
)
def test_what_a_temperature_cannot_undo_is_undone_by_label(
    method: str, scale: list[float], bias: list[float]
) -> None:
    true, truth = drawn(6_000)
    scores = (true - np.array(bias)) / np.array(scale)
    found = calibration.choose(scores, truth, folds(6_000), np.arange(6_000))
    assert found.calibration.method == method
    assert np.abs(found.calibration.probabilities(scores) - softmax(true)).mean() < 0.02
    assert np.allclose(found.probabilities.sum(axis=1), 1)


def test_no_row_has_a_say_in_its_own_probability() -> None:
    scores, truth = drawn(500)
    parts = folds(500)
    before = calibration.choose(scores, truth, parts, np.arange(500)).probabilities
    _, mine = parts[0]
    other = truth.copy()
    other[mine] = (truth[mine] + 1) % 3
    found = calibration.fit(TEMPERATURE, scores[parts[0][0]], other[parts[0][0]])
    assert np.allclose(found.probabilities(scores[mine]), before[mine])


def test_a_hundred_copies_of_a_row_are_one_piece_of_evidence() -> None:
    values = np.tile(np.array([1.0, 2.0, 4.0]), 100)
    copies, alone = np.tile(np.arange(3), 100), np.arange(300)
    apart = calibration.clustered_error(values, alone)
    assert calibration.clustered_error(values, copies) == pytest.approx(10 * apart)


def test_a_calibration_survives_the_manifest_and_a_later_one_is_refused() -> None:
    scores, truth = drawn(300)
    for method in METHODS:
        made = calibration.fit(method, scores, truth)
        again = Calibration.of(made.as_data())
        assert np.array_equal(again.probabilities(scores), made.probabilities(scores))
    with pytest.raises(BundleError, match="'splines' is of a later release"):
        Calibration(method="splines").probabilities(scores)
