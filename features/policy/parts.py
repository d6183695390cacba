"""The parts of a grading policy, as frozen dataclasses. What they mean is told in policy.yaml.

They hold no rule of reading: policy_reading makes them from YAML, policy_checks compares them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cached_property

from features.records import Grade

GRADES = tuple(Grade)
SCORE_PARTS = ("urgency", "impact", "value", "ease")
FACTS = (
    "revenue",
    "contract_amount",
    "growth",
    "tenure_years",
    "orders_per_year",
    "payment_punctuality",
    "employees",
    "satisfaction",
)
"""The facts of a customer that are numbers, and so can count for the value. More is always better."""


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Which field of the taxonomy plays which role; None where the policy does without."""

    urgency: str
    impact: str
    type: str | None
    difficulty: str | None


@dataclass(frozen=True, kw_only=True)
class Caution:
    """What a grade too low or too high costs, per step."""

    too_low: float
    too_high: float


@dataclass(frozen=True, kw_only=True)
class ValueRules:
    """How facts become a value 0..100 and a tier, and from which value a grade is lifted.

    weights: fact -> points, together 100. currencies: code -> what one unit is worth in `currency`.
    """

    lifts_from: float
    weights: Mapping[str, float]
    core_top_percent: float
    potential_growth_top_percent: float
    currency: str
    currencies: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Field -> the labels that meet it, and attribute -> the words that meet it. All must be met."""

    labels: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, tuple[str, ...]]

    @cached_property
    def folded(self) -> Mapping[str, frozenset[str]]:
        """The attributes' words as they are compared: without case and outer spaces."""
        return {name: frozenset(map(fold, words)) for name, words in self.attributes.items()}

    def within(self, other: Condition) -> bool:
        """Whether all that meets this condition meets the other too."""
        return _narrower(self.labels, other.labels) and _narrower(self.folded, other.folded)


def _narrower(mine: Mapping[str, Collection[str]], theirs: Mapping[str, Collection[str]]) -> bool:
    return all(name in mine and set(mine[name]) <= set(words) for name, words in theirs.items())


def fold(words: str) -> str:
    """How attributes are compared: without case and outer spaces."""
    return words.strip().casefold()


@dataclass(frozen=True, kw_only=True)
class Floor:
    """A request that meets `when` has at least this grade."""

    when: Condition
    at_least: Grade


@dataclass(frozen=True, kw_only=True)
class ScoreRules:
    """weights: part of the score -> points, together 100. The other two are 0..100."""

    weights: Mapping[str, float]
    value_when_unknown: float
    level_when_unknown: float


class Unit(StrEnum):
    """The units of a promise."""

    MINUTES = "min"
    HOURS = "h"
    DAYS = "days"


class Clock(StrEnum):
    """Which hours count for a promise: all of them, or those of the calendar."""

    ALWAYS = "always"
    WORKING = "working"


@dataclass(frozen=True, kw_only=True)
class Span:
    """A length of time as it is written: 30 min, 8 h, 3 days."""

    amount: float
    unit: Unit

    def minutes(self, *, minutes_a_day: float) -> float:
        """The length in minutes, a day being a working day of that length or a whole one."""
        if self.unit is Unit.DAYS:
            return self.amount * minutes_a_day
        return self.amount * 60 if self.unit is Unit.HOURS else self.amount

    def __str__(self) -> str:
        return f"{self.amount:g} {self.unit}"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """By when a grade is answered and resolved, and on which clock. None promises nothing."""

    respond: Span | None
    resolve: Span | None
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class CalendarYear:
    """One year as a calendar file says it: it replaces what is known of the country for that year."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True, kw_only=True)
class CalendarRules:
    """Working time: one stretch of local hours on each working day. Hashable: tables are cached by it."""

    timezone: str
    country: str | None
    opens: time
    closes: time
    years: tuple[CalendarYear, ...] = ()

    @property
    def minutes_a_day(self) -> int:
        """The length of one working day in minutes."""
        return (self.closes.hour - self.opens.hour) * 60 + self.closes.minute - self.opens.minute


@dataclass(frozen=True, kw_only=True)
class TeamRule:
    """Requests that meet `when` go to `team`, unless an earlier rule took them."""

    when: Condition
    team: str


@dataclass(frozen=True, kw_only=True)
class TeamRules:
    """names: team -> its name in zh and en. The first rule that holds decides, else `default`."""

    default: str
    names: Mapping[str, Mapping[str, str]]
    rules: tuple[TeamRule, ...]


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The lane of a grade: `certain` where the type may stand without a person, else `otherwise`."""

    certain: str
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class LaneRules:
    """Grade -> lane, and the lanes on which the customer's account manager is named."""

    by_grade: Mapping[Grade, Lane]
    account_manager_on: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How waiting raises the order of work."""

    points_per_working_hour: float


@dataclass(frozen=True, kw_only=True)
class OverrideRules:
    """Which overrides of a grade wait for a second person: those that lower a grade of `lower_from` or
    above, and those that lower by `steps` or more. None asks for nobody."""

    lower_from: Grade | None
    steps: int | None

    def wants_second(self, before: Grade, after: Grade) -> bool:
        """Whether setting a grade to another one waits for a second person."""
        lowered = after.rank - before.rank
        if lowered <= 0:
            return False
        from_above = self.lower_from is not None and before.rank <= self.lower_from.rank
        return from_above or (self.steps is not None and lowered >= self.steps)


@dataclass(frozen=True, kw_only=True)
class QueueRules:
    """Hours by which a request stands before its deadline in the queue.

    lead_hours: by grade; infinite stands before all others. score_hours: of a score of 100.
    uncertainty_hours: of an uncertainty of 1. without_promise_hours: from receipt to what stands in for a
    deadline where none is promised.
    """

    lead_hours: Mapping[Grade, float]
    score_hours: float
    uncertainty_hours: float
    without_promise_hours: float
