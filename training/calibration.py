"""Which calibration a field gets: fitted on out-of-fold scores, chosen by cross-fitted log loss.

Cross-fitted: the probabilities of a fold's rows come from parameters fitted on the scores of all other
folds, so no row has a say in its own probability. Thresholds and figures use these; the parameters that are
served are fitted on all out-of-fold scores. (The scores of other folds come from classifiers that saw the
row; that is of second order, and the same in every cross-fitting.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.calibration import BIAS, METHODS, TEMPERATURE, VECTOR, Calibration, softmax
from training.folded import Fold

Scores = NDArray[np.float64]
Truth = NDArray[np.int64]
STRENGTH = 3.0
"""How much the numbers by label are drawn to 0: a normal prior of variance 1/3 on a bias, 1/12 on the
logarithm of a scale. Of 1, 3 and 10 it was never far from the best on three public sets."""
STEEPEST = 30.0
"""Logarithms of scales are kept within this: beyond it every softmax is one or uniform anyway."""
NOISE = 2.0
"""Standard errors by which another method has to be better than the temperature."""
LEAST_CHANCE = 1e-12
FEWEST_FOR_THREADS = 100_000
"""Scores from which on two threads are worth their waiting for each other."""


@dataclass(frozen=True, kw_only=True)
class Calibrated:
    """calibration: as served. probabilities: cross-fitted, (rows, labels). losses: method -> its cross-fitted
    log loss, of all that were tried."""

    calibration: Calibration
    probabilities: Scores
    losses: Mapping[str, float]


def choose(scores: Scores, truth: Truth, folds: Sequence[Fold], groups: NDArray[np.int64]) -> Calibrated:
    """The temperature, unless another method's log loss is lower by more than noise.

    scores: (rows, labels), out of fold. truth: each row's label by its position. groups: of duplicates,
    whose differences count as one in the noise.
    """
    tried = _tried(scores, truth, folds)
    losses = {method: log_losses(found, truth) for method, found in tried.items()}
    best = min(losses, key=lambda method: float(losses[method].mean()))
    gain = losses[TEMPERATURE] - losses[best]
    chosen = best if float(gain.mean()) > NOISE * clustered_error(gain, groups) else TEMPERATURE
    return Calibrated(
        calibration=fit(chosen, scores, truth),
        probabilities=tried[chosen],
        losses={method: float(each.mean()) for method, each in losses.items()},
    )


def fit(method: str, scores: Scores, truth: Truth) -> Calibration:
    """The parameters of least log loss, those by label drawn to the temperature alone (see STRENGTH)."""
    temperature = fit_temperature(scores, truth)
    if method == TEMPERATURE:
        return Calibration(method=method, parameters={"temperature": temperature})
    common, scale, bias = _by_label(scores / temperature, truth, scaled=method == VECTOR)
    if method == BIAS:
        parameters = {"temperature": temperature / common, "bias": bias.tolist()}
    else:
        parameters = {"scale": (common * scale / temperature).tolist(), "bias": bias.tolist()}
    return Calibration(method=method, parameters=parameters)


def fit_temperature(scores: Scores, truth: Truth) -> float:
    """The temperature of least log loss (Guo et al. 2017), between 1/20 and 20."""
    from scipy.optimize import minimize_scalar

    def loss(log_temperature: float) -> float:
        return float(log_losses(softmax(scores / np.exp(log_temperature)), truth).mean())

    found = minimize_scalar(loss, bounds=(-np.log(20), np.log(20)), method="bounded")
    return float(np.exp(found.x))


def log_losses(probabilities: Scores, truth: Truth) -> Scores:
    """Each row's log loss."""
    return np.asarray(-np.log(np.maximum(probabilities[np.arange(len(truth)), truth], LEAST_CHANCE)))


def clustered_error(values: Scores, groups: NDArray[np.int64]) -> float:
    """The standard error of a mean over rows of which those of one group are no independent evidence."""
    centred = np.bincount(groups, weights=values - values.mean())
    return float(np.sqrt((centred**2).sum()) / len(values))


def _tried(scores: Scores, truth: Truth, folds: Sequence[Fold]) -> dict[str, Scores]:
    """Method -> cross-fitted probabilities; of many scores two methods at a time."""
    from joblib import Parallel, delayed

    jobs = 2 if scores.size >= FEWEST_FOR_THREADS else 1
    found = Parallel(n_jobs=jobs, prefer="threads")(
        delayed(_cross_fitted)(method, scores, truth, folds) for method in METHODS
    )
    return dict(zip(METHODS, found, strict=True))


def _cross_fitted(method: str, scores: Scores, truth: Truth, folds: Sequence[Fold]) -> Scores:
    found = np.zeros_like(scores)
    for learn, measure in folds:
        found[measure] = fit(method, scores[learn], truth[learn]).probabilities(scores[measure])
    return found


def _by_label(scores: Scores, truth: Truth, *, scaled: bool) -> tuple[float, Scores, Scores]:
    """A common factor, and a scale and a bias for each label, all near 1, 1 and 0; scales of 1 if not
    `scaled`."""
    from scipy.optimize import minimize

    rows, labels = scores.shape
    right = np.zeros((rows, labels))
    right[np.arange(rows), truth] = 1

    def loss(numbers: Scores) -> tuple[float, Scores]:
        logs, bias = numbers[1 : labels + 1], numbers[labels + 1 :]
        scale = np.exp(np.clip(numbers[0] + logs, -STEEPEST, STEEPEST))  # a line search may look far out
        chances = softmax(scores * scale + bias)
        slope = chances - right
        by_scale = (slope * scores).sum(axis=0) * scale
        drawn = STRENGTH / 2 * ((bias**2).sum() + 4 * (logs**2).sum())
        logs_slope = by_scale + 4 * STRENGTH * logs if scaled else np.zeros(labels)
        slopes = [[by_scale.sum()], logs_slope, slope.sum(axis=0) + STRENGTH * bias]
        return (log_losses(chances, truth).sum() + drawn) / rows, np.concatenate(slopes) / rows

    found = minimize(loss, np.zeros(2 * labels + 1), jac=True, method="L-BFGS-B").x
    logs = np.clip(found[: labels + 1], -STEEPEST, STEEPEST)
    return float(np.exp(logs[0])), np.exp(logs[1:]), found[labels + 1 :]
