"""Each step of a grade with its numbers, on requests one can grade with a finger on the table."""

from __future__ import annotations

import pytest

from features.errors import InputError
from features.grading import grade
from features.records import CustomerValue, Grade, Prediction, Reason
from features.taxonomy import Taxonomy
from tests.features.cases import POLICY, assess, field, prediction, reasons, sure, worth


@pytest.mark.parametrize(
    ("impact", "urgency", "expected"),
    [
        ("high", "urgent", "P1"),
        ("high", "routine", "P2"),
        ("high", "long_term", "P3"),
        ("medium", "urgent", "P2"),
        ("medium", "routine", "P3"),
        ("medium", "long_term", "P4"),
        ("low", "urgent", "P3"),
        ("low", "routine", "P4"),
        ("low", "long_term", "P4"),
    ],
)
def test_certain_labels_get_the_cell_of_the_table(impact: str, urgency: str, expected: str) -> None:
    made = assess(sure(urgency, impact))
    assert made.grade == expected
    assert made.grade_probabilities == {each.value: float(each == expected) for each in Grade}
    assert made.reasons[0] == Reason(
        code="matrix",
        numbers={
            "urgency": urgency,
            "impact": impact,
            "urgency_by": "prediction",
            "impact_by": "prediction",
            "grade": expected,
        },
    )


def test_routine_58_but_urgent_39_is_raised_by_caution() -> None:
    said = prediction(
        type=field(incident=1.0),
        urgency=field(routine=0.58, urgent=0.39, long_term=0.03),
        impact=field(medium=1.0),
    )
    made = assess(said)
    numbers = reasons(made)["caution"]
    assert made.grade is Grade.P2
    assert (numbers["before"], numbers["after"]) == ("P3", "P2")
    assert numbers["cost_before"] == pytest.approx(2 * 0.39 + 1 * 0.03)
    assert numbers["cost_after"] == pytest.approx(1 * 0.58 + 2 * 0.03)
    assert (numbers["field"], numbers["label"], numbers["probability"]) == ("urgency", "routine", 0.58)
    assert (numbers["other"], numbers["other_probability"]) == ("urgent", 0.39)
    assert numbers["probabilities"]["urgency"] == {"routine": 0.58, "urgent": 0.39, "long_term": 0.03}
    assert (numbers["too_low"], numbers["too_high"]) == (2, 1)


def test_routine_70_but_urgent_30_is_not_raised() -> None:
    said = prediction(urgency=field(routine=0.7, urgent=0.3), impact=field(medium=1.0))
    made = assess(said)
    assert made.grade is Grade.P3
    assert "caution" not in reasons(made)


def test_value_lifts_by_one_step_from_the_policys_value_on() -> None:
    made = assess(sure("routine", "medium"), value=worth(80.0))
    assert made.grade is Grade.P2
    assert reasons(made)["value"] == {"value": 80.0, "from": 80.0, "before": "P3", "after": "P2"}
    made = assess(sure("routine", "medium"), value=worth(79.99))
    assert made.grade is Grade.P3
    assert reasons(made)["value_no_lift"] == {"value": 79.99, "from": 80.0, "before": "P3", "after": "P3"}


def test_above_p1_there_is_nothing_to_lift_to() -> None:
    made = assess(sure("urgent", "high"), value=worth(99.0))
    assert made.grade is Grade.P1
    assert "value" not in reasons(made)
    assert reasons(made)["value_no_lift"]["after"] == "P1"


@pytest.mark.parametrize("customer", [None, worth(None)])
def test_no_facts_lift_nothing_and_say_so(customer: CustomerValue | None) -> None:
    made = assess(sure("routine", "medium"), value=customer)
    assert made.grade is Grade.P3
    assert "no_customer" in reasons(made)


@pytest.mark.parametrize(
    ("kind", "urgency", "impact", "before", "after"),
    [
        ("security", "long_term", "high", "P3", "P1"),
        ("security", "urgent", "low", "P3", "P2"),
        ("complaint", "long_term", "low", "P4", "P3"),
    ],
)
def test_floors_hold_and_say_why(kind: str, urgency: str, impact: str, before: str, after: str) -> None:
    made = assess(sure(urgency, impact, kind))
    assert made.grade == after
    numbers = reasons(made)["floor"]
    assert (numbers["before"], numbers["after"], numbers["at_least"]) == (before, after, after)
    assert numbers["when"]["type"] == [kind]
    assert made.grade_probabilities[after] == 1.0


@pytest.mark.parametrize("kind", ["security", "complaint"])
def test_a_floor_never_lowers_and_is_then_no_reason(kind: str) -> None:
    made = assess(sure("urgent", "high", kind))
    assert made.grade is Grade.P1
    assert "floor" not in reasons(made)


def test_a_persons_label_wins_and_leaves_no_room_for_caution() -> None:
    said = prediction(
        urgency=field(routine=0.5, urgent=0.45, long_term=0.05), impact=field(medium=0.5, high=0.5)
    )
    assert "caution" in reasons(assess(said))
    made = assess(said, labels={"urgency": "long_term", "impact": "low"})
    assert made.grade is Grade.P4
    assert "caution" not in reasons(made)
    assert reasons(made)["matrix"]["urgency_by"] == "person"
    assert made.grade_probabilities["P4"] == 1.0


def test_grade_probabilities_are_those_of_independent_fields() -> None:
    said = prediction(
        type=field(incident=0.8, security=0.2),
        urgency=field(routine=0.6, urgent=0.4),
        impact=field(medium=0.7, high=0.3),
    )
    found = assess(said).grade_probabilities
    assert found["P1"] == pytest.approx(0.3 * 0.4 + 0.3 * 0.6 * 0.2)
    assert found["P2"] == pytest.approx(0.3 * 0.6 * 0.8 + 0.7 * 0.4)
    assert found["P3"] == pytest.approx(0.7 * 0.6)
    assert sum(found.values()) == pytest.approx(1)


def test_value_counts_in_the_grade_probabilities() -> None:
    said = prediction(urgency=field(routine=0.6, urgent=0.4), impact=field(medium=1.0))
    assert assess(said, value=worth(90)).grade_probabilities == pytest.approx(
        {"P1": 0.4, "P2": 0.6, "P3": 0, "P4": 0}
    )


def test_score_is_the_sum_of_its_parts() -> None:
    made = assess(sure("routine", "high", difficulty="easy"), value=worth(60))
    assert made.score_parts == {"urgency": 20.0, "impact": 30.0, "value": 12.0, "ease": 10.0}
    assert made.score == 72.0
    assert reasons(made)["score"] == {"score": 72.0, **made.score_parts}


def test_unknown_value_counts_as_the_middle_in_the_score_only() -> None:
    made = assess(sure("long_term", "low", difficulty="hard"))
    assert made.score_parts == {"urgency": 0.0, "impact": 0.0, "value": 10.0, "ease": 0.0}


@pytest.mark.parametrize("said", [None, prediction()])
def test_before_a_model_read_it_a_request_has_the_fallback_grade(said: Prediction | None) -> None:
    made = assess(said, value=worth(99))
    assert made.grade is POLICY.fallback
    assert reasons(made)["not_assessed_yet"] == {"fallback": "P3"}
    assert made.needs_review
    assert made.prediction.fields == {}
    assert made.grade_probabilities["P3"] == 1.0
    assert made.respond_by is not None


def test_a_persons_labels_count_before_a_model_read_it() -> None:
    made = assess(None, labels={"urgency": "urgent", "impact": "high"})
    assert made.grade is Grade.P1
    assert list(reasons(made))[:2] == ["not_assessed_yet", "matrix"]
    made = assess(None, labels={"type": "security", "urgency": "urgent"})
    assert made.grade is Grade.P2
    assert set(reasons(made)) == {"not_assessed_yet", "floor", "score"}


def test_a_bundle_without_the_matrix_fields_gets_the_fallback_and_says_which() -> None:
    made = assess(prediction(type=field(incident=1.0)))
    assert made.grade is Grade.P3
    assert reasons(made)["no_urgency"] == {"field": "urgency", "label": None, "grade": "P3"}
    assert "no_impact" in reasons(made)
    made = assess(prediction(impact=field(high=1.0)))
    assert "no_urgency" in reasons(made)
    assert "no_impact" not in reasons(made)


def test_labels_the_matrix_does_not_know_get_the_fallback() -> None:
    made = assess(prediction(urgency=field(asap=0.6, later=0.4), impact=field(high=1.0)))
    assert made.grade is Grade.P3
    assert reasons(made)["no_urgency"]["label"] == "asap"
    assert made.grade_probabilities["P3"] == 1.0


def test_floors_hold_on_the_fallback_too_and_value_does_not_lift_it() -> None:
    made = assess(prediction(type=field(security=1.0), urgency=field(urgent=1.0)), value=worth(99))
    assert made.grade is Grade.P2
    assert "value" not in reasons(made)


@pytest.mark.parametrize(
    ("labels", "path"), [({"urgency": "asap"}, "labels.urgency"), ({"mood": "bad"}, "labels.mood")]
)
def test_a_persons_label_outside_of_the_taxonomy_is_refused(labels: dict[str, str], path: str) -> None:
    with pytest.raises(InputError, match=path) as caught:
        assess(sure("routine", "low"), labels=labels)
    assert caught.value.field == path


def test_a_model_that_knows_a_label_by_its_former_name_is_understood() -> None:
    raw = Taxonomy.default().as_data()
    labels = raw["fields"]["urgency"]["labels"]
    labels["urgent"]["aliases"] = ["asap"]
    taxonomy = Taxonomy.of(raw)
    said = prediction(urgency=field(asap=0.9, routine=0.1), impact=field(high=1.0))
    made = grade(POLICY, taxonomy, said, value=None, received_at=None)
    assert made.grade is Grade.P1
    assert reasons(made)["matrix"]["urgency"] == "urgent"


def test_the_assessment_keeps_what_it_was_made_from() -> None:
    said, customer = sure("routine", "low"), worth(12)
    made = assess(said, value=customer)
    assert made.prediction is said
    assert made.customer is customer
    assert made.policy_version == POLICY.version
