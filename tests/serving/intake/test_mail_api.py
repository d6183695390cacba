"""Mails posted as they are: new requests, and answers that follow earlier ones."""

from __future__ import annotations

import pytest

from serving.store.tables import requests
from tests.serving.asking import fields, rows, send

KIND = "message/rfc822"


@pytest.fixture
def headers(service):
    return service.headers(name="gateway")


def mail(service, headers, text, *, number, answers=None, more=""):
    lines = [f"Message-ID: <{number}@x>", "From: Ann <ann@example.com>", "Subject: Printer"]
    lines += [f"In-Reply-To: <{answers}@x>"] if answers else []
    content = "\r\n".join([*lines, *([more] if more else [])]) + f"\r\n\r\n{text}"
    return send(service, headers, content.encode(), kind=KIND)


def test_a_mail_becomes_a_request_and_comes_back_the_same(service, headers):
    made = mail(service, headers, "an outage at head office", number=1)
    assert made.status_code == 201, made.text
    assert made.json()["grade"] == "P1"
    kept = service.client.get(f"/v1/requests/{made.json()['id']}", headers=headers).json()["request"]
    assert (kept["external_id"], kept["channel"], kept["source"]) == ("<1@x>", "email", "gateway")
    assert kept["contact"]["email"] == "ann@example.com"
    again = mail(service, headers, "an outage at head office", number=1)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    assert rows(service, requests) == 1


def test_an_answer_follows_the_request_and_an_answer_to_that_too(service, headers):
    first = mail(service, headers, "How do I reset it?", number=1).json()
    second = mail(service, headers, "Any news?", number=2, answers=1)
    assert (second.status_code, second.json()["id"]) == (201, first["id"])
    assert (second.json()["chased"], second.json()["grade"]) == (1, "P4")
    third = mail(service, headers, "Now it is an outage.", number=3, answers=2).json()
    assert (third["id"], third["grade"], third["messages"]) == (first["id"], "P1", 2)
    assert mail(service, headers, "Now it is an outage.", number=3, answers=2).status_code == 200
    assert rows(service, requests) == 1


def test_an_answer_to_what_is_not_there_or_anothers_is_a_new_request(service, headers):
    other = service.headers(name="other")
    mail(service, other, "How do I reset it?", number=1)
    assert "message" not in mail(service, headers, "hello", number=2, answers=1).json()
    assert rows(service, requests) == 2


def test_what_a_machine_sent_is_kept_and_moves_nothing(service, headers):
    first = mail(service, headers, "How do I reset it?", number=1).json()
    note = mail(service, headers, "outage", number=2, answers=1, more="Auto-Submitted: auto-replied").json()
    assert (note["message"]["kind"], note["grade"], note["id"]) == ("automatic", "P4", first["id"])


def test_a_mail_under_a_key_is_one(service, headers):
    key = headers | {"Idempotency-Key": "k"}
    content = b"Subject: x\r\n\r\nhello"
    made = [send(service, key, content, kind=KIND) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 200]
    assert fields(send(service, key, content + b"!", kind=KIND)) == ["Idempotency-Key"]
    assert rows(service, requests) == 1


def test_mails_have_a_bound_and_a_role_of_their_own(service, headers):
    large = b"Subject: x\r\n\r\nhello " + b"." * 5_000_000
    assert send(service, headers, large, kind=KIND).status_code == 201
    most = service.services.settings.mail_bytes
    assert send(service, headers, b"." * (most + 1), kind=KIND).status_code == 413
    assert send(service, service.headers("scientist"), b"Subject: x\r\n\r\nx", kind=KIND).status_code == 403
    assert send(service, {}, b"Subject: x\r\n\r\nx", kind=KIND).status_code == 401
    assert send(service, headers, b"nothing", kind=KIND).status_code == 422
    assert send(service, headers, b"x", kind="text/plain").status_code == 415
    assert send(service, headers, b"x", kind=KIND, path="/v1/triage").status_code == 415


def test_a_mail_that_the_model_cannot_read_now_is_kept(service, headers):
    service.model.broken = True
    assert mail(service, headers, "hello", number=1).status_code == 202


def test_both_kinds_of_body_are_described(service):
    described = service.client.get("/openapi.json").json()["paths"]["/v1/requests"]["post"]
    assert set(described["requestBody"]["content"]) == {"application/json", KIND}
