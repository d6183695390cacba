"""What grading looks up, worked out once for a policy and a taxonomy.

Grading ten thousand requests asks the same few hundred questions; here each is answered once and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from features.policy.conditions import Lineages, lineage, meets
from features.policy.meeting import under
from features.policy.parts import TeamRule
from features.policy.policy import Policy
from features.records import Distribution, Grade
from features.taxonomy import Field, Taxonomy

GRADES = tuple(grade.value for grade in Grade)
KEPT_TAXONOMIES = 8
_UNMARKED: frozenset[str] = frozenset()

Marks = tuple[frozenset[str], ...]
Places = tuple[int, int]


class Known(NamedTuple):
    """What is known of one field of one request, and who says it: `person` or `prediction`.

    A person's label has probability 1.
    """

    label: str
    probabilities: Distribution
    by: str


class Standing(NamedTuple):
    """What the conditions of a policy say of chosen labels: the highest floor they meet, by its index,
    and the team rules they meet, which may ask for attributes too."""

    floor: int | None
    team_rules: tuple[TeamRule, ...]


@dataclass(frozen=True, kw_only=True)
class Tables:
    """levels: ordered field -> label -> 0..1. former: field -> names that its labels had before.

    ranks: the matrix with 1 for P1 .. 4 for P4. lineages: field that a condition asks for -> label ->
    the label with its parents. marks: field other than the matrix's -> label -> what floors can tell of
    it, so that labels which no floor tells apart are one.
    """

    policy: Policy
    taxonomy: Taxonomy
    levels: Mapping[str, Mapping[str, float]]
    former: Mapping[str, frozenset[str]]
    ranks: Mapping[str, Mapping[str, int]]
    lineages: Mapping[str, Mapping[str, frozenset[str]]]
    marks: Mapping[str, Mapping[str, frozenset[str]]]
    _standings: dict[tuple[str | None, ...], Standing] = field(default_factory=dict)
    _places: dict[Marks, dict[tuple[str | None, str | None], Places]] = field(default_factory=dict)

    def cell(self, urgency: str | None, impact: str | None) -> Grade | None:
        """The matrix's grade; None where it knows not both labels."""
        return self.policy.matrix.get(impact or "", {}).get(urgency or "")

    def standing(self, known: Mapping[str, Known]) -> Standing:
        """What floors and team rules say of the chosen labels."""
        key = tuple([known[code].label if code in known else None for code in self.lineages])
        found = self._standings.get(key)
        if found is None:
            found = self._standings[key] = self._stand(dict(zip(self.lineages, key, strict=True)))
        return found

    def _stand(self, labels: Mapping[str, str | None]) -> Standing:
        lines = self._lines(labels)
        rules = tuple(rule for rule in self.policy.teams.rules if meets(rule.when.labels, lines))
        return Standing(self._floor(lines), rules)

    def _lines(self, labels: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
        return {
            code: self.lineages.get(code, {}).get(label, frozenset((label,)))
            for code, label in labels.items()
            if label is not None
        }

    def _floor(self, lines: Lineages) -> int | None:
        floors = self.policy.floors
        met = [index for index, floor in enumerate(floors) if meets(floor.when.labels, lines)]
        return min(met, key=lambda index: floors[index].at_least.rank, default=None)

    def floored(self, grade: Grade, floor: int | None) -> Grade:
        """The grade, or that of the floor by its index, whichever is higher."""
        if floor is None:
            return grade
        least = self.policy.floors[floor].at_least
        return least if least.rank < grade.rank else grade

    def marked(self, known: Mapping[str, Known]) -> list[tuple[Marks, float]]:
        """What floors can tell of the fields other than the matrix's, with its probability."""
        found: list[tuple[Marks, float]] = [((), 1.0)]
        for code, marks in self.marks.items():
            merged = _merged(known.get(code), marks)
            found = [((*before, mark), share * p) for before, share in found for mark, p in merged.items()]
        return found

    def places(self, marks: Marks) -> dict[tuple[str | None, str | None], Places]:
        """Labels of urgency and impact -> the places in GRADES, without and with the value's lift, as far
        as they were asked for; `place` works out the others."""
        return self._places.setdefault(marks, {})

    def place(self, marks: Marks, urgency: str | None, impact: str | None) -> Places:
        """The places in GRADES of certain labels, without and with the value's lift.

        The fallback, where the matrix has no cell, is not lifted.
        """
        lines = dict(zip(self.marks, marks, strict=True))
        lines |= self._lines({self.policy.roles.urgency: urgency, self.policy.roles.impact: impact})
        cell, floor = self.cell(urgency, impact), self._floor(lines)
        plain, lifted = cell or self.policy.fallback, cell.raised() if cell else self.policy.fallback
        found = (self.floored(plain, floor).rank - 1, self.floored(lifted, floor).rank - 1)
        self._places.setdefault(marks, {})[urgency, impact] = found
        return found


def _merged(known: Known | None, marks: Mapping[str, frozenset[str]]) -> dict[frozenset[str], float]:
    if known is None:
        return {_UNMARKED: 1.0}
    merged: dict[frozenset[str], float] = {}
    for label, probability in known.probabilities.items():
        mark = marks.get(label, _UNMARKED)
        merged[mark] = merged.get(mark, 0.0) + probability
    return merged


def tables(policy: Policy, taxonomy: Taxonomy) -> Tables:
    """The tables of a policy and a taxonomy, made once for as long as the two are used together."""
    found = policy.kept.get(id(taxonomy))
    if isinstance(found, Tables) and found.taxonomy is taxonomy:
        return found
    if len(policy.kept) >= KEPT_TAXONOMIES:
        policy.kept.clear()
    made = policy.kept[id(taxonomy)] = _made(policy, taxonomy)
    return made


def _made(policy: Policy, taxonomy: Taxonomy) -> Tables:
    policy = under(policy, taxonomy)
    roles, fields = policy.roles, taxonomy.fields
    axes = (roles.urgency, roles.impact)
    ordered = [fields[code] for code in (*axes, roles.difficulty) if code is not None and code in fields]
    lineages = {
        code: {name: lineage(fields[code], name) for name in fields[code].by_code} if code in fields else {}
        for code in sorted({*axes, *policy.condition_fields})
    }
    return Tables(
        policy=policy,
        taxonomy=taxonomy,
        levels={each.code: levels(each) for each in ordered if each.ordered},
        former={
            code: frozenset(each.by_code) - {label.code for label in each.labels}
            for code, each in fields.items()
        },
        ranks={
            impact: {urgency: grade.rank for urgency, grade in row.items()}
            for impact, row in policy.matrix.items()
        },
        lineages=lineages,
        marks={code: _marks(policy, code, lines) for code, lines in lineages.items() if code not in axes},
    )


def _marks(policy: Policy, code: str, lines: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    asked = frozenset(label for floor in policy.floors for label in floor.when.labels.get(code, ()))
    return {name: line & asked for name, line in lines.items()}


def levels(field: Field) -> dict[str, float]:
    """Where each label stands, 0 for the least and 1 for the most; a retired one as the next live above."""
    last, live = max(len(field.codes) - 1, 1), 0
    found: dict[str, float] = {}
    for label in field.labels:
        found[label.code] = min(live / last, 1.0)
        live += not label.retired
    return found | {name: found[label.code] for name, label in field.by_code.items()}
