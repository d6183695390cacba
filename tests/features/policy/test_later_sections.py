"""The sections of overrides and the queue: what is wrong with one is told, and older policies do without."""

from __future__ import annotations

import copy
import math

import pytest

from features.errors import PolicyError
from features.policy import Policy
from features.records import Grade


def changed(**sections: object) -> Policy:
    raw = copy.deepcopy(Policy.default().as_data())
    return Policy.of(raw | sections)


def queue(**changes: object) -> dict[str, object]:
    return Policy.default().as_data()["queue"] | changes


def test_a_policy_from_before_these_sections_gets_the_packaged_rules_and_keeps_its_hash():
    raw = Policy.default().as_data()
    del raw["overrides"], raw["queue"]
    older = Policy.of(raw)
    assert (older.overrides, older.queue) == (Policy.default().overrides, Policy.default().queue)
    assert "queue" not in older.as_data()
    assert older.hash == Policy.of(older.as_data()).hash != Policy.default().hash


def test_first_is_a_lead_that_no_hours_reach():
    assert Policy.default().queue.lead_hours[Grade.P1] == math.inf
    leads = {"P1": "first", "P2": "first", "P3": 1.5, "P4": 0}
    assert changed(queue=queue(lead_hours=leads)).queue.lead_hours[Grade.P2] == math.inf


def test_null_asks_for_nobody():
    rules = changed(overrides={"second_person": None}).overrides
    assert (rules.lower_from, rules.steps) == (None, None)


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"overrides": {}}, "overrides.second_person: is missing"),
        ({"overrides": None}, "overrides: expected names"),
        ({"overrides": {"second_person": {"lower_from": "P9", "steps": 2}}}, "lower_from: there is no grade"),
        ({"overrides": {"second_person": {"lower_from": "P1", "steps": 0}}}, "steps: 0 must be an integer"),
        ({"overrides": {"second_person": {"lower_from": "P1", "steps": 1.5}}}, "steps: 1.5 must be"),
        ({"overrides": {"second_person": {"lower_from": "P1"}}}, "second_person.steps: is missing"),
        ({"queue": queue(lead_hours={"P1": 1, "P2": 2, "P3": 0, "P4": 0})}, "queue.lead_hours.P2: 2 is more"),
        (
            {"queue": queue(lead_hours={"P1": 1, "P2": "first", "P3": 0, "P4": 0})},
            "'first' is more than the 1",
        ),
        ({"queue": queue(lead_hours={"P1": 1, "P2": 1, "P3": 0})}, "queue.lead_hours.P4: is missing"),
        ({"queue": queue(lead_hours={"P1": "last", "P2": 1, "P3": 0, "P4": 0})}, "'last' is not a number"),
        ({"queue": queue(score_hours=-1)}, "queue.score_hours: -1 must be from 0"),
        ({"queue": queue(without_promise_hours=1e9)}, "must be from 0 to 24000"),
        ({"queue": queue(speed=1)}, "queue.speed: unknown key"),
        ({"hurry": {}}, "unknown key 'hurry'"),
    ],
)
def test_what_is_wrong_is_told_by_its_path(sections, told):
    with pytest.raises(PolicyError) as error:
        changed(**sections)
    assert told in str(error.value)
