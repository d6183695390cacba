"""Figures of trust, checked against cases one can count by hand or simulate."""

from __future__ import annotations

import numpy as np
import pytest

from training.reliability import (
    brier,
    calibration_interval,
    coverage_curve,
    expected_calibration_error,
    reliability_bins,
)


def test_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    right = np.array([True] * 9 + [False] + [True] * 6 + [False] * 4)
    assert expected_calibration_error(confidence, right, bins=2) == pytest.approx(0.0)
    assert expected_calibration_error(confidence, np.ones(20, bool), bins=2) == pytest.approx(0.25)
    assert [each.rows for each in reliability_bins(confidence, right, bins=2)] == [10, 10]


def test_the_interval_holds_the_error_and_knows_a_calibrated_model() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, size=2000)
    right = rng.random(2000) < confidence
    low, high = calibration_interval(confidence, right)
    assert low == 0.0
    assert high < 0.03
    low, high = calibration_interval(confidence, rng.random(2000) < confidence - 0.2)
    assert low < 0.2 < high


def test_brier_is_0_for_certainty_in_the_truth_and_2_for_certainty_in_another_label() -> None:
    sure = np.array([[1.0, 0.0]])
    assert brier(sure, np.array([1.0])) == 0
    assert brier(sure, np.array([0.0])) == 2
    assert brier(np.array([[0.5, 0.5]]), np.array([0.5])) == pytest.approx(0.5)


def test_the_curve_runs_from_the_most_confident_row_to_all_rows() -> None:
    confidence, right = np.array([0.6, 0.9, 0.8, 0.7]), np.array([False, True, True, False])
    curve = coverage_curve(confidence, right)
    assert [each.coverage for each in curve] == [0.25, 0.5, 0.75, 1.0]
    assert [each.precision for each in curve] == pytest.approx([1.0, 1.0, 2 / 3, 0.5])
    assert [each.cutoff for each in curve] == [0.9, 0.8, 0.7, 0.6]
    assert len(coverage_curve(np.linspace(0, 1, 5000), np.ones(5000, bool))) == 100
