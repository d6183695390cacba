"""Both models side by side: what each had right, by class and language, and requests they differ on."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from features.records import Request
from training.gate_rows import Answers, Compared, FieldPair
from training.gate_sides import EXAMPLES, Sides, numbers_of, sides_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def answers(*said: int) -> Answers:
    return Answers(said=np.array(said), confidence=np.full(len(said), 0.7))


def compared(truth: list[int], champion: list[int], challenger: list[int]) -> Compared:
    count = len(truth)
    pair = FieldPair(
        code="type",
        labels=("billing", "complaint"),
        ordered=False,
        rows=np.arange(count),
        truth=np.array(truth),
        champion=answers(*champion),
        challenger=answers(*challenger),
    )
    return Compared(
        fields=(pair,),
        languages=np.array(["zh", "en"] * count)[:count],
        groups=np.arange(count),
        recent=np.ones(count, dtype=np.bool_),
    )


def told(count: int = 4) -> Sides:
    made = compared([0, 0, 1, 1] * count, [0, 0, 0, 1] * count, [0, 1, 1, 1] * count)
    return sides_of(made, [f"r{i}" for i in range(4 * count)])


def test_each_field_is_told_by_class_and_language() -> None:
    (field,) = told(1).fields
    assert (field.both, field.champion_only, field.challenger_only, field.neither) == (2, 1, 1, 0)
    assert (field.champion, field.challenger, field.rows) == (0.75, 0.75, 4)
    billing, complaint = field.classes
    assert (billing.code, billing.rows, round(billing.champion, 3), round(billing.challenger, 3)) == (
        "billing", 2, 0.8, 0.667,
    )  # fmt: skip
    assert (round(complaint.champion, 3), round(complaint.challenger, 3)) == (0.667, 0.8)
    assert [(each.code, each.champion, each.challenger) for each in field.languages] == [
        ("en", 1.0, 0.5),
        ("zh", 0.5, 1.0),
    ]


def test_examples_are_of_either_side_in_turn_and_of_known_requests_only() -> None:
    first, second = told(1).examples
    assert (first.request_id, first.truth, first.champion, first.challenger) == (
        "r1", "billing", "billing", "complaint",
    )  # fmt: skip
    assert (second.request_id, second.truth) == ("r2", "complaint")
    assert len(told(100).examples) == EXAMPLES
    made = compared([0, 0], [0, 1], [1, 0])
    assert [each.request_id for each in sides_of(made, [None, "b"]).examples] == ["b"]


def test_a_row_is_found_again_by_its_words_and_its_time() -> None:
    asked = Request(text="a", subject="s", received_at=NOON)
    assert numbers_of([asked, Request(text="a", received_at=NOON)], {"r1": asked}) == ["r1", None]
