"""What the gate compares: the answers of champion and challenger to the same rows, and what each costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from features.taxonomy import Field

Positions = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What one model said to some rows. said: the label by its position. confidence: its probability."""

    said: Positions
    confidence: Shares


@dataclass(frozen=True, kw_only=True)
class FieldPair:
    """One field. rows: positions of its rows among all. labels: from least to most where it is ordered.
    truth: each row's label by its position."""

    code: str
    labels: tuple[str, ...]
    ordered: bool
    rows: Positions
    truth: Positions
    champion: Answers
    challenger: Answers

    @property
    def sides(self) -> tuple[Answers, Answers]:
        """Champion and challenger."""
        return self.champion, self.challenger


@dataclass(frozen=True, kw_only=True)
class GradePair:
    """Grades that follow from the labels people gave and from either model's, as ranks, 1 for P1. A grade
    too low by one step costs too_low, one too high too_high: the policy's own costs."""

    rows: Positions
    truth: Positions
    champion: Positions
    challenger: Positions
    too_low: float
    too_high: float

    def cost(self, said: Positions) -> Shares:
        """What each row's grade costs."""
        lower = said - self.truth
        return np.where(lower > 0, self.too_low * lower, -self.too_high * lower).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Burden:
    """What a model costs to run: milliseconds of processor time a text, besides the vector; bytes on disk."""

    milliseconds: float
    size: int


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Everything the gate looks at. languages, groups, recent: of all rows; groups: of duplicates, which are
    drawn together; recent: whether a row is of the newest and not of the frozen ones. names: fields by their
    codes, for sentences on them."""

    fields: tuple[FieldPair, ...]
    languages: NDArray[np.str_]
    groups: Positions
    recent: NDArray[np.bool_]
    grades: GradePair | None = None
    burdens: tuple[Burden, Burden] | None = None
    faults: Sequence[tuple[str, dict[str, str]]] = field(default_factory=tuple)
    names: Mapping[str, Field] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.groups)
