"""The scale on which customers are compared: for each fact, what the customer base has of it.

A scale is data with a version and a day, stored by the service and no part of a model. Under
LEAST_CUSTOMERS customers the packaged anchors stand in, as version 0.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from features.errors import InputError
from features.policy.parts import FACTS

FORMAT = 1
LEAST_CUSTOMERS = 20
ANCHORS_VERSION = 0
KEPT_QUANTILES = 101


@dataclass(frozen=True, kw_only=True)
class Scale:
    """references: fact (and `value` itself) -> evenly spaced quantiles of the base, from least to most.

    n: how many customers were there. anchored: the references that are the packaged anchors'. Sums are
    in `currency`. version 0 is the anchors alone.
    """

    version: int
    as_of: date | None
    n: int
    currency: str
    references: Mapping[str, tuple[float, ...]]
    anchored: tuple[str, ...]

    def percentile(self, name: str, number: float) -> float:
        """How much of the base has less, 0..100; among equals, the middle of their places."""
        reference = self.references[name]
        left, right = bisect_left(reference, number), bisect_right(reference, number)
        if left < right:
            place = (left + right - 1) / 2
        elif left in (0, len(reference)):
            place = 0.0 if left == 0 else len(reference) - 1.0
        else:
            below, above = reference[left - 1], reference[left]
            place = left - 1 + (number - below) / (above - below)
        return 100 * place / (len(reference) - 1)

    def as_data(self) -> dict[str, Any]:
        """The scale as plain data, for a stored row; `of` reads it back."""
        return {
            "format": FORMAT,
            "version": self.version,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "n": self.n,
            "currency": self.currency,
            "references": {name: list(each) for name, each in self.references.items()},
            "anchored": list(self.anchored),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Scale:
        """Make a scale from plain data. Raises InputError where it is not of this format."""
        if data.get("format") != FORMAT:
            told = f"scale: format is {data.get('format')!r}; this release reads {FORMAT}."
            raise InputError(told, field="format")
        return cls(
            version=data["version"],
            as_of=date.fromisoformat(data["as_of"]) if data["as_of"] else None,
            n=data["n"],
            currency=data["currency"],
            references={name: tuple(each) for name, each in data["references"].items()},
            anchored=tuple(data["anchored"]),
        )

    @classmethod
    def anchors(cls, *, n: int = 0, as_of: date | None = None) -> Scale:
        """The packaged anchors, version 0. n: how many customers there are instead."""
        data = _anchors()
        return cls(
            version=ANCHORS_VERSION,
            as_of=as_of,
            n=n,
            currency=data["currency"],
            references={name: tuple(map(float, each)) for name, each in data["references"].items()},
            anchored=(*FACTS, "value"),
        )


@cache
def _anchors() -> dict[str, Any]:
    words = resources.files("features.customer").joinpath("anchors.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(words)
    return data


def quantiles(numbers: Sequence[float]) -> tuple[float, ...]:
    """Evenly spaced quantiles of numbers, linear between neighbours; at most KEPT_QUANTILES of them."""
    ordered = sorted(numbers)
    if len(ordered) <= KEPT_QUANTILES:
        return tuple(ordered)
    places = (each * (len(ordered) - 1) / (KEPT_QUANTILES - 1) for each in range(KEPT_QUANTILES))
    return tuple(_between(ordered, place) for place in places)


def _between(ordered: Sequence[float], place: float) -> float:
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
