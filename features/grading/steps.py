"""The steps of a grade: matrix, caution, value, floors. Each gives a grade and the reason for it.

A reason holds the numbers from which a person can work out the step again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from features.grading.tables import GRADES, Known, Tables
from features.policy.parts import Caution
from features.records import CustomerValue, Grade, Reason

Step = tuple[Grade, Reason | None]
_EQUAL = 1e-9
_RAISED = {grade: grade.raised() for grade in Grade}


def start(tables: Tables, known: Mapping[str, Known], *, assessed: bool) -> tuple[Grade, list[Reason], bool]:
    """The grade to start from, why, and whether it is a cell of the matrix (else the fallback).

    Codes: `matrix`; `no_urgency`, `no_impact` where the field is not known, or not by a label of the
    matrix; `not_assessed_yet` where no model has read the request.
    """
    roles, fallback = tables.policy.roles, tables.policy.fallback
    urgency, impact = known.get(roles.urgency), known.get(roles.impact)
    reasons = [] if assessed else [Reason(code="not_assessed_yet", numbers={"fallback": fallback.value})]
    if urgency is not None and impact is not None:
        cell = tables.cell(urgency.label, impact.label)
        if cell is not None:
            return cell, [*reasons, _matrix(urgency, impact, cell)], True
    if assessed:
        reasons += [
            Reason(
                code=code,
                numbers={"field": field, "label": each.label if each else None, "grade": fallback.value},
            )
            for code, field, each in _missing(tables, urgency, impact)
        ]
    return fallback, reasons, False


def _matrix(urgency: Known, impact: Known, cell: Grade) -> Reason:
    numbers = {
        "urgency": urgency.label,
        "impact": impact.label,
        "urgency_by": urgency.by,
        "impact_by": impact.by,
        "grade": cell.value,
    }
    return Reason(code="matrix", numbers=numbers)


def _missing(
    tables: Tables, urgency: Known | None, impact: Known | None
) -> Iterator[tuple[str, str, Known | None]]:
    matrix, roles = tables.policy.matrix, tables.policy.roles
    if urgency is None or all(urgency.label not in row for row in matrix.values()):
        yield "no_urgency", roles.urgency, urgency
    if impact is None or impact.label not in matrix:
        yield "no_impact", roles.impact, impact


def caution(tables: Tables, cell: Grade, known: Mapping[str, Known]) -> Step:
    """Raise by one step where that makes the expected cost of a wrong grade lower; never lower.

    Cost: per step that the grade is too low or too high for the cell that may be the true one, weighted
    with that cell's probability (urgency and impact independent given the text).
    """
    roles, costs, raised = tables.policy.roles, tables.policy.caution, _RAISED[cell]
    urgency, impact = known[roles.urgency], known[roles.impact]
    if raised is cell or urgency.by == impact.by == "person":
        return cell, None
    masses, rank = _masses(tables, known, cell.rank), cell.rank
    higher = sum(masses[:rank])  # one step up saves too_low on each of these, and costs too_high on the rest
    if costs.too_low * higher <= costs.too_high * (sum(masses) - higher) + _EQUAL:
        return cell, None
    before, after = _cost(masses, rank, costs), _cost(masses, rank - 1, costs)
    numbers = {
        "before": cell.value,
        "after": raised.value,
        "cost_before": round(before, 4),
        "cost_after": round(after, 4),
        "too_low": costs.too_low,
        "too_high": costs.too_high,
        "probabilities": {
            roles.urgency: dict(urgency.probabilities),
            roles.impact: dict(impact.probabilities),
        },
        **_but(tables, known),
    }
    return raised, Reason(code="caution", numbers=numbers)


def _masses(tables: Tables, known: Mapping[str, Known], chosen: int) -> list[float]:
    """The probability of each cell's rank; labels that the matrix lacks count for the chosen cell."""
    roles = tables.policy.roles
    masses = [0.0] * 5
    for impact, share in known[roles.impact].probabilities.items():
        row = tables.ranks.get(impact, {})
        for urgency, other in known[roles.urgency].probabilities.items():
            masses[row.get(urgency, chosen)] += share * other
    return masses


def _cost(masses: list[float], rank: int, costs: Caution) -> float:
    """The expected cost of a rank; masses are by rank, the first one empty."""
    cost = 0.0
    for true, mass in enumerate(masses):
        cost += mass * (costs.too_low * (rank - true) if true < rank else costs.too_high * (true - rank))
    return cost


def _but(tables: Tables, known: Mapping[str, Known]) -> dict[str, Any]:
    """The field that speaks loudest for more: its chosen label, and the likeliest label above that one."""
    roles, best = tables.policy.roles, dict[str, Any]()
    for code in (roles.urgency, roles.impact):
        each, level = known[code], tables.levels.get(code, {})
        chosen = level.get(each.label, 0.0)
        above = {label: p for label, p in each.probabilities.items() if level.get(label, 0.0) > chosen}
        mass = sum(above.values())
        if mass > best.get("above", 0.0):
            other = max(above, key=above.__getitem__)
            best = {
                "field": code,
                "label": each.label,
                "probability": each.probabilities.get(each.label, 0.0),
                "other": other,
                "other_probability": above[other],
                "above": mass,
            }
    return best


def value(tables: Tables, grade: Grade, customer: CustomerValue | None) -> tuple[Grade, Reason]:
    """Lift by one step from the policy's value on; never lower.

    Codes: `value` lifts, `value_no_lift` does not (too little, or nothing above), `no_customer` has no
    value to go by.
    """
    if customer is None or customer.value is None:
        return grade, Reason(code="no_customer")
    after = _RAISED[grade] if lifts(tables, customer) else grade
    numbers = {
        "value": customer.value,
        "from": tables.policy.value.lifts_from,
        "before": grade.value,
        "after": after.value,
    }
    return after, Reason(code="value_no_lift" if after is grade else "value", numbers=numbers)


def lifts(tables: Tables, customer: CustomerValue | None) -> bool:
    """Whether the customer's value reaches the policy's step."""
    worth = customer.value if customer is not None else None
    return worth is not None and worth >= tables.policy.value.lifts_from


def floor(tables: Tables, grade: Grade, index: int | None) -> Step:
    """Not below the floor that the chosen labels meet, by its index in the policy."""
    after = tables.floored(grade, index)
    if index is None or after is grade:
        return grade, None
    when = {code: list(wanted) for code, wanted in tables.policy.floors[index].when.labels.items()}
    numbers = {"when": when, "at_least": after.value, "before": grade.value, "after": after.value}
    return after, Reason(code="floor", numbers=numbers)


def grade_probabilities(
    tables: Tables, known: Mapping[str, Known], customer: CustomerValue | None
) -> dict[str, float]:
    """The probability of each grade P1..P4; sums to 1.

    The fields are taken as independent given the text; each combination of labels is graded as if it
    were certain: matrix, value and floors, without caution.
    """
    roles, lifted, masses = tables.policy.roles, lifts(tables, customer), [0.0] * len(GRADES)
    impacts = _options(known.get(roles.impact))
    cells = [
        ((urgency, impact), one * other)
        for urgency, one in _options(known.get(roles.urgency))
        for impact, other in impacts
    ]
    for marks, share in tables.marked(known):
        places = tables.places(marks)
        for labels, mass in cells:
            place = places.get(labels) or tables.place(marks, *labels)
            masses[place[lifted]] += share * mass
    total = sum(masses)
    return {grade: mass / total for grade, mass in zip(GRADES, masses, strict=True)}


def _options(known: Known | None) -> list[tuple[str | None, float]]:
    return [(None, 1.0)] if known is None else list(known.probabilities.items())
