"""Where a request stands in the queue: its deadline, less a lead that the policy gives.

key = resolve_by - lead, in hours:
lead = lead_hours[grade] + score_hours * score / 100 + uncertainty_hours * uncertainty

The earliest stands first. Time itself moves no request against another, so the key can be stored; it
changes only with what is known of the request and with the policy.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from features.policy.policy import Policy
from features.records import Assessment, Decision, FieldPrediction, Prediction

CENTURY = 876_600.0
"""Hours in a hundred years: before every request that stands in no such lead, as all are of this century."""
_CARE = {Decision.AUTO: 0, Decision.SUGGEST: 1, Decision.REVIEW: 2}


class Lead(NamedTuple):
    """The hours of a lead, by what gives them. grade: infinite where it stands before all others."""

    grade: float
    score: float
    uncertainty: float

    @property
    def hours(self) -> float:
        """The whole lead; a century where it is infinite."""
        grade = CENTURY if math.isinf(self.grade) else self.grade
        return grade + self.score + self.uncertainty


def lead(policy: Policy, assessment: Assessment, *, judged: Collection[str] = ()) -> Lead:
    """The lead of an assessed request. judged: the fields that a person judged."""
    rules = policy.queue
    return Lead(
        grade=rules.lead_hours[assessment.grade],
        score=rules.score_hours * assessment.score / 100,
        uncertainty=rules.uncertainty_hours * uncertainty(assessment.prediction, judged=judged),
    )


def queue_key(
    policy: Policy, assessment: Assessment, *, received_at: datetime, judged: Collection[str] = ()
) -> datetime:
    """Where an assessed request stands: the least is worked first. Aware, in UTC, to the microsecond."""
    due = assessment.resolve_by or received_at + timedelta(hours=policy.queue.without_promise_hours)
    return due.astimezone(UTC) - timedelta(hours=lead(policy, assessment, judged=judged).hours)


def uncertainty(prediction: Prediction, *, judged: Collection[str] = ()) -> float:
    """0..1: how close the second label comes to the answer, in the closest field that nobody judged.

    1 less the distance between the two probabilities: 1 where they are even, 0 where the answer is certain
    or nobody's word is missing. So a review settles what the model cannot tell apart, and requests that are
    merely like nothing in particular do not fill the front (experiments/loop compares the two).
    1 also where such a field is of a request out of the model's scope: its probabilities mean nothing there.
    """
    open_fields = [each for code, each in prediction.fields.items() if code not in judged]
    if prediction.out_of_scope and open_fields:
        return 1.0
    return max((_closeness(each) for each in open_fields), default=0.0)


def _closeness(said: FieldPrediction) -> float:
    """1 less the distance of the answer to the next label; labels below an answer share no more than it
    leaves."""
    others = (share for label, share in said.probabilities.items() if label != said.label)
    second = min(max(others, default=0.0), 1 - said.confidence)
    return min(1 - said.confidence + second, 1.0)


def decision(prediction: Prediction) -> Decision:
    """What may be done with a request without a person: the most careful of its fields' decisions."""
    made = (each.decision for each in prediction.fields.values())
    return max(made, key=_CARE.__getitem__, default=Decision.REVIEW)
