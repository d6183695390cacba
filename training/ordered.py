"""How an ordered field is best learnt and answered: kinds of head, and ways to choose the label, compared.

Three kinds of head (features.heads.Kind) and two ways to answer: the likeliest label; or labels weighted so
that each is said as often as it occurs. Where one label is the default of most rows the likeliest label is
nearly always that one, however plain the signs of another; the weights undo that. They change no
probability, so calibration, grade probabilities and cutoffs are as they were.

Each candidate is measured by 5 x 2 folds on quadratic kappa, and replaces a simpler one only where it is
better beyond noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.heads import Kind
from training import calibration
from training.folded import Evidence, Fold, fold_fits, whole
from training.splits import stratified

Probabilities = NDArray[np.float64]
Positions = NDArray[np.int64]
REPETITIONS = 5
FEWEST_ROWS = 300
FEWEST_A_LABEL = 20
"""With fewer rows noise would choose, so the plain head is kept without a comparison."""
MOST_ROWS = 4000
"""More rows are not compared: of a larger set a part is drawn."""
TOO_LOW, TOO_HIGH = 2.0, 1.0
"""What a label costs for each step it is too low or too high: the packaged policy's caution."""
ONE_SIDED = 2.015
"""The 95 % point of Student's t with 5 degrees of freedom (Dietterich 1998, 5x2cv)."""
_ROUNDS = 200
_STEP = 0.2
_LARGEST_WEIGHT = 50.0


class Candidate(NamedTuple):
    """A kind of head, and whether labels are weighted to be said as often as they occur."""

    kind: Kind
    weighted: bool


CANDIDATES = tuple(Candidate(kind, weighted) for kind in Kind for weighted in (False, True))
"""From simple to less simple."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A candidate's quadratic kappa and expected cost in each of the ten halves, (repetitions, 2)."""

    candidate: Candidate
    kappa: NDArray[np.float64]
    cost: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All candidates that were measured, and the one that is kept."""

    kept: Candidate
    measured: tuple[Measured, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """answers: the label's position for each row, by weights fitted on other folds. weights: on all rows."""

    answers: Positions
    weights: Probabilities


def compare(given: Evidence, *, seed: int) -> Comparison:
    """The candidates on 5 x 2 folds. given: labels from least to most; its own folds are not used.

    Where rows are too few for a comparison the plain head and its likeliest label are kept.
    """
    plain, rows = CANDIDATES[0], np.arange(len(given.truth))
    if len(rows) < FEWEST_ROWS or np.bincount(given.truth).min() < FEWEST_A_LABEL:
        return Comparison(kept=plain)
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
    part = replace(
        given, features=given.features[rows], truth=given.truth[rows], groups=given.groups[rows], folds=()
    )
    found = _measured(part, seed=seed)
    kept = found[0]
    for each in found[1:]:
        mean, noise = difference(each.kappa - kept.kappa)
        if mean > ONE_SIDED * noise:
            kept = each
    return Comparison(kept=kept.candidate, measured=tuple(found))


def difference(pairs: NDArray[np.float64]) -> tuple[float, float]:
    """The mean of (repetitions, 2) paired differences and its noise: the root of the mean of each
    repetition's variance (Dietterich 1998). The mean of all ten varies less than that, so a bound is safe."""
    return float(pairs.mean()), float(np.sqrt(((pairs[:, 0] - pairs[:, 1]) ** 2 / 2).mean()))


def chosen(
    probabilities: Probabilities, truth: Positions, folds: Sequence[Fold], *, weighted: bool
) -> Chosen:
    """The answer to each row: its likeliest label, or the one of the largest weighted probability."""
    labels = probabilities.shape[1]
    if not weighted:
        return Chosen(answers=probabilities.argmax(axis=1), weights=np.ones(labels))
    answers = np.zeros(len(truth), dtype=np.int64)
    for learn, measure in folds:
        weights = matching_weights(probabilities[learn], truth[learn])
        answers[measure] = (probabilities[measure] * weights).argmax(axis=1)
    return Chosen(answers=answers, weights=matching_weights(probabilities, truth))


def matching_weights(probabilities: Probabilities, truth: Positions) -> Probabilities:
    """Weights of labels with which each is said about as often as it occurs, the commonest label's being 1.

    Found by small multiplicative steps: a label said too seldom gains weight, one said too often loses it.
    """
    labels = probabilities.shape[1]
    wanted = np.bincount(truth, minlength=labels) + 1.0
    weights = np.ones(labels)
    for _ in range(_ROUNDS):
        said = np.bincount((probabilities * weights).argmax(axis=1), minlength=labels) + 1.0
        weights *= (wanted / said) ** _STEP
        weights = np.clip(weights / weights[wanted.argmax()], 1 / _LARGEST_WEIGHT, _LARGEST_WEIGHT)
    return weights


def kappa(truth: Positions, answers: Positions, *, labels: int) -> float:
    """Quadratic weighted kappa (Cohen 1968); 1 where all rows and answers are one label."""
    both = np.bincount(truth * labels + answers, minlength=labels**2).reshape(labels, labels)
    ranks = np.arange(labels)
    apart = (ranks[:, None] - ranks) ** 2
    by_chance = np.outer(both.sum(axis=1), both.sum(axis=0)) / len(truth)
    expected = float((apart * by_chance).sum())
    return 1.0 if expected == 0 else 1.0 - float((apart * both).sum()) / expected


def expected_cost(truth: Positions, answers: Positions) -> float:
    """The mean cost of an answer: TOO_LOW for each step below the truth, TOO_HIGH for each above."""
    steps = answers - truth
    return float(np.where(steps < 0, -TOO_LOW * steps, TOO_HIGH * steps).mean())


def _measured(given: Evidence, *, seed: int) -> list[Measured]:
    labels, repeated = len(given.labels), list(_halves(given, seed=seed))
    kinds = tuple(Kind) if all(whole(given.truth, halves) for halves in repeated) else (Kind.PLAIN,)
    empty = np.zeros((REPETITIONS, 2))
    found = {
        each: Measured(candidate=each, kappa=empty.copy(), cost=empty.copy())
        for each in CANDIDATES
        if each.kind in kinds
    }
    for repetition, halves in enumerate(repeated):
        for kind in kinds:
            scores = fold_fits(replace(given, folds=halves), kind=kind, seed=seed).scores
            shares = calibration.choose(scores, given.truth, halves, given.groups).probabilities
            for weighted in (False, True):
                answers = chosen(shares, given.truth, halves, weighted=weighted).answers
                each = found[Candidate(kind, weighted)]
                for half, (_, rows) in enumerate(halves):
                    truth = given.truth[rows]
                    each.kappa[repetition, half] = kappa(truth, answers[rows], labels=labels)
                    each.cost[repetition, half] = expected_cost(truth, answers[rows])
    return list(found.values())


def _halves(given: Evidence, *, seed: int) -> Iterator[list[Fold]]:
    for repetition in range(REPETITIONS):
        yield stratified(given.truth, given.groups, count=2, seed=seed + repetition)
