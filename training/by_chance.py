"""Thresholds for the requests that come in, of rows that people reviewed in another order.

A promise is about what comes in. People review in the order of the queue, the doubtful requests first, so
that their rows are no sample of it; rows that chance took, before anybody saw what is in them, are. With
enough of those, thresholds are fitted twice, each time at half the risk (Bonferroni), so that both promises
hold together:

1. On the rows of chance alone, each weighted by the inverse of the probability with which it was taken
   (Horvitz and Thompson 1952). This holds whatever people review.
2. On all rows, weighted so that each stratum of confidence is as frequent as among the rows of chance
   (post-stratification; Holt and Smith 1979). These are many more, but that it holds is an argument and no
   theorem: rows of the queue are the harder ones of their confidence, so what holds of them should hold of
   the others all the more. It is wrong where people let stand what they are shown. So it counts for nothing
   where the other rows are right more often than those of chance of the same confidence, or where those of
   chance that are automatic show less than the target.

Kept is what covers more of the rows of chance, and coverage and precision are told of these in any case.
experiments/loop sets this beside other ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from features.guarantees import Guarantee
from training import thresholds
from training.thresholds import Asked, Stage, effective_rows, needed

STRATA = 10
FLATTERED = 1.2816
"""Standard deviations from which on too many of the other rows are right: one-sided 10 %."""


def guarantee(
    stages: Sequence[Stage],
    asked: Asked,
    *,
    weights: NDArray[np.float64],
    data_hash: str,
    reviewed: bool = False,
) -> Guarantee:
    """The thresholds of a field, as `thresholds.guarantee` finds them, and what they rest on.

    weights: of each row, the inverse of the probability with which chance took it, 0 where it did not. Rows
    of chance are enough from those on that show the target with one mistake at half the risk; with fewer, or
    none, all rows are taken as they are. Where chance took every row, they are fitted once.
    """
    taken, half = weights > 0, replace(asked, risk=asked.risk / 2)
    drawn = [replace(each, claims=each.claims.where(taken)) for each in _weighted(stages, weights)]
    if effective_rows(drawn[0].claims) < needed(1, target=asked.target, risk=half.risk):
        return thresholds.guarantee(stages, asked, data_hash=data_hash, reviewed=reviewed)
    if taken.all():
        once = thresholds.guarantee(drawn, asked, data_hash=data_hash, reviewed=reviewed)
        return _told(once, drawn, asked)
    alone = _told(thresholds.guarantee(drawn, half, data_hash=data_hash, reviewed=reviewed), drawn, asked)
    places = strata(stages[0].claims.confidence, taken)
    if flattered(stages[0].claims.right, taken, places):
        return alone
    like = _weighted(stages, post_stratified(weights, places))
    together = _told(thresholds.guarantee(like, half, data_hash=data_hash, reviewed=reviewed), drawn, asked)
    better = together.coverage > alone.coverage and _shown(drawn, together, asked)
    return together if better else alone


def strata(confidence: NDArray[np.float64], taken: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The stratum of each row, by the confidences that part the rows of chance evenly; fewer than STRATA
    where many of these are equal. Each holds a row of chance."""
    drawn = confidence[taken]
    edges = np.unique(np.quantile(drawn, np.arange(1, STRATA) / STRATA, method="lower"))
    return np.searchsorted(edges[edges < drawn.max()], confidence)


def post_stratified(weights: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """What each row weighs so that strata are as heavy as the rows of chance in them, by `weights`."""
    return np.asarray((np.bincount(places, weights) / np.bincount(places))[places], dtype=np.float64)


def flattered(right: NDArray[np.bool_], taken: NDArray[np.bool_], places: NDArray[np.int64]) -> bool:
    """Whether rows that chance did not take are right significantly more often than those of the same stratum
    that it took, over all strata (Mantel and Haenszel 1959)."""
    more = spread = 0.0
    for place in np.unique(places):
        here = places == place
        rows, others, good = here.sum(), (here & ~taken).sum(), (here & right).sum()
        more += (here & ~taken & right).sum() - others * good / rows
        spread += good * (rows - good) * others * (rows - others) / (rows**2 * max(1, rows - 1))
    return bool(more > FLATTERED * np.sqrt(spread))


def _weighted(stages: Sequence[Stage], weights: NDArray[np.float64]) -> list[Stage]:
    return [replace(each, claims=replace(each.claims, weights=weights)) for each in stages]


def _shown(drawn: Sequence[Stage], made: Guarantee, asked: Asked) -> bool:
    """Whether the rows of chance that are automatic under these cutoffs are right as often as is asked: those
    of the field together, and those of each label with a target of its own."""
    claims = thresholds.answered(drawn, made.cutoffs)
    of_field = claims.where(~np.isin(claims.said, list(asked.of_labels)))
    parts = [(of_field, asked.target)]
    parts += [(claims.where(claims.said == label), own) for label, own in asked.of_labels.items()]
    return all(part.precision >= target for part, target in parts if len(part))


def _told(made: Guarantee, drawn: Sequence[Stage], asked: Asked) -> Guarantee:
    """A guarantee with coverage and precision of the rows of chance, at the confidence asked for."""
    rows, automatic = drawn[0].claims, thresholds.answered(drawn, made.cutoffs)
    precision = automatic.precision if len(automatic) else None
    lower = None if made.lower_bound is None or precision is None else min(made.lower_bound, precision)
    return replace(
        made,
        drawn=len(rows),
        coverage=float(automatic.weight.sum() / rows.weight.sum()),
        precision=precision,
        lower_bound=lower,
        confidence=1 - asked.risk,
    )
