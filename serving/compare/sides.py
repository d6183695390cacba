"""One request as it is compared: the rungs its grade climbed, the summands of its score, its waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from features.clocks import waited_hours
from features.errors import InputError
from features.grading import queueing
from features.grading.score import order_key, waited_score
from features.policy import Policy
from features.records import Assessment, Grade, Reason
from serving.assess import Answer
from serving.store.requests import Stored

WAITING = "waiting"


class Step(StrEnum):
    """The steps of a grade, in the order they are climbed."""

    MATRIX = "matrix"
    CAUTION = "caution"
    VALUE = "value"
    FLOOR = "floor"
    OVERRIDE = "override"


_STEP_OF = {
    "matrix": Step.MATRIX,
    "not_assessed_yet": Step.MATRIX,
    "no_urgency": Step.MATRIX,
    "no_impact": Step.MATRIX,
    "caution": Step.CAUTION,
    "value": Step.VALUE,
    "value_no_lift": Step.VALUE,
    "no_customer": Step.VALUE,
    "floor": Step.FLOOR,
    "override": Step.OVERRIDE,
    "override_waits": Step.OVERRIDE,
}


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A step of one request. before: None at the first step. reason: None where the step did nothing."""

    before: Grade | None
    after: Grade
    reason: Reason | None


@dataclass(frozen=True, kw_only=True)
class Side:
    """A request and how high it stands.

    waited_hours: working hours that count. parts: the summands of the score, and what waiting adds.
    key: by grade, score and waiting; the least stands higher; equal for one request only. queue_key: where it
    stands in the queue, which goes by deadlines as well; the earliest is worked first.
    """

    stored: Stored
    answer: Answer
    rungs: Mapping[Step, Rung]
    waited_hours: float
    parts: Mapping[str, float]
    total: float
    key: tuple[object, ...]
    queue_key: datetime

    @property
    def assessment(self) -> Assessment:
        """The answer to the request."""
        return self.answer.assessment


def side(policy: Policy, answer: Answer, *, now: datetime) -> Side:
    """A stored request as of now. A sample does not wait: nobody works it."""
    stored, assessment = answer.stored, answer.assessment
    if stored is None:
        raise InputError("Only stored requests are compared.")
    since = answer.request.received_at or stored.stored_at
    hours = 0.0 if stored.sample else round(waited_hours(policy, since=since, now=now), 2)
    total = waited_score(policy, score=assessment.score, waited_hours=hours)
    order = order_key(policy, assessment.grade, score=assessment.score, waited_hours=hours)
    return Side(
        stored=stored,
        answer=answer,
        rungs=climbed(assessment.reasons),
        waited_hours=hours,
        parts={**assessment.score_parts, WAITING: round(total - assessment.score, 2)},
        total=round(total, 2),
        key=(*order, assessment.grade.rank, since, stored.id),
        queue_key=queueing.queue_key(policy, assessment, received_at=since, judged=stored.said.labels),
    )


def climbed(reasons: Sequence[Reason]) -> dict[Step, Rung]:
    """The rungs that the reasons of a grade tell of."""
    told: dict[Step, Reason] = {}
    for reason in reasons:
        step = _STEP_OF.get(reason.code)
        if step is not None and (step not in told or reason.code == "matrix"):
            told[step] = reason
    start = told.get(Step.MATRIX)
    if start is None:
        return {}
    reached = Grade(start.numbers["grade" if "grade" in start.numbers else "fallback"])
    found = {Step.MATRIX: Rung(before=None, after=reached, reason=start)}
    for step in (Step.CAUTION, Step.VALUE, Step.FLOOR, Step.OVERRIDE):
        why = told.get(step)
        after = reached if why is None else Grade(why.numbers.get("after", reached))
        found[step] = Rung(before=reached, after=after, reason=why)
        reached = after
    return found
