"""Erasing: the words are gone from every table and from the file; what was decided stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from features.errors import InputError, NotFoundError
from serving import erase, retention
from serving.audit import Actor
from serving.store import audit, erasure, requests
from serving.store.audit import Wanted
from serving.store.review_tables import idempotency_keys, review_words
from serving.store.tables import customer_facts
from tests.databases import on_sqlite
from tests.serving.asking import rows

ANN = Actor("ann", "operator")
WORDS = (
    "Zanzibarwords",
    "桑给巴尔专用词",
    "Quagmiresubject",
    "Pemberleycontact",
    "Wexfordnote",
    "Yarmouthattr",
)
BODY = {
    "subject": "Quagmiresubject",
    "text": "Zanzibarwords 桑给巴尔专用词 the line stands still",
    "customer_id": "C1",
    "contact": {"name": "Pemberleycontact"},
    "attributes": {"site": "Yarmouthattr"},
    "external_id": "x-1",
}


def received(service, headers, **more):
    answer = service.client.post("/v1/requests", headers=headers, json=BODY | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def reviewed(service, headers, told):
    answer = service.client.post(
        f"/v1/requests/{told['id']}/reviews",
        headers=headers | {"If-Match": f'"{told["version"]}"', "Idempotency-Key": "once"},
        json={
            "fields": {"type": "incident"},
            "assessment_id": told["assessment_id"],
            "shown": True,
            "purpose": "work",
            "note": "Wexfordnote",
        },
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def noted(service, **wanted):
    with service.services.store.read() as connection:
        return audit.newest(connection, Wanted(**wanted), limit=100)


@pytest.fixture
def headers(service):
    return service.headers("admin", name="boss")


def test_every_table_is_said_to_hold_words_or_not(service):
    named = [name for each in erasure.ERASABLE for name in each.tables] + list(erasure.WORDLESS)
    there = {
        name
        for name in inspect(service.services.store.engine).get_table_names()
        if not name.startswith(("search_words_", "sqlite_"))
    }
    assert len(named) == len(set(named))
    assert there <= set(named)
    assert set(named) - there <= {"search_words"}  # SQLite's alone


def test_the_words_are_gone_and_what_was_decided_stays(service, headers):
    told = reviewed(service, headers, received(service, headers))
    done = erase.erase_request(services := service.services, told["id"], actor=ANN, reason="asked for it")
    assert (done.requests, done.scrubbed) == (1, True)
    found = service.client.get(f"/v1/requests/{told['id']}", headers=headers).json()
    assert found["request"]["text"] == ""
    assert found["request"]["subject"] is None
    assert found["request"]["contact"] is None
    assert found["erased"] is True
    assert (found["status"], found["claim"]) == ("closed", None)
    assert found["version"] == told["version"] + 1
    assert (found["grade"], found["outcome"]) == (told["grade"], told["outcome"])
    history = service.client.get(f"/v1/requests/{told['id']}/history", headers=headers)
    assert history.status_code == 200
    assert "Wexfordnote" not in history.text
    assert (
        service.client.get("/v1/search", params={"q": "Zanzibarwords"}, headers=headers).json()["items"] == []
    )
    assert rows(service, review_words) == 0
    with services.store.read() as connection:
        hashes = connection.execute(select(idempotency_keys.c.body_hash)).scalars().all()
        assert "" in hashes


def test_an_erased_request_is_shown_by_every_list_and_worked_by_nobody(service, headers):
    told, other = received(service, headers), received(service, headers, external_id="x-2", text="Hello")
    erase.erase_request(service.services, told["id"], actor=ANN, reason="asked for it")
    listed = service.client.get("/v1/requests", headers=headers).json()["items"]
    assert {each["id"]: each["erased"] for each in listed} == {told["id"]: True, other["id"]: False}
    queue = service.client.get("/v1/queue", headers=headers).json()["items"]
    assert told["id"] not in str(queue)
    asked = {"a": told["id"], "b": other["id"]}
    assert service.client.get("/v1/compare", params=asked, headers=headers).status_code == 200
    assert received_again(service, headers)["id"] == told["id"]


def received_again(service, headers):
    answer = service.client.post("/v1/requests", headers=headers, json=BODY)
    assert answer.status_code == 200
    return answer.json()


def test_who_erased_what_and_why_is_noted_once(service, headers):
    told = received(service, headers)
    for _ in range(2):
        erase.erase_request(service.services, told["id"], actor=ANN, reason=" asked for it ")
    (entry,) = noted(service, action="request.erased")
    assert (entry.actor, entry.about, entry.details) == (
        "ann",
        f"request {told['id']}",
        {"reason": "asked for it"},
    )


def test_a_customer_is_erased_with_all_of_its_requests(service, headers):
    service.client.put("/v1/customers/C1", headers=headers, json={"name": "Pemberleycontact", "revenue": 5})
    mine = [received(service, headers, external_id=f"x-{i}")["id"] for i in range(3)]
    other = received(service, headers, external_id="other", customer_id="C2")["id"]
    done = erase.erase_customer(service.services, "C1", actor=ANN, reason="asked for it")
    assert done.requests == 3
    with service.services.store.read() as connection:
        assert [each.erased for each in requests.of_ids(connection, [*mine, other])] == [True] * 3 + [False]
    assert rows(service, customer_facts) == 0
    assert service.client.get("/v1/customers/C1", headers=headers).status_code == 404
    (entry,) = noted(service, action="customer.erased")
    assert entry.details["requests"] == 3
    assert len(noted(service, action="request.erased")) == 3
    again = service.client.put("/v1/customers/C1", headers=headers, json={"revenue": 7})
    assert again.status_code in (200, 201)


@on_sqlite
def test_the_words_are_in_no_byte_of_the_file(service, headers, settings):
    plain = {"subject": "Stays", "contact": None, "attributes": {}, "customer_id": None}
    told = []
    for i in range(40):
        told.append(received(service, headers, external_id=f"x-{i}", subject=WORDS[2] * (1 + i)))
        received(service, headers, **plain, external_id=f"o-{i}", text=f"Stays {i} " * 40)
    reviewed(service, headers, told[0])
    assert left(settings) == list(WORDS)
    for each in told:
        erase.erase_request(service.services, each["id"], actor=ANN, reason="asked for it")
    assert left(settings) == []


def left(settings):
    """Which words are in the files; the index holds them in small letters, and JSON Chinese as escapes."""
    found = written(settings)
    forms = {word: (word, word.lower(), json.dumps(word).strip('"')) for word in WORDS}
    return [word for word, each in forms.items() if any(form.encode() in found for form in each)]


def written(settings):
    return b"".join(path.read_bytes() for path in Path(settings.home).glob("triage.db*"))


@pytest.mark.parametrize("number", ["x", "0192d3a0-0000-7000-8000-000000000000"])
def test_what_is_not_there_is_said(service, number):
    with pytest.raises(NotFoundError, match="no request"):
        erase.erase_request(service.services, number, actor=ANN, reason="asked")
    with pytest.raises(NotFoundError, match="no customer"):
        erase.erase_customer(service.services, number, actor=ANN, reason="asked")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_wanted(service, headers, reason):
    told = received(service, headers)
    with pytest.raises(InputError, match="reason"):
        erase.erase_request(service.services, told["id"], actor=ANN, reason=reason)


def test_words_of_closed_requests_are_kept_as_long_as_the_setting_says(service, headers):
    closed, still_open = received(service, headers), received(service, headers, external_id="x-2")
    service.client.post(f"/v1/requests/{closed['id']}:close", headers=headers)
    services = service.services
    assert retention.erase_old(services) == 0
    later = replace(
        services,
        settings=replace(services.settings, retention_days=30),
        tools=replace(services.tools, clock=lambda: services.tools.clock() + timedelta(days=29)),
    )
    assert retention.erase_old(later) == 0
    later = replace(
        later, tools=replace(services.tools, clock=lambda: services.tools.clock() + timedelta(days=31))
    )
    assert retention.erase_old(later) == 1
    assert retention.erase_old(later) == 0
    with services.store.read() as connection:
        found = requests.of_ids(connection, [closed["id"], still_open["id"]])
    assert [each.erased for each in found] == [True, False]
    assert noted(service, action="request.erased")[0].actor == "service"


@on_sqlite
def test_a_reader_that_keeps_the_log_is_told_and_the_words_go_the_next_time(start, settings):
    service = start(replace(settings, database_timeout_seconds=0.2))
    headers = service.headers("admin", name="boss")
    told = received(service, headers)
    with service.services.store.read() as reading:
        reading.execute(select(customer_facts)).all()
        done = erase.erase_request(service.services, told["id"], actor=ANN, reason="asked for it")
        assert (done.requests, done.scrubbed) == (1, False)
    again = erase.erase_request(service.services, told["id"], actor=ANN, reason="asked for it")
    assert (again.requests, again.scrubbed) == (0, True)
    assert left(settings) == []
