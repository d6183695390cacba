"""Whether confidence means what it says: calibration error with an interval, Brier score, and the curves of
reliability and of precision against coverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Confidence = NDArray[np.float64]
Right = NDArray[np.bool_]
BINS = 15
RESAMPLES = 200
POINTS = 100


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of the precision-coverage curve: what answering alone from `cutoff` on would mean."""

    cutoff: float
    coverage: float
    precision: float


@dataclass(frozen=True, kw_only=True)
class Bin:
    """One bin of the reliability figure."""

    confidence: float
    right: float
    rows: int


def expected_calibration_error(confidence: Confidence, right: Right, *, bins: int = BINS) -> float:
    """Top-label ECE over bins of equal mass (Naeini et al. 2015; Nixon et al. 2019 on equal mass)."""
    return float(
        sum(
            each.rows * abs(each.confidence - each.right)
            for each in reliability_bins(confidence, right, bins=bins)
        )
        / len(confidence)
    )


def calibration_interval(confidence: Confidence, right: Right, *, seed: int = 0) -> tuple[float, float]:
    """A 95 % interval of the ECE by the basic bootstrap over rows, clipped at 0.

    Resampling adds noise to an ECE just as sampling did, so the bootstrap's quantiles are mirrored at the
    measured value and not taken as they are.
    """
    random, measured = np.random.default_rng(seed), expected_calibration_error(confidence, right)
    drawn = random.integers(len(confidence), size=(RESAMPLES, len(confidence)))
    found = [expected_calibration_error(confidence[rows], right[rows]) for rows in drawn]
    low, high = np.quantile(found, [0.025, 0.975])
    return max(float(2 * measured - high), 0.0), max(float(2 * measured - low), 0.0)


def reliability_bins(confidence: Confidence, right: Right, *, bins: int = BINS) -> list[Bin]:
    """Bins of equal mass, the least confident first."""
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [
        Bin(confidence=float(confidence[part].mean()), right=float(right[part].mean()), rows=len(part))
        for part in parts
    ]


def brier(probabilities: NDArray[np.float64], of_truth: NDArray[np.float64]) -> float:
    """The multi-class Brier score, 0 to 2: the mean squared distance of (rows, labels) from the truth.

    of_truth: the probability of each row's true label, 0 where the model does not know it.
    """
    return float(((probabilities**2).sum(axis=1) - 2 * of_truth + 1).mean())


def coverage_curve(confidence: Confidence, right: Right, *, points: int = POINTS) -> list[Point]:
    """Precision against coverage from the most confident row down, at up to `points` coverages."""
    order = np.argsort(-confidence, kind="stable")
    hits, n = np.cumsum(right[order]), len(order)
    places = np.unique(np.linspace(1, n, min(points, n)).round().astype(int))
    return [
        Point(
            cutoff=float(confidence[order[place - 1]]),
            coverage=place / n,
            precision=float(hits[place - 1] / place),
        )
        for place in places.tolist()
    ]
