"""Requests that chance takes: who is asked what, what is hidden, and the figures made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from uuid6 import uuid7

from features.reviews import Purpose
from serving import quality, slices, undo
from serving.access.roles import Caller, Role
from serving.pages.deciding import keep, purpose_of
from serving.pages.review_form import Typed
from serving.store import draws, exporting, reviews
from tests import databases

ANN, BEN, LEA = (Caller(name=name, role=Role.REVIEWER) for name in ("ann", "ben", "lea"))
LEA = replace(LEA, role=Role.LEAD)
ALL = {"type": "incident", "urgency": "urgent", "impact": "high", "difficulty": "hard"}


@pytest.fixture
def database_kind() -> str:
    return databases.SQLITE


def judge(desk: Any, caller: Caller, number: str, **labels: str) -> Purpose:
    stands = desk.read(number)
    typed = Typed(version=stands["version"], assessment_id=stands["assessment_id"], labels=labels)
    return keep(desk.service.services, caller, number, typed)


def stage(desk: Any, number: str) -> str:
    with desk.service.services.store.read() as connection:
        drawn = draws.of_request(connection, number)
    assert drawn is not None
    return drawn.stage


def test_a_slice_is_of_its_size_and_a_smaller_one_is_within_a_larger():
    numbers = [str(uuid7()) for _ in range(20_000)]
    small = {each for each in numbers if slices.is_taken(each, kind="blind", share=0.05)}
    large = {each for each in numbers if slices.is_taken(each, kind="blind", share=0.5)}
    other = {each for each in numbers if slices.is_taken(each, kind="second", share=0.5)}
    assert 0.04 < len(small) / len(numbers) < 0.06
    assert small <= large
    assert 0.45 < len(large & other) / len(large) < 0.55
    assert not any(slices.is_taken(each, kind="blind", share=0.0) for each in numbers)


def test_a_drawn_request_goes_through_its_stages(both):
    number = both.post()["id"]
    services = both.service.services
    assert stage(both, number) == "blind"
    assert judge(both, ANN, number, **ALL) is Purpose.BLIND
    assert stage(both, number) == "second"
    assert purpose_of(services, ANN, number) is Purpose.WORK
    assert judge(both, BEN, number, **ALL | {"impact": "low"}) is Purpose.SECOND
    assert stage(both, number) == "conflict"
    assert purpose_of(services, BEN, number) is Purpose.WORK
    assert judge(both, LEA, number, **ALL | {"impact": "medium"}) is Purpose.ADJUDICATION
    assert stage(both, number) == "done"
    with services.store.read() as connection:
        kept = reviews.of_request(connection, number)
    assert [(each.shown, each.selection_probability) for each in kept] == [
        (False, 1.0),
        (False, 1.0),
        (True, None),
    ]
    assert both.read(number)["outcome"]["impact"] == {
        "label": "medium",
        "source": "adjudication",
        "by": "lea",
    }


def test_two_who_agree_need_no_third(both):
    number = both.post()["id"]
    judge(both, ANN, number, **ALL)
    judge(both, BEN, number, **ALL)
    assert stage(both, number) == "done"


def test_a_review_taken_back_sets_the_stage_back(both):
    number = both.post()["id"]
    judge(both, ANN, number, **ALL)
    services = both.service.services
    with services.store.read() as connection:
        (review,) = reviews.of_request(connection, number)
    undo.undo(services, ANN, number, review.id, versions={both.read(number)["version"]})
    with services.store.read() as connection:
        exported = exporting.said_before(connection, [number], services.tools.clock())
    assert exported == []
    assert stage(both, number) == "blind"
    both.called("lea", "lead")
    assert both.read(number, "lea")["outcome"]["difficulty"]["source"] == "prediction"


def test_the_queue_finds_what_chance_took(both):
    number = both.post()["id"]
    found = both.ask("GET", "/queue?stage=blind").json()["items"]
    assert [each["id"] for each in found] == [number]
    assert both.ask("GET", "/queue?stage=done").json()["items"] == []
    assert both.ask("GET", "/queue?reviewed=true").json()["items"] == []
    judge(both, ANN, number, **ALL)
    assert len(both.ask("GET", "/queue?reviewed=true").json()["items"]) == 1


def test_samples_and_the_rest_are_left(start_desk, settings):
    desk = start_desk(replace(settings, blind_share=0.0, second_share=0.0))
    number = desk.post()["id"]
    with desk.service.services.store.read() as connection:
        assert draws.of_request(connection, number) is None


def test_the_report_tells_what_was_judged_unseen_from_what_was_seen(both):
    services = both.service.services
    numbers = [both.post()["id"] for _ in range(4)]
    said = {"type": "question", "urgency": "routine", "impact": "low", "difficulty": "moderate"}
    for place, number in enumerate(numbers):
        judge(both, ANN, number, **said | ({"impact": "high"} if place == 0 else {}))
        judge(both, BEN, number, **said)
        judge(both, ANN, number, **said)
    made = quality.report(services)
    of_impact = next(each for each in made.accuracies if each.field == "impact")
    assert of_impact.blind is not None
    assert of_impact.shown is not None
    assert (of_impact.blind.share, of_impact.blind.number) == (0.75, 4)
    assert of_impact.shown.share == 1.0
    (pair,) = [each for each in made.pairs if each.field == "impact"]
    assert (pair.first, pair.second, pair.number, pair.agreed, pair.kappa) == ("ann", "ben", 4, 0.75, 0.0)
    (changed,) = [each for each in made.corrections if each.field == "impact"]
    assert (changed.reviewer, changed.changed.share) == ("ann", 0.0)
    assert 0 < changed.changed.high < 0.6
    assert made.reviews == 12
