"""What a reviewer is to judge unseen is told to them by nothing they may ask, and to others it is."""

from __future__ import annotations

import json

import pytest

from features.records import ModelReference
from serving import intake
from serving.access.roles import Caller, Role
from serving.api import why_wire
from serving.similar import Found, Like
from tests import databases
from tests.serving.reviews.conftest import OUTAGE

ANN, LEA = Caller(name="ann", role=Role.REVIEWER), Caller(name="lea", role=Role.LEAD)
SECRET = ("P1", "urgent", "incident")


@pytest.fixture
def database_kind() -> str:
    return databases.SQLITE


@pytest.fixture
def number(both):
    both.called("mail", "intake")
    made = both.ask("POST", "/requests", "mail", json={"text": OUTAGE}).json()
    assert made["grade"] == "P1"
    return made["id"]


def everything(desk, number, by):
    """All that tells of one request, as it is answered."""
    paths = [f"/requests/{number}{path}" for path in ("", "/history", "/reviews", "/claim")]
    paths += ["/requests", "/queue", "/search?q=outage"]
    methods = {paths[3]: "POST"}
    answers = [desk.ask(methods.get(path, "GET"), path, by) for path in paths]
    assert [each.status_code for each in answers] == [200] * len(paths)
    return [each.json() for each in answers]


def test_nothing_tells_a_reviewer_of_it_before(both, number):
    for told in everything(both, number, "ann"):
        assert not any(f'"{word}"' in json.dumps(told) for word in SECRET), told
    other = both.post()["id"]
    for path in (f"/requests/{number}/why", f"/requests/{number.upper()}/similar"):
        assert both.ask("GET", path, "ann").status_code == 409
    assert both.ask("GET", f"/compare?a={other}&b={number}", "ann").status_code == 409


@pytest.mark.parametrize("asked", ["grade=P1", "type=incident", "needs_review=true", "decision=review"])
def test_a_filter_does_not_tell_it_either(both, number, asked):
    assert both.ask("GET", f"/queue?{asked}", "ann").json()["items"] == []
    assert [each["id"] for each in both.ask("GET", "/queue?language=en", "ann").json()["items"]] == [number]


def test_nor_does_the_cursor_of_a_page_without_it(both, number):
    told = both.ask("GET", "/queue?grade=P1&limit=1", "ann").json()
    both.post()
    assert told == both.ask("GET", "/queue?grade=P1&limit=1", "ann").json() == {"items": [], "next": None}


@pytest.mark.parametrize("by", ["ann", "lea"])
@pytest.mark.parametrize("asked", ["grade=P1", "type=incident", "needs_review=true", "decision=review"])
def test_the_next_under_a_filter_that_tells_is_none_of_those(both, number, by, asked):
    assert both.ask("POST", f"/queue/next?{asked}", by).status_code == 204
    assert both.ask("POST", "/queue/next?language=en", by).json()["id"] == number


def test_what_waits_for_a_second_person_is_not_the_next_under_such_a_filter(both, number):
    both.review(both.read(number), "ann", purpose="blind", shown=False, fields={"impact": "low"})
    assert both.ask("POST", "/queue/next?grade=P2&grade=P1", "ben").status_code == 204
    assert both.ask("POST", "/queue/next?stage=second", "ben").json()["id"] == number


@pytest.mark.parametrize("role", ["lead", "admin", "scientist"])
def test_others_see_it(both, number, role):
    both.called("eve", role)
    assert both.read(number, "eve")["grade"] == "P1"
    assert [each["grade"] for each in both.ask("GET", "/queue?grade=P1", "eve").json()["items"]] == ["P1"]
    assert both.read(number, "eve", "/history")["items"]


def test_whoever_judged_it_sees_it_and_the_second_person_still_does_not(both, number):
    was = both.read(number, "ann")
    assert (was["grade"], was["fields"], was["reasons"]) == (None, {}, [])
    judged = both.review(was, "ann", purpose="blind", shown=False, fields={"impact": "low"})
    assert judged["grade"] is not None
    assert both.read(number, "ann")["fields"]["type"]["label"]
    assert both.read(number, "ben")["grade"] is None
    assert both.read(number, "ben", "/reviews")["items"] == []
    second = both.review(
        both.read(number, "ben"), "ben", purpose="second", shown=False, fields={"impact": "low"}
    )
    assert second["grade"] is not None
    assert len(both.read(number, "ben", "/reviews")["items"]) == 2


def test_of_what_is_alike_the_unseen_one_tells_nothing(both, number):
    services = both.service.services
    answer = intake.read(services, LEA, number)
    assert answer.stored is not None
    found = Found(answer.stored, ModelReference(name="m", version="1"), 1, (Like(answer, 0.9, 0),))
    (hidden,) = why_wire.similar(services, ANN, found)["items"]
    assert (hidden["id"], hidden["grade"], hidden["outcome"]) == (number, None, {})
    (told,) = why_wire.similar(services, LEA, found)["items"]
    assert (told["grade"], told["outcome"]["urgency"]["label"]) == ("P1", "urgent")
