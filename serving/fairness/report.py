"""The figures of the fairness report, over every stored request that was assessed.

The customer's value is meant to move some grades. The report says how many, for whom, and what is left of
the differences between tiers without it: that rest comes from what the requests themselves say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean, median
from typing import TYPE_CHECKING

from features.clocks import waited_hours
from features.grading import grade
from features.grading.steps import lifts
from features.grading.tables import tables
from features.policy import Policy
from features.records import CustomerValue, Grade, Tier
from features.taxonomy import Taxonomy
from serving.store import graded
from serving.store.graded import Graded

if TYPE_CHECKING:
    from serving.services import Services

MOST_P1 = 0.05
"""Above this share of P1, the highest grade no longer means anything; ARCHITECTURE's 5 %."""
LIFTED = "value"


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Hours of `count` requests; mean and median are None where there are none."""

    count: int
    mean: float | None
    median: float | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """The requests of a tier. tier: None for requests without a known customer, and for the total.

    grades: as they stand. without: as they would be without value. changes: (grade, grade without value)
    -> how many. respond, resolve: hours on the clock from receipt to what is promised. waiting: working
    hours so far, of those still open. lifted: how many grades the value lifted a step.
    """

    tier: str | None
    count: int
    grades: Mapping[Grade, int]
    without: Mapping[Grade, int]
    changes: Mapping[tuple[Grade, Grade], int]
    respond: Spread
    resolve: Spread
    waiting: Spread
    lifted: int

    def share(self, number: float) -> float:
        """A number as a share of this group's requests; 0 of none."""
        return number / self.count if self.count else 0.0

    @property
    def changed(self) -> int:
        """How many would have another grade without value."""
        return sum(self.changes.values())

    @property
    def urgent_work(self) -> float:
        """The share of P1 and P2."""
        return self.share(self.grades[Grade.P1] + self.grades[Grade.P2])

    @property
    def urgent_work_without(self) -> float:
        """The share of P1 and P2 without value."""
        return self.share(self.without[Grade.P1] + self.without[Grade.P2])


@dataclass(frozen=True, kw_only=True)
class Report:
    """All of it. samples: the figures are of sample requests, as there are no others.

    unassessed: stored requests that wait for their first grade, and are not in it. outdated: requests
    whose grade is not what the policy in force gives now. tiers: most valued first, no customer last.
    """

    as_of: datetime
    samples: bool
    policy_version: int
    unassessed: int
    outdated: int
    total: Group
    tiers: tuple[Group, ...]

    @property
    def p1_share(self) -> float:
        """The share of P1 among all requests."""
        return self.total.share(self.total.grades[Grade.P1])

    @property
    def too_many_p1(self) -> bool:
        """Whether there are more P1 than the highest grade can bear."""
        return self.p1_share > MOST_P1


def report(services: Services, *, taxonomy: Taxonomy | None = None) -> Report:
    """Work it out, as of now. Samples are counted only where there are no other requests.

    taxonomy: that of the model in service, where the services have not loaded it.
    """
    store, policy, now = services.store, services.policy, services.tools.clock()
    taxonomy = taxonomy or services.taxonomy
    with store.read() as connection:
        samples = not graded.has_real_ones(connection)
        unassessed = graded.unassessed(connection, sample=samples)
    tallies: dict[str | None, _Tally] = {}
    total, outdated = _Tally(), 0
    for batch in graded.batches(store, sample=samples):
        for each in batch:
            seen = _seen(policy, taxonomy, each, now)
            outdated += seen.grade is not seen.by_policy
            for tally in (total, tallies.setdefault(seen.tier, _Tally())):
                tally.add(seen)
    return Report(
        as_of=now,
        samples=samples,
        policy_version=policy.version,
        unassessed=unassessed,
        outdated=outdated,
        total=total.group(None),
        tiers=tuple(tallies[tier].group(tier) for tier in sorted(tallies, key=_rank)),
    )


def _rank(tier: str | None) -> tuple[int, str]:
    known = [each.value for each in Tier]
    if tier is None:
        return len(known) + 1, ""
    return known.index(tier) if tier in known else len(known), tier


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What counts of one request. by_policy, without: its grade under the policy in force."""

    tier: str | None
    grade: Grade
    by_policy: Grade
    without: Grade
    lifted: bool
    respond: float | None
    resolve: float | None
    waiting: float | None


def _seen(policy: Policy, taxonomy: Taxonomy, each: Graded, now: datetime) -> _Seen:
    assessment = each.assessment
    without = by_policy = _grade(policy, taxonomy, each, None)
    if lifts(tables(policy, taxonomy), assessment.customer):  # else the value cannot move the grade
        by_policy = _grade(policy, taxonomy, each, assessment.customer)
    return _Seen(
        tier=None if assessment.customer is None else assessment.customer.tier,
        grade=assessment.grade,
        by_policy=by_policy,
        without=without,
        lifted=any(reason.code == LIFTED for reason in assessment.reasons),
        respond=_hours(each.received_at, assessment.respond_by),
        resolve=_hours(each.received_at, assessment.resolve_by),
        waiting=waited_hours(policy, since=each.received_at, now=now) if each.open else None,
    )


def _grade(policy: Policy, taxonomy: Taxonomy, each: Graded, value: CustomerValue | None) -> Grade:
    """The grade under a policy with what people said; nothing is promised, and no team asked for: only the
    steps count."""
    people = each.said.within(taxonomy)
    made = grade(
        policy,
        taxonomy,
        each.assessment.prediction,
        value=value,
        received_at=None,
        labels=people.labels,
        override=people.override,
        waiting=people.waiting,
    )
    return made.grade


def _hours(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds() / 3600


@dataclass
class _Tally:
    """Counts as they grow; the medians need every figure, eight bytes each."""

    grades: Counter[Grade] = field(default_factory=Counter)
    without: Counter[Grade] = field(default_factory=Counter)
    changes: Counter[tuple[Grade, Grade]] = field(default_factory=Counter)
    hours: dict[str, list[float]] = field(
        default_factory=lambda: {"respond": [], "resolve": [], "waiting": []}
    )
    lifted: int = 0

    def add(self, seen: _Seen) -> None:
        """Count a request."""
        self.grades[seen.grade] += 1
        self.without[seen.without] += 1
        self.lifted += seen.lifted
        if seen.by_policy is not seen.without:
            self.changes[seen.by_policy, seen.without] += 1
        for name, found in self.hours.items():
            hours: float | None = getattr(seen, name)
            if hours is not None:
                found.append(hours)

    def group(self, tier: str | None) -> Group:
        """The counts as figures."""
        return Group(
            tier=tier,
            count=self.grades.total(),
            grades={each: self.grades[each] for each in Grade},
            without={each: self.without[each] for each in Grade},
            changes=dict(sorted(self.changes.items())),
            lifted=self.lifted,
            **{name: _spread(hours) for name, hours in self.hours.items()},
        )


def _spread(hours: Iterable[float]) -> Spread:
    found = list(hours)
    if not found:
        return Spread(count=0, mean=None, median=None)
    return Spread(count=len(found), mean=round(fmean(found), 2), median=round(median(found), 2))
