"""What puts one request above another: a step of the grade, a summand of the score, waiting, or time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from features.grading.tables import tables
from features.policy import Policy
from features.records import Reason
from features.taxonomy import Taxonomy
from serving.compare.sides import WAITING, Side, Step

RECEIVED = "received"
GRADE = "grade"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The one thing that decides.

    code: which sentence tells it. row: where it stands, a step, `score.PART`, `waiting`, `received`, or
    `grade` where no step tells. numbers: those of the first one, and with `other_` of the second.
    """

    code: str
    row: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


def decide(policy: Policy, taxonomy: Taxonomy, first: Side, second: Side) -> Decision:
    """Why the first stands above the second."""
    grades = {"grade": first.assessment.grade.value, "other_grade": second.assessment.grade.value}
    gap = second.assessment.grade.rank - first.assessment.grade.rank
    if gap > 0:
        code, row, numbers = _step(policy, taxonomy, first, second)
    elif gap < 0:
        code, row, numbers = "waited_past", WAITING, _waiting(first, second)
    else:
        code, row, numbers = _inside(first, second)
    return Decision(code=code, row=row, numbers=grades | numbers)


_Found = tuple[str, str, dict[str, Any]]


def _step(policy: Policy, taxonomy: Taxonomy, first: Side, second: Side) -> _Found:
    """The step from which on the first stays above the second."""
    decisive, before = None, 0
    for step in Step:
        if step not in first.rungs or step not in second.rungs:
            break
        gap = second.rungs[step].after.rank - first.rungs[step].after.rank
        if gap > 0 >= before:
            decisive = step
        before = gap
    reason = None if decisive is None or before <= 0 else first.rungs[decisive].reason
    if reason is None or decisive is None:
        return "grade", GRADE, {}
    if decisive is Step.MATRIX:
        return _start(policy, taxonomy, reason, second.rungs[decisive].reason)
    return decisive.value, decisive.value, dict(reason.numbers)


def _start(policy: Policy, taxonomy: Taxonomy, mine: Reason, theirs: Reason | None) -> _Found:
    """The labels that make the cell of the matrix a higher one."""
    if theirs is None or mine.code != "matrix" or theirs.code != "matrix":
        unread = "first" if mine.code != "matrix" else "second"
        return "fallback", Step.MATRIX.value, {"unread": unread}
    levels = tables(policy, taxonomy).levels
    fields = [
        {"field": code, "label": mine.numbers[role], "other_label": theirs.numbers[role]}
        for role, code in (("impact", policy.roles.impact), ("urgency", policy.roles.urgency))
        if _level(levels, code, mine.numbers[role]) > _level(levels, code, theirs.numbers[role])
    ]
    if not fields:  # the same labels, under two versions of the policy
        return "grade", GRADE, {}
    return "matrix", Step.MATRIX.value, {"fields": fields}


def _level(levels: Mapping[str, Mapping[str, float]], code: str, label: str) -> float:
    return levels.get(code, {}).get(label, 0.0)


def _waiting(first: Side, second: Side) -> dict[str, Any]:
    return {
        "hours": round(first.waited_hours - second.waited_hours, 2),
        "points": round(first.parts[WAITING] - second.parts[WAITING], 2),
        "total": first.total,
        "other_total": second.total,
    }


def _inside(first: Side, second: Side) -> _Found:
    """Inside a grade: the summand that differs most for the first, else who came first."""
    if first.total == second.total:
        return "received_first", RECEIVED, {"score": first.assessment.score}
    differences = {
        part: round(first.parts.get(part, 0.0) - second.parts.get(part, 0.0), 2)
        for part in dict.fromkeys([*first.parts, *second.parts])
    }
    part = max(differences, key=differences.__getitem__)
    if part == WAITING:
        return "waited", WAITING, _waiting(first, second)
    numbers = {
        "score": first.assessment.score,
        "other_score": second.assessment.score,
        "part": part,
        "points": differences[part],
    }
    if differences[WAITING]:
        return "score_waited", f"score.{part}", numbers | _totals(first, second)
    return "score", f"score.{part}", numbers


def _totals(first: Side, second: Side) -> dict[str, float]:
    return {"total": first.total, "other_total": second.total}
