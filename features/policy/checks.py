"""Faults that show only when the parts of a policy are held against each other.

What they hold: more urgency, more impact or more value never gives a lower grade, under any policy that
is accepted; and no two lines of a policy say different things of one request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product

from features.policy.conditions import lineage, meets
from features.policy.parts import GRADES, CalendarRules, Floor, Promise, Roles
from features.policy.reading import Reading
from features.records import Grade
from features.taxonomy import Taxonomy

Matrix = Mapping[str, Mapping[str, Grade]]


def check_matrix(reading: Reading, matrix: Matrix, roles: Roles) -> None:
    """More urgency or more impact must not lower the grade of a cell."""
    urgencies = _order(reading.taxonomy, roles.urgency)
    impacts = _order(reading.taxonomy, roles.impact)
    for impact in impacts:
        for less, more in pairwise(urgencies):
            _rising(reading, f"matrix.{impact}.{more}", matrix[impact][more], matrix[impact][less], less)
    for urgency in urgencies:
        for less, more in pairwise(impacts):
            _rising(reading, f"matrix.{more}.{urgency}", matrix[more][urgency], matrix[less][urgency], less)


def _order(taxonomy: Taxonomy, code: str) -> tuple[str, ...]:
    return tuple(label.code for label in taxonomy.fields[code].labels)


def _rising(reading: Reading, path: str, more: Grade, less: Grade, label: str) -> None:
    if more.rank > less.rank:
        reading.fault(
            path, f"{more} is lower than the {less} of {label!r}; more may never mean a lower grade."
        )


def check_floors(reading: Reading, floors: tuple[Floor, ...]) -> None:
    """A floor must not say less than one that holds for the same requests and more."""
    for (index, floor), (other_index, other) in product(enumerate(floors), repeat=2):
        if floor.at_least.rank > other.at_least.rank and floor.when.within(other.when):
            which = "the same requests" if other.when.within(floor.when) else "these requests and more"
            told = f"contradicts floors[{other_index}], which says {other.at_least} of {which}."
            reading.fault(f"floors[{index}].at_least", f"{floor.at_least} {told}")


def check_rising_floors(reading: Reading, floors: tuple[Floor, ...], matrix: Matrix, roles: Roles) -> None:
    """A floor must not give a request a higher grade than one of more urgency or impact has."""
    ground = _Ground(floors=floors, matrix=matrix, roles=roles, taxonomy=reading.taxonomy)
    for index, floor in enumerate(floors):
        told = next(ground.lowered(floor), None)
        if told is not None:
            reading.fault(f"floors[{index}]", told)


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """Floors over a matrix: what grade certain labels have."""

    floors: tuple[Floor, ...]
    matrix: Matrix
    roles: Roles
    taxonomy: Taxonomy

    def graded(self, labels: Mapping[str, str]) -> Grade:
        cell = self.matrix[labels[self.roles.impact]][labels[self.roles.urgency]]
        lines = _lineages(labels, self.taxonomy)
        held = [floor.at_least for floor in self.floors if meets(floor.when.labels, lines)]
        return min([cell, *held], key=lambda grade: grade.rank)

    def lowered(self, floor: Floor) -> Iterator[str]:
        """A sentence on each request that this floor puts above one of more urgency or impact."""
        axes = (self.roles.urgency, self.roles.impact)
        for (axis, other), named in product((axes, axes[::-1]), self._named()):
            steps = pairwise(_order(self.taxonomy, axis))
            for (less, more), fixed in product(steps, _order(self.taxonomy, other)):
                low = {**named, axis: less, other: fixed}
                below, above = self.graded(low), self.graded({**low, axis: more})
                met = below is floor.at_least and meets(floor.when.labels, _lineages(low, self.taxonomy))
                if met and above.rank > below.rank:
                    told = "more may not mean lower."
                    yield f"gives {below} to {axis} {less!r}, but {more!r} has {above}; {told}"

    def _named(self) -> list[dict[str, str]]:
        """Every combination of the labels that floors name in other fields; "" stands for any other."""
        asked = [floor.when.labels for floor in self.floors]
        fields = sorted(
            {code for labels in asked for code in labels} - {self.roles.urgency, self.roles.impact}
        )
        choices = [
            ["", *sorted({each for labels in asked for each in labels.get(code, ())})] for code in fields
        ]
        return [dict(zip(fields, chosen, strict=True)) for chosen in product(*choices)]


def _lineages(labels: Mapping[str, str], taxonomy: Taxonomy) -> dict[str, frozenset[str]]:
    return {code: lineage(taxonomy.fields.get(code), label) for code, label in labels.items()}


def check_deadlines(reading: Reading, deadlines: Mapping[Grade, Promise], calendar: CalendarRules) -> None:
    """Resolving must not be promised before answering, nor a lower grade be promised more on one clock."""
    for grade, promise in deadlines.items():
        respond, resolve = _minutes(promise, "respond", calendar), _minutes(promise, "resolve", calendar)
        if respond is not None and resolve is not None and resolve < respond:
            message = f"{promise.resolve} comes before the answer after {promise.respond}."
            reading.fault(f"deadlines.{grade}.resolve", message)
    for (high, low), which in product(pairwise(GRADES), ("respond", "resolve")):
        if deadlines[high].clock is not deadlines[low].clock:
            continue
        sooner, later = (_minutes(deadlines[grade], which, calendar) for grade in (high, low))
        if sooner is not None and later is not None and later < sooner:
            message = f"is sooner than that of {high}; a lower grade may not be promised more."
            reading.fault(f"deadlines.{low}.{which}", f"{getattr(deadlines[low], which)} {message}")


def _minutes(promise: Promise, which: str, calendar: CalendarRules) -> float | None:
    span = promise.respond if which == "respond" else promise.resolve
    day = calendar.minutes_a_day if promise.clock == "working" else 24 * 60
    return None if span is None else span.minutes(minutes_a_day=day)
