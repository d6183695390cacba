"""How far people agree with each other and with a model: shares with intervals, and kappa."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959964
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval. number: of how many, weighted ones counted by what they are worth."""

    share: float
    low: float
    high: float
    number: float


def share_of(hits: Sequence[bool], *, weights: Sequence[float] | None = None) -> Share | None:
    """The weighted share of hits with Wilson's interval; None of none.

    Source: Wilson (1927); weighted by Hajek's ratio, with Kish's effective number (sum w)^2 / sum w^2 in the
    interval.
    """
    if not hits:
        return None
    weights = [1.0] * len(hits) if weights is None else weights
    total = sum(weights)
    number = total**2 / sum(each**2 for each in weights)
    share = sum(weight for hit, weight in zip(hits, weights, strict=True) if hit) / total
    low, high = wilson(share, number)
    return Share(share, low, high, number)


def wilson(share: float, number: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share among a number above 0."""
    square = Z95**2
    middle = (share + square / (2 * number)) / (1 + square / number)
    half = Z95 * math.sqrt(share * (1 - share) / number + square / (4 * number**2)) / (1 + square / number)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def kappa(pairs: Sequence[tuple[str, str]], *, labels: Sequence[str], ordered: bool) -> float | None:
    """Cohen's kappa of two people's labels; of an ordered field with quadratic weights.

    labels: from least to most. None where chance alone would make them agree, as where both always said the
    same. Source: Cohen (1960, 1968).
    """
    if not pairs:
        return None
    place = {label: number for number, label in enumerate(dict.fromkeys([*labels, *sum(pairs, ())]))}

    def apart(one: str, other: str) -> float:
        return float((place[one] - place[other]) ** 2) if ordered else float(one != other)

    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    seen = sum(apart(one, other) for one, other in pairs) / len(pairs)
    chance = (
        sum(
            number * other_number * apart(one, other)
            for one, number in firsts.items()
            for other, other_number in seconds.items()
        )
        / len(pairs) ** 2
    )
    return None if chance == 0 else 1 - seen / chance
