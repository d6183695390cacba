"""The score that orders work inside a grade, and how waiting raises a request in the order of work."""

from __future__ import annotations

from collections.abc import Mapping

from features.grading.tables import Known, Tables
from features.policy.policy import Policy
from features.records import CustomerValue, Grade

POINTS_A_GRADE = 100.0


def score_parts(
    tables: Tables, known: Mapping[str, Known], customer: CustomerValue | None
) -> dict[str, float]:
    """The summands of the score 0..100: weights times expected levels, each rounded to 0.01 so that the
    sum shown is the sum."""
    policy = tables.policy
    roles, rules = policy.roles, policy.score
    unknown = rules.level_when_unknown / 100
    worth = customer.value if customer is not None else None
    hardness = _expected(tables, known, roles.difficulty)
    levels = {
        "urgency": _expected(tables, known, roles.urgency),
        "impact": _expected(tables, known, roles.impact),
        "value": (rules.value_when_unknown if worth is None else worth) / 100,
        "ease": None if hardness is None else 1 - hardness,
    }
    return {
        part: round(rules.weights[part] * (unknown if level is None else level), 2)
        for part, level in levels.items()
    }


def _expected(tables: Tables, known: Mapping[str, Known], code: str | None) -> float | None:
    """The expected level 0..1 of an ordered field; None where it is not known."""
    if code is None or code not in known or code not in tables.levels:
        return None
    levels = tables.levels[code]
    expected = 0.0
    for label, probability in known[code].probabilities.items():
        expected += levels.get(label, 0.5) * probability
    return expected


def waited_score(policy: Policy, *, score: float, waited_hours: float) -> float:
    """The score with what waiting adds. waited_hours: working hours since the request came in."""
    return score + policy.waiting.points_per_working_hour * max(waited_hours, 0.0)


def order_key(policy: Policy, grade: Grade, *, score: float, waited_hours: float = 0.0) -> tuple[int, float]:
    """Where a request stands in the order of work; the least comes first.

    A grade is 100 points, so one that waited passes fresh ones of the next grade, but never into P1.
    Grade and promise stay as they are.
    """
    points = (Grade.P4.rank - grade.rank) * POINTS_A_GRADE
    waited = waited_score(policy, score=score, waited_hours=waited_hours)
    return (0 if grade is Grade.P1 else 1, -(points + waited))
