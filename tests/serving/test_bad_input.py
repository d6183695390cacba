"""What may not come in, what may all the same, and how it is told."""

from __future__ import annotations

import json
import logging

import pytest

from serving.store.tables import requests
from tests.serving.asking import fields, rows, send


@pytest.fixture
def headers(service):
    return service.headers(name="web")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "x", "txet": "y"}, "txet"),
        ({"text": "x", "contact": {"phone": "1", "fax": "2"}}, "contact.fax"),
        ({"text": "x", "customer": {"revenu": 1}}, "customer.revenu"),
        ({"text": "x", "customer": {"revenue": -1}}, "customer.revenue"),
        ({"text": "x", "customer": {"revenue": "much"}}, "customer.revenue"),
        ({"text": "x", "customer": {"revenue": 10**400}}, "customer.revenue"),
        ({"text": "x", "customer": {"revenue": True}}, "customer.revenue"),
        ({"text": "x", "customer": {"has_contract": 1}}, "customer.has_contract"),
        ({"text": "x", "customer": {"as_of": "31.1.2026"}}, "customer.as_of"),
        ({"text": "x", "customer": {"revenue": 1, "currency": "XYZ"}}, "customer.currency"),
        ({"text": "x", "attributes": {"region": 7}}, "attributes.region"),
        ({"text": "x", "attributes": ["region"]}, "attributes"),
        ({"text": 7}, "text"),
        ({"text": None}, "text"),
        ({"subject": "x"}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n ", "subject": "  "}, "text"),
        ({"text": "x", "external_id": ""}, "external_id"),
        ({"text": "x", "source": ""}, "source"),
        ({"text": "x", "received_at": "2026-03-01T09:00:00"}, "received_at"),
        ({"text": "x", "received_at": "2026-03-01"}, "received_at"),
        ({"text": "x", "received_at": "2026-13-01T09:00:00Z"}, "received_at"),
        ({"text": "x", "received_at": "0001-01-01T00:00:00+14:00"}, "received_at"),
        ({"text": "x", "received_at": "9999-12-31T23:59:59-12:00"}, "received_at"),
        ({"text": "x", "received_at": 1767225600}, "received_at"),
        ({"text": "a\0b"}, "text"),
        ({"text": "x", "subject": "a\0b"}, "subject"),
        ({"text": "x", "contact": {"name": "a\0b"}}, "contact.name"),
        ({"text": "x", "attributes": {"a": "\0"}}, "attributes.a"),
        ({"text": "x", "customer": {"tier": "a\0b"}}, "customer.tier"),
        ({"text": "a\ud800b"}, "text"),
        ({"text": "x", "subject": "\udfff"}, "subject"),
        ({"text": "x", "external_id": "\ud83d"}, "external_id"),
        ({"text": "x", "attributes": {"a": "\ud800"}}, "attributes.a"),
        ({"text": "x", "locale": "\ud800"}, "locale"),
        ([{"text": "x"}], "body"),
        ("text", "body"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/requests", "/v1/triage"])
def test_a_body_that_cannot_be_used_is_a_422_that_names_the_field(service, headers, path, body, field):
    answer = send(service, headers, json.dumps(body), path=path)
    assert answer.status_code == 422, answer.text
    assert field in fields(answer)
    assert rows(service, requests) == 0


def test_half_characters_in_names_of_keys_are_told_too(service, headers):
    for body in ({"text": "x", "\ud800": 1}, {"text": "x", "attributes": {"\ud800": "y"}}):
        answer = send(service, headers, json.dumps(body))
        assert answer.status_code == 422
        assert answer.json()["errors"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{'text': 'x'}",
        b"text=x",
        b'{"text": "\xff"}',
        b"[" * 100_000,
        b'{"text": "x", "customer": {"revenue": ' + b"9" * 5000 + b"}}",
    ],
)
def test_what_is_no_json_is_a_400(service, headers, content):
    answer = send(service, headers, content)
    assert answer.status_code == 400, answer.text
    assert fields(answer) == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_number_that_is_none_is_a_422(service, headers, number):
    answer = send(service, headers, b'{"text": "x", "customer": {"revenue": %s}}' % number.encode())
    assert answer.status_code == 422
    assert fields(answer) == ["customer.revenue"]


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=gbk",
        "multipart/form-data",
    ],
)
def test_another_kind_of_body_is_a_415(service, headers, kind):
    answer = send(service, headers, b'{"text": "x"}', kind=kind)
    assert answer.status_code == 415
    assert fields(answer) == []


def test_json_in_utf_8_may_say_so(service, headers):
    content = '{"text": "你好"}'.encode()
    assert send(service, headers, content, kind="application/json; charset=UTF-8").status_code == 201


def test_text_up_to_the_bound_is_stored_whole_and_said_to_be_read_in_part(service, headers):
    text = "😀" * 10 + "长" * 199_990
    answer = send(service, headers, json.dumps({"text": text}))
    assert answer.status_code == 201
    assert answer.json()["truncated"] is True
    read = service.client.get(f"/v1/requests/{answer.json()['id']}", headers=headers).json()
    assert read["request"]["text"] == text


def test_the_longest_text_may_be_written_in_the_longest_way(service, headers):
    content = json.dumps({"text": "😀" * 200_000}, ensure_ascii=True)
    assert send(service, headers, content).status_code == 201


@pytest.mark.parametrize("path", ["/v1/requests", "/v1/triage"])
def test_a_text_over_the_bound_is_a_413(service, headers, path):
    answer = send(service, headers, json.dumps({"text": "x" * 200_001}), path=path)
    assert answer.status_code == 413
    assert fields(answer) == ["text"]


def test_a_body_over_the_bound_is_a_413_by_what_it_says_and_by_what_it_is(service, headers):
    much = b'{"text": "' + b"x" * service.services.settings.body_bytes + b'"}'

    def pieces():
        for start in range(0, len(much), 65536):
            yield much[start : start + 65536]

    for content in (much, pieces()):
        answer = send(service, headers, content)
        assert answer.status_code == 413
        assert fields(answer) == []


@pytest.mark.parametrize("text", ["😀😀😀", "12345 67890", "!!!???"])
def test_only_emoji_or_digits_is_accepted_and_left_to_review(service, headers, text):
    answer = service.client.post("/v1/requests", json={"text": text}, headers=headers)
    assert answer.status_code == 201
    assert {field["decision"] for field in answer.json()["fields"].values()} == {"review"}
    assert answer.json()["needs_review"] is True


def test_a_subject_alone_is_enough(service, headers):
    body = {"text": "", "subject": "outage in plant 2"}
    answer = service.client.post("/v1/requests", json=body, headers=headers)
    assert answer.json()["grade"] == "P1"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("DELETE", "/v1/requests", 405), ("GET", "/v1/triage", 405)],
)
def test_what_is_not_there_is_a_problem_too(service, headers, method, path, status):
    answer = service.client.request(method, path, headers=headers)
    assert answer.status_code == status
    assert fields(answer) == []


def test_a_fault_of_ours_tells_an_id_that_is_in_the_log_and_no_words(service, headers, monkeypatch, caplog):
    def fails(*_, **__):
        raise RuntimeError("secret words of a request")

    monkeypatch.setattr("serving.intake.assess.judged", fails)
    answer = service.client.post("/v1/triage", json={"text": "x"}, headers=headers)
    assert answer.status_code == 500
    assert fields(answer) == []
    assert answer.json()["id"] in caplog.text
    assert "serving/intake.py" in caplog.text
    assert "secret words" not in caplog.text + answer.text


def test_every_answer_carries_the_headers_that_keep_a_browser_safe(service, headers):
    for answer in (
        service.client.get("/v1/model", headers=headers),
        service.client.get("/v1/nothing"),
        service.client.get("/healthz"),
    ):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_no_words_of_a_request_are_in_the_log(service, headers, caplog):
    caplog.set_level(logging.DEBUG)
    body = {"text": "very private words", "contact": {"email": "ann@private.example"}}
    service.client.post("/v1/requests", json=body, headers=headers)
    service.model.broken = True
    service.client.post("/v1/requests", json=body, headers=headers)
    assert "private" not in caplog.text
