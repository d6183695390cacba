"""What holds of every grade, over more than ten thousand generated requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.grading import grade
from features.policy import Policy, faults
from features.records import CustomerValue, Decision, FieldPrediction, Grade, Prediction
from tests.features.cases import POLICY, TAXONOMY, assess, prediction, reasons, sure, worth

many = settings(
    max_examples=1000,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
CODES = {code: each.codes for code, each in TAXONOMY.fields.items()}
URGENCIES, IMPACTS = CODES["urgency"], CODES["impact"]


def read(drawn: bytes) -> Prediction:
    """A prediction out of bytes, one for each label and field: any probabilities, sharp and flat."""
    fields, left = {}, iter(drawn)
    for code, codes in CODES.items():
        weights = {label: next(left) ** 3 for label in codes}
        shares = {
            label: (weight + 1e-3) / sum(weights.values(), 1e-3 * len(codes))
            for label, weight in weights.items()
        }
        label = max(shares, key=shares.__getitem__)
        fields[code] = FieldPrediction(
            label=label,
            confidence=shares[label],
            decision=tuple(Decision)[next(left) % 3],
            threshold=None,
            probabilities=shares,
        )
    return prediction(**fields)


SIZE = sum(len(codes) + 1 for codes in CODES.values())
predictions = st.binary(min_size=SIZE, max_size=SIZE).map(read)
values = st.one_of(st.none(), st.floats(0, 100).map(lambda each: worth(round(each, 2))))
kinds, urgencies, impacts = (st.sampled_from(CODES[code]) for code in ("type", "urgency", "impact"))


def table(kind: str, urgency: str, impact: str, *, lifted: bool) -> Grade:
    """The policy by hand: cell, one step for value, floors."""
    found = POLICY.matrix[impact][urgency].raised(int(lifted))
    floors = {
        "P1": kind == "security" and impact == "high",
        "P2": kind == "security" and urgency == "urgent",
        "P3": kind == "complaint",
    }
    return min([found, *(Grade(least) for least, holds in floors.items() if holds)])


def shifted(said: FieldPrediction, codes: tuple[str, ...]) -> FieldPrediction:
    """The field with everything one level higher, what was highest staying there."""
    shares = dict.fromkeys(codes, 0.0)
    for code, share in said.probabilities.items():
        shares[codes[min(codes.index(code) + 1, len(codes) - 1)]] += share
    label = codes[min(codes.index(said.label) + 1, len(codes) - 1)]
    return replace(said, label=label, confidence=shares[label], probabilities=shares)


@many
@given(predictions, values, kinds, urgencies, impacts)
def test_a_persons_labels_give_the_cell_with_value_and_floors(
    said: Prediction, customer: CustomerValue | None, kind: str, urgency: str, impact: str
) -> None:
    labels = {"type": kind, "urgency": urgency, "impact": impact}
    made = assess(said, value=customer, labels=labels)
    lifted = customer is not None and customer.value is not None and customer.value >= 80
    assert made.grade is table(kind, urgency, impact, lifted=lifted)
    assert made.grade_probabilities[made.grade] == 1.0
    assert "caution" not in reasons(made)


@many
@given(predictions, values, st.sampled_from(["urgency", "impact"]))
def test_more_urgency_or_impact_never_lowers_the_grade(
    said: Prediction, customer: CustomerValue | None, axis: str
) -> None:
    more = replace(said, fields={**said.fields, axis: shifted(said.fields[axis], CODES[axis])})
    less_made, more_made = assess(said, value=customer), assess(more, value=customer)
    assert more_made.grade.rank <= less_made.grade.rank
    assert more_made.score >= less_made.score


@many
@given(predictions, values, st.sampled_from(["urgency", "impact"]), st.integers(0, 1))
def test_a_person_who_says_more_never_lowers_the_grade(
    said: Prediction, customer: CustomerValue | None, axis: str, level: int
) -> None:
    less, more = (
        assess(said, value=customer, labels={axis: CODES[axis][each]}).grade for each in (level, level + 1)
    )
    assert more.rank <= less.rank


@many
@given(predictions, st.floats(0, 100), st.floats(0, 100))
def test_more_value_never_lowers_and_lifts_one_step_at_most(
    said: Prediction, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    none, less, more = (assess(said, value=worth(each)) for each in (None, low, high))
    assert more.grade.rank <= less.grade.rank <= none.grade.rank
    assert none.grade.rank - more.grade.rank <= 1
    assert more.score >= less.score


@many
@given(predictions, values, kinds)
def test_floors_hold_of_the_chosen_labels(
    said: Prediction, customer: CustomerValue | None, kind: str
) -> None:
    made = assess(said, value=customer, labels={"type": kind})
    urgency, impact = said.fields["urgency"].label, said.fields["impact"].label
    assert made.grade.rank <= table(kind, urgency, impact, lifted=False).rank


@many
@given(predictions)
def test_caution_never_lowers_raises_one_step_at_most_and_only_to_save(said: Prediction) -> None:
    made = assess(said, labels={"type": "question"})
    cell = POLICY.matrix[said.fields["impact"].label][said.fields["urgency"].label]
    assert made.grade in (cell, cell.raised())
    before, after = (expected_cost(said, rank) for rank in (cell.rank, cell.rank - 1))
    if cell is not Grade.P1 and abs(before - after) > 1e-6:
        assert (made.grade is not cell) == (after < before)


def expected_cost(said: Prediction, rank: int) -> float:
    """The cost of a grade by its definition: 2 a step too low, 1 a step too high."""
    total = 0.0
    for urgency, one in said.fields["urgency"].probabilities.items():
        for impact, other in said.fields["impact"].probabilities.items():
            steps = rank - POLICY.matrix[impact][urgency].rank
            total += one * other * (2 * steps if steps > 0 else -steps)
    return total


@many
@given(predictions, values)
def test_grade_probabilities_sum_to_one_and_agree_with_the_table(
    said: Prediction, customer: CustomerValue | None
) -> None:
    made = assess(said, value=customer)
    lifted = customer is not None and customer.value is not None and customer.value >= 80
    by_hand = dict.fromkeys((each.value for each in Grade), 0.0)
    for kind, first in said.fields["type"].probabilities.items():
        for urgency, second in said.fields["urgency"].probabilities.items():
            for impact, third in said.fields["impact"].probabilities.items():
                by_hand[table(kind, urgency, impact, lifted=lifted)] += first * second * third
    assert sum(made.grade_probabilities.values()) == pytest.approx(1)
    assert made.grade_probabilities == pytest.approx(by_hand)


@many
@given(predictions, st.text(max_size=8), st.sampled_from(["core", "ordinary", "prospect"]))
def test_without_a_value_all_customers_are_graded_alike(said: Prediction, name: str, tier: str) -> None:
    customer = CustomerValue(id=name, value=None, tier=tier, scale_version=1)
    known, unknown = assess(said, value=customer), assess(said)
    assert replace(known, customer=None) == unknown


@many
@given(predictions, values)
def test_score_is_the_sum_of_parts_within_their_weights(
    said: Prediction, customer: CustomerValue | None
) -> None:
    made = assess(said, value=customer)
    assert made.score == pytest.approx(sum(made.score_parts.values()))
    assert all(0 <= part <= POLICY.score.weights[name] for name, part in made.score_parts.items())


@settings(many, max_examples=300)
@given(
    st.lists(st.lists(st.sampled_from(Grade), min_size=3, max_size=3), min_size=3, max_size=3),
    st.lists(
        st.tuples(
            kinds, st.sampled_from(["", "urgency", "impact"]), st.integers(0, 2), st.sampled_from(Grade)
        ),
        max_size=3,
    ),
)
def test_no_policy_that_is_accepted_grades_more_below_less(rows: list[list[Grade]], drawn: list[Any]) -> None:
    data = Policy.default().as_data()
    ranked = [sorted((each.value for each in row), reverse=True) for row in rows]
    columns = [sorted(column, reverse=True) for column in zip(*ranked, strict=True)]
    data["matrix"] = {
        impact: {urgency: columns[place][level] for place, urgency in enumerate(URGENCIES)}
        for level, impact in enumerate(IMPACTS)
    }
    data["floors"] = [
        {"when": {"type": kind} | ({axis: CODES[axis][level]} if axis else {}), "at_least": least.value}
        for kind, axis, level, least in drawn
    ]
    if not faults(data):
        assert_rising(Policy.of(data), {kind for kind, *_ in drawn} | {"question"})


def assert_rising(policy: Policy, asked: set[str]) -> None:
    for kind in asked:
        for customer in (None, worth(90)):
            ranks: Mapping[tuple[int, int], int] = {
                (place, level): grade(
                    policy, TAXONOMY, sure(urgency, impact, kind), value=customer, received_at=None
                ).grade.rank
                for place, urgency in enumerate(URGENCIES)
                for level, impact in enumerate(IMPACTS)
            }
            for (place, level), rank in ranks.items():
                assert rank >= ranks.get((place + 1, level), 0)
                assert rank >= ranks.get((place, level + 1), 0)
