"""The key that the queue is ordered by: the deadline less a lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from features.grading import grade, queueing
from features.policy import Policy
from features.records import Decision, FieldPrediction, Grade, Outside, Prediction, Scope
from features.reviews import Override
from features.taxonomy import Taxonomy

POLICY, TAXONOMY = Policy.default(), Taxonomy.default()
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def predicted(confidence: float = 0.9, decision: Decision = Decision.SUGGEST) -> Prediction:
    labels = {"type": "question", "urgency": "routine", "impact": "low"}
    return Prediction(
        fields={
            code: FieldPrediction(
                label=label,
                confidence=confidence if code == "urgency" else 1.0,
                decision=decision if code == "type" else Decision.AUTO,
                threshold=None,
                probabilities={label: 1.0},
            )
            for code, label in labels.items()
        },
        language="en",
        truncated=False,
        model=None,
        text_version=1,
        taxonomy_version=1,
    )


def answered(label: str, shares: dict[str, float], confidence: float | None = None) -> Prediction:
    said = FieldPrediction(
        label=label,
        confidence=shares[label] if confidence is None else confidence,
        decision=Decision.REVIEW,
        threshold=None,
        probabilities=shares,
    )
    return replace(predicted(1.0), fields={"urgency": said})


def graded(to: Grade = Grade.P4, at: datetime = MONDAY, **more: float):
    wish = Override(grade=to, role="reviewer")
    return grade(POLICY, TAXONOMY, predicted(**more), value=None, received_at=at, override=wish)


def key(assessment, at: datetime = MONDAY, judged=()) -> datetime:
    return queueing.queue_key(POLICY, assessment, received_at=at, judged=judged)


def test_the_key_is_the_deadline_less_the_lead_by_the_formula():
    made, rules = graded(Grade.P2, confidence=0.75), POLICY.queue
    hours = rules.lead_hours[Grade.P2] + rules.score_hours * made.score / 100 + rules.uncertainty_hours * 0.25
    assert key(made) == made.resolve_by - timedelta(hours=hours)
    assert queueing.lead(POLICY, made).hours == hours


def test_a_first_grade_stands_before_whatever_waited_however_long():
    fresh, old = graded(Grade.P1, at=MONDAY), graded(Grade.P2, at=MONDAY - timedelta(days=9000))
    assert key(fresh) < key(old, at=MONDAY - timedelta(days=9000))


@pytest.mark.parametrize(("low", "high"), [(Grade.P3, Grade.P2), (Grade.P4, Grade.P3)])
def test_what_waits_passes_fresh_work_of_the_next_grade_in_time(low, high):
    old = MONDAY - timedelta(days=21)
    assert key(graded(high)) < key(graded(low))
    assert key(graded(low, at=old), at=old) < key(graded(high))


def test_the_less_certain_stands_before_and_what_a_person_judged_is_certain():
    sure, doubtful = graded(confidence=0.9), graded(confidence=0.5)
    assert key(doubtful) < key(sure)
    assert queueing.uncertainty(doubtful.prediction) == 0.5
    assert queueing.uncertainty(doubtful.prediction, judged={"urgency"}) == 0.0
    assert key(doubtful, judged={"urgency"}) == key(graded(confidence=1.0))


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({"urgent": 0.5, "routine": 0.5}, 1.0),
        ({"urgent": 0.5, "routine": 0.25, "long_term": 0.25}, 0.75),
        ({"urgent": 0.75, "routine": 0.25}, 0.5),
        ({"urgent": 0.25, "routine": 0.75}, 1.0),
    ],
    ids=["even", "one ahead of two", "one ahead of one", "answered by another rule than the most probable"],
)
def test_a_field_is_as_uncertain_as_the_second_label_is_close_to_the_answer(shares, expected):
    assert queueing.uncertainty(answered("urgent", shares)) == expected


def test_the_labels_below_an_answer_count_for_no_more_than_it_leaves():
    shares = {"hardware/printer": 0.5, "hardware/screen": 0.375, "software": 0.125}
    assert queueing.uncertainty(answered("hardware", shares, confidence=0.875)) == 0.25


def test_what_is_out_of_the_models_scope_is_uncertain_until_people_judged_all_of_it():
    outside = replace(predicted(1.0), scope=Scope(score=None, cutoff=None, why=Outside.LITTLE))
    assert queueing.uncertainty(predicted(1.0)) == 0.0
    assert queueing.uncertainty(outside, judged={"urgency"}) == 1.0
    assert queueing.uncertainty(outside, judged=set(outside.fields)) == 0.0


def test_without_a_promise_the_receipt_and_the_policys_hours_stand_in():
    made = replace(graded(), resolve_by=None)
    due = MONDAY + timedelta(hours=POLICY.queue.without_promise_hours)
    assert key(made) == due - timedelta(hours=queueing.lead(POLICY, made).hours)


def test_the_decision_of_a_request_is_the_most_careful_of_its_fields():
    assert queueing.decision(predicted(decision=Decision.AUTO)) is Decision.AUTO
    assert queueing.decision(predicted(decision=Decision.SUGGEST)) is Decision.SUGGEST
    assert queueing.decision(predicted(decision=Decision.REVIEW)) is Decision.REVIEW
    assert queueing.decision(replace(predicted(), fields={})) is Decision.REVIEW
