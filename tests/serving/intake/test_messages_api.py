"""What is written after a request: kept, read together with it, and chasers only counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from serving import erase, follow_ups
from serving.audit import SERVICE
from serving.store.message_tables import message_words, messages
from serving.sweep import Sweep
from tests.serving.asking import fields, rows


@pytest.fixture
def headers(service):
    return service.headers(name="web")


@pytest.fixture
def request_id(service, headers):
    body = {"text": "How do I reset it?", "received_at": "2026-03-02T09:00:00+08:00"}
    made = service.client.post("/v1/requests", json=body, headers=headers)
    assert made.status_code == 201
    return made.json()["id"]


def follow(service, headers, request_id, text, **more):
    body = {"text": text} | more
    return service.client.post(f"/v1/requests/{request_id}/messages", json=body, headers=headers)


def read(service, headers, request_id, path=""):
    return service.client.get(f"/v1/requests/{request_id}{path}", headers=headers).json()


def test_new_facts_are_read_with_the_request_and_raise_it(service, headers, request_id):
    before = read(service, headers, request_id)
    answer = follow(service, headers, request_id, "Now it is an outage at head office.")
    assert answer.status_code == 201, answer.text
    after = answer.json()
    assert (before["grade"], after["grade"]) == ("P4", "P1")
    assert (after["messages"], after["chased"], after["message"]["kind"]) == (1, 0, "facts")
    assert after["version"] > before["version"]
    assert after["reasons"][-1]["code"] == "regraded"
    history = read(service, headers, request_id, "/history")
    assert [each["why"] for each in history["items"]] == ["received", "followed"]
    assert [each["text"] for each in history["messages"]] == ["Now it is an outage at head office."]
    assert read(service, headers, request_id, "")["request"]["text"] == "How do I reset it?"


@pytest.mark.parametrize(
    ("first", "more", "cut"),
    [
        ("长" * 20_001, ["Now it is an outage."], True),
        ("长" * 19_990, ["Now it is an outage."], True),
        ("short", ["长" * 20_001], True),
        ("short", ["早" * 4_000, "晚" * 5_000], False),
        ("short", ["早" * 4_000, "晚" * 10_000], True),
    ],
)
def test_what_is_read_in_part_is_said_so_after_a_message_too(service, headers, first, more, cut):
    number = service.client.post("/v1/requests", json={"text": first}, headers=headers).json()["id"]
    for text in more:
        assert follow(service, headers, number, text).status_code == 201
    assert read(service, headers, number)["truncated"] is cut


def test_the_clock_runs_from_the_receipt_of_the_request(service, headers, request_id):
    service.client.post("/v1/requests", json={"text": "x"}, headers=headers)
    same = {"text": "outage", "received_at": "2026-03-02T09:00:00+08:00"}
    known = service.client.post("/v1/requests", json=same, headers=headers).json()
    after = follow(service, headers, request_id, "outage").json()
    assert (after["respond_by"], after["resolve_by"]) == (known["respond_by"], known["resolve_by"])


@pytest.mark.parametrize("text", ["催办！！！", "Any news? This is URGENT!!!", "请问有进展吗？"])
def test_a_chaser_is_counted_and_moves_nothing(service, headers, request_id, text):
    before, asked = read(service, headers, request_id), service.model.asked
    after = follow(service, headers, request_id, text).json()
    assert (after["chased"], after["messages"], after["message"]["kind"]) == (1, 1, "chaser")
    assert service.model.asked == asked
    for key in ("grade", "score", "respond_by", "resolve_by", "reasons", "fields"):
        assert after[key] == before[key]


def test_a_persons_label_stands(service, headers, request_id):
    staff = service.headers("reviewer", name="ann")
    before = read(service, staff, request_id)
    said = {
        "fields": {"urgency": "long_term"},
        "assessment_id": before["assessment_id"],
        "shown": True,
        "purpose": "work",
    }
    sent = staff | {"If-Match": f'"{before["version"]}"'}
    path = f"/v1/requests/{request_id}/reviews"
    assert service.client.post(path, json=said, headers=sent).status_code == 201
    after = follow(service, staff, request_id, "outage at head office").json()
    assert after["outcome"]["urgency"]["label"] == "long_term"
    assert after["grade"] == "P3"


def test_what_the_model_cannot_read_now_is_read_later_by_itself(service, headers, request_id):
    service.model.broken = True
    answer = follow(service, headers, request_id, "outage at head office")
    assert (answer.status_code, answer.json()["grade"]) == (202, "P4")
    service.model.broken = False
    assert follow_ups.look(service.services) == 1
    assert read(service, headers, request_id)["grade"] == "P1"
    assert follow_ups.look(service.services) == 0


def test_a_message_sent_twice_is_one(service, headers, request_id):
    first = follow(service, headers, request_id, "outage", external_id="m1")
    again = follow(service, headers, request_id, "outage", external_id="m1")
    assert (first.status_code, again.status_code, rows(service, messages)) == (201, 200, 1)
    assert again.json()["message"] == first.json()["message"]
    other = follow(service, headers, request_id, "different", external_id="m1")
    assert (other.status_code, fields(other)) == (409, ["external_id"])
    key = headers | {"Idempotency-Key": "k"}
    made = [follow(service, key, request_id, "more") for _ in range(2)]
    assert [each.status_code for each in made] == [201, 200]
    assert follow(service, key, request_id, "yet more").status_code == 422
    assert rows(service, messages) == 2


def test_a_message_opens_a_closed_request_again(service, headers, request_id):
    lead = service.headers("lead")
    assert service.client.post(f"/v1/requests/{request_id}:close", headers=lead).json()["status"] == "closed"
    after = follow(service, headers, request_id, "It happened once more.").json()
    assert (after["status"], after["closed_at"]) == ("open", None)


def test_messages_to_a_request_that_waits_are_read_after_its_first_assessment(service, headers):
    service.model.broken = True
    made = service.client.post("/v1/requests", json={"text": "How do I reset it?"}, headers=headers)
    number = made.json()["id"]
    assert follow(service, headers, number, "outage").status_code == 202
    service.model.broken = False
    services = service.services
    assert follow_ups.look(services) == 0, "it has no assessment yet"
    later = services.tools.clock() + timedelta(seconds=60)
    Sweep(replace(services, tools=replace(services.tools, clock=lambda: later))).look()
    assert read(service, headers, number)["grade"] == "P1"


def test_others_requests_are_nobodys_to_follow(service, request_id):
    answer = follow(service, service.headers(name="other"), request_id, "hello")
    assert answer.status_code == 404
    assert (
        service.client.get(
            f"/v1/requests/{request_id}/messages", headers=service.headers(name="third")
        ).status_code
        == 404
    )


def test_messages_are_listed_oldest_first_and_erased_with_the_request(service, headers, request_id):
    for text in ("first", "second"):
        follow(service, headers, request_id, text)
    kept = read(service, headers, request_id, "/messages")
    assert [(each["number"], each["text"]) for each in kept["items"]] == [(1, "first"), (2, "second")]
    erase.erase_request(service.services, request_id, actor=SERVICE, reason="asked for")
    kept = read(service, headers, request_id, "/messages")
    assert [(each["text"], each["erased"]) for each in kept["items"]] == [(None, True)] * 2
    assert rows(service, message_words) == 0
    assert follow(service, headers, request_id, "third").status_code == 409
