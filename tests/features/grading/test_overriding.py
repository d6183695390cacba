"""The last step of a grade: what a person set it to."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from features.grading.overriding import overridden
from features.policy import Policy
from features.policy.parts import OverrideRules
from features.records import Grade
from features.reviews import Override, SecondWord

SECOND = SecondWord(by="lea", role="lead", at=datetime(2026, 3, 2, tzinfo=UTC), confirmed=True)


def wish(grade: Grade | None, **more: object) -> Override:
    return Override(grade=grade, role="reviewer", **more)


def test_without_overrides_the_policys_grade_stands_without_a_word():
    for grade in Grade:
        assert overridden(grade, None, None) == (grade, [])
        assert overridden(grade, wish(None), None) == (grade, [])


@pytest.mark.parametrize(("before", "after"), list(product(Grade, Grade)))
def test_an_override_that_holds_is_the_grade_and_says_how_far_it_went(before, after):
    reached, (reason,) = overridden(before, wish(after, second=SECOND), None)
    assert reached is after
    assert (reason.code, reason.numbers["steps"]) == ("override", before.rank - after.rank)
    assert reason.numbers["confirmed_by"] == "lead"


@pytest.mark.parametrize(("policy", "held", "wanted"), list(product(Grade, [None, *Grade], [None, *Grade])))
def test_while_one_waits_the_higher_grade_holds(policy, held, wanted):
    override = None if held is None else wish(held)
    reached, reasons = overridden(policy, override, wish(wanted, waits=True))
    assert reached.rank == min((held or policy).rank, (wanted or policy).rank)
    waiting = [each.numbers for each in reasons if each.code == "override_waits"]
    assert [each["steps"] > 0 for each in waiting] == [True] * len(waiting)
    assert bool(waiting) == ((wanted or policy).rank > (held or policy).rank)


def test_the_default_policy_asks_for_a_second_person_where_a_p1_or_two_steps_are_lowered():
    asks = Policy.default().overrides.wants_second
    wanted = {(a, b) for a, b in product(Grade, Grade) if asks(a, b)}
    assert wanted == {
        (Grade.P1, Grade.P2),
        (Grade.P1, Grade.P3),
        (Grade.P1, Grade.P4),
        (Grade.P2, Grade.P4),
    }


def test_a_policy_may_ask_for_more_or_for_nobody():
    p2 = OverrideRules(lower_from=Grade.P2, steps=None).wants_second
    assert p2(Grade.P1, Grade.P2)
    assert p2(Grade.P2, Grade.P3)
    assert not p2(Grade.P3, Grade.P4)
    nobody = OverrideRules(lower_from=None, steps=None).wants_second
    assert not any(nobody(a, b) for a, b in list(product(Grade, Grade)))
