"""How much the sentence vector weighs against characters and words: chosen for a nominal field by its rows.

What is best differs by more than noise from one set of rows to another (experiments/public_data), so a few
weights are tried by log loss out of fold, on a part of the rows where these are many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.calibration import softmax
from features.heads import Kind
from training import calibration
from training.folded import Evidence, fold_fits
from training.splits import stratified

AS_IT_IS, HEAVIER, LIGHTER = 1.0, 1.4, 0.6
"""Times the weight that the features have; the first is kept unless another is better beyond noise."""
FEWEST_ROWS = 600
"""With fewer rows noise chooses: of 400 rows that tell nothing, every third set had its weight moved."""
MOST_ROWS = 2000
"""Of a larger set a part is drawn: the order of the weights was the same on it."""
FOLDS = 3


@dataclass(frozen=True, kw_only=True)
class Choice:
    """gain: what the vector weighs, times its weight in the features. losses: of all gains that were tried,
    the log loss out of fold."""

    gain: float
    losses: Mapping[float, float]


def choose(given: Evidence, *, seed: int) -> Choice:
    """The gain of least log loss, or none where it is not lower by more than noise."""
    if len(given.truth) < FEWEST_ROWS:
        return Choice(gain=AS_IT_IS, losses={})
    part = _part(given, seed=seed)
    tried = {gain: _losses(replace(part, gain=gain), seed=seed) for gain in (AS_IT_IS, HEAVIER)}
    if tried[HEAVIER].mean() >= tried[AS_IT_IS].mean():  # where heavier is better, lighter never was
        tried[LIGHTER] = _losses(replace(part, gain=LIGHTER), seed=seed)
    best = min(tried, key=lambda gain: float(tried[gain].mean()))
    better = tried[AS_IT_IS] - tried[best]
    beyond = float(better.mean()) > calibration.NOISE * calibration.clustered_error(better, part.groups)
    losses = {gain: float(each.mean()) for gain, each in tried.items()}
    return Choice(gain=best if beyond else AS_IT_IS, losses=losses)


def _part(given: Evidence, *, seed: int) -> Evidence:
    """The rows, or so many of them by chance, with folds of their own."""
    rows = np.arange(len(given.truth))
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
    known, truth = np.unique(given.truth[rows], return_inverse=True)
    groups = np.unique(given.groups[rows], return_inverse=True)[1]
    return replace(
        given,
        features=given.features[rows],
        labels=tuple(given.labels[i] for i in known),
        truth=truth,
        groups=groups,
        folds=stratified(truth, groups, count=min(FOLDS, int(groups.max()) + 1), seed=seed),
        weights=None if given.weights is None else given.weights[rows],
    )


def _losses(given: Evidence, *, seed: int) -> NDArray[np.float64]:
    """(rows,): each row's log loss out of fold, at the best temperature."""
    scores = fold_fits(given, kind=Kind.PLAIN, seed=seed).scores
    temperature = calibration.fit_temperature(scores, given.truth)
    return calibration.log_losses(softmax(scores / temperature), given.truth)
