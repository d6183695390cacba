"""No words of a request are in the log, whatever route they came by and whatever became of them."""

from __future__ import annotations

import io
import logging

import pytest

from serving.access.roles import PAGES, RULES
from serving.logs import LogFormat, formatter
from tests import databases

CANARY = "canaryseventeen"
WORDS = f"停产 {CANARY} outage 13800138000"


@pytest.fixture(params=[databases.SQLITE])
def database_kind(request):
    """What is logged does not depend on the database; one kind will do."""
    return request.param


@pytest.fixture
def log():
    """All that any logger says, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(LogFormat.JSON, stream=stream))
    handler.addFilter(lambda record: not record.name.startswith("httpx"))  # the caller's own, not ours
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


BODY = {
    "text": WORDS,
    "subject": CANARY,
    "metadata": {CANARY: CANARY},
    "customer": {"revenue": CANARY},
    CANARY: CANARY,
}
MAIL = f"From: a@b.example\nSubject: {CANARY}\nMessage-ID: <{CANARY}@b>\n\n{WORDS}\n".encode()


def bodies(path):
    """Ways to send the words by a route: rightly, with faults, as what it does not take, broken."""
    review = {
        "fields": {"type": CANARY},
        "grade": "P1",
        "reason": CANARY,
        "note": CANARY,
        "assessment_id": CANARY,
        "shown": True,
        "purpose": "work",
    }
    yield {"json": {"text": WORDS, "subject": CANARY, "channel": "form"}}
    yield {"json": BODY}
    yield {"json": {"items": [{"text": WORDS}, BODY, CANARY]}}
    yield {"json": review}
    yield {"json": {"reason": CANARY}}
    yield {"content": f'{{"text": "{WORDS}'.encode(), "headers": {"Content-Type": "application/json"}}
    yield {"content": MAIL, "headers": {"Content-Type": "message/rfc822"}}
    yield {"files": {"file": (f"{CANARY}.csv", f"text,{CANARY}\n{WORDS},{CANARY}\n".encode())}}
    yield {"data": {"text": WORDS, "csrf": CANARY, "q": CANARY}}


def call_all(service, headers):
    """Every route of the table and every page, with the words in the body, the address and the headers."""
    made = service.client.post("/v1/requests", json={"text": WORDS}, headers=headers)
    statuses = [made.status_code]
    identifier = made.json().get("id", CANARY)
    for method, path in [*RULES, *PAGES, ("POST", "/v1/nowhere"), ("GET", f"/{CANARY}")]:
        for request_id in (identifier, CANARY):
            url = path.format(
                request_id=request_id,
                customer_id=CANARY,
                review_id=CANARY,
                batch=CANARY,
                token=CANARY,
                name=CANARY,
            )
            for body in bodies(path) if method != "GET" else [{}]:
                own = {"If-Match": f'"{CANARY}"'} if request_id == CANARY else {"If-Match": '"1"'}
                more = headers | own | {"X-Request-ID": f"{CANARY} {CANARY}", "Accept": "text/html"}
                body = {**body, "headers": more | body.get("headers", {})}
                answer = service.client.request(method, url, params={"q": CANARY, "a": CANARY}, **body)
                assert answer.headers["X-Request-ID"]
                statuses.append(answer.status_code)
    return statuses


def test_no_words_of_a_request_are_logged_by_any_route(service, log):
    statuses = call_all(service, service.headers("admin", name="desk"))
    assert {200, 201, 400, 404, 415, 422} <= set(statuses)
    assert CANARY not in log.getvalue()
    assert "/v1/requests/{request_id}/messages" in log.getvalue()
    assert '"caller": "desk"' in log.getvalue()


def test_no_words_are_logged_where_the_model_fails_on_them(service, log):
    service.model.broken = True
    statuses = call_all(service, service.headers("admin"))
    assert {202, 503} <= set(statuses)
    assert CANARY not in log.getvalue()


def test_no_words_are_logged_where_everything_breaks(service, log, monkeypatch):
    headers = service.headers("admin")

    def broken(*_, **__):
        raise RuntimeError(f"cannot bear {WORDS}")

    service.services.keys.verify(headers["Authorization"].split()[1])
    for name in ("read", "write"):
        monkeypatch.setattr(service.services.store, name, broken)
    statuses = call_all(service, headers)
    assert 500 in statuses
    assert CANARY not in log.getvalue()
    assert "Fault" in log.getvalue()
