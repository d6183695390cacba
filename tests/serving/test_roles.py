"""Every route with every role."""

from __future__ import annotations

import pytest

from serving.access.roles import RULES, Role

CALLERS = ["intake", "trusted", "reviewer", "lead", "scientist", "admin"]
ALLOWED = {
    ("POST", "/v1/triage"): set(CALLERS),
    ("POST", "/v1/requests"): {"intake", "trusted", "reviewer", "lead", "admin"},
    ("POST", "/v1/requests:batch"): {"intake", "trusted", "reviewer", "lead", "admin"},
    ("POST", "/v1/requests:upload"): {"intake", "trusted", "reviewer", "lead", "admin"},
    ("GET", "/v1/requests"): set(CALLERS),
    ("GET", "/v1/requests/{request_id}"): set(CALLERS),
    ("GET", "/v1/requests/{request_id}/history"): set(CALLERS),
    ("POST", "/v1/requests/{request_id}/messages"): {"intake", "trusted", "reviewer", "lead", "admin"},
    ("GET", "/v1/requests/{request_id}/messages"): set(CALLERS),
    ("GET", "/v1/requests/{request_id}/why"): set(CALLERS) - {"intake"},
    ("GET", "/v1/requests/{request_id}/similar"): set(CALLERS) - {"intake"},
    ("POST", "/v1/requests/{request_id}/reviews"): {"reviewer", "lead", "admin"},
    ("GET", "/v1/requests/{request_id}/reviews"): {"reviewer", "lead", "scientist", "admin"},
    ("POST", "/v1/requests/{request_id}/reviews/{review_id}:confirm"): {"lead", "admin"},
    ("POST", "/v1/requests/{request_id}/reviews/{review_id}:reject"): {"lead", "admin"},
    ("POST", "/v1/requests/{request_id}/answered"): {"trusted", "reviewer", "lead", "admin"},
    ("POST", "/v1/requests/{request_id}:close"): {"trusted", "reviewer", "lead", "admin"},
    ("POST", "/v1/requests/{request_id}:reopen"): {"trusted", "reviewer", "lead", "admin"},
    ("POST", "/v1/requests/{request_id}/claim"): {"reviewer", "lead", "admin"},
    ("POST", "/v1/requests/{request_id}/release"): {"reviewer", "lead", "admin"},
    ("GET", "/v1/queue"): {"reviewer", "lead", "scientist", "admin"},
    ("POST", "/v1/queue/next"): {"reviewer", "lead", "admin"},
    ("GET", "/v1/search"): {"reviewer", "lead", "scientist", "admin"},
    ("POST", "/v1/customers:bulk"): {"trusted", "lead", "admin"},
    ("PUT", "/v1/customers/{customer_id}"): {"trusted", "lead", "admin"},
    ("GET", "/v1/customers/{customer_id}"): set(CALLERS) - {"intake"},
    ("GET", "/v1/customers/{customer_id}/history"): set(CALLERS) - {"intake"},
    ("GET", "/v1/compare"): {"reviewer", "lead", "scientist", "admin"},
    ("GET", "/v1/reports/fairness"): {"lead", "scientist", "admin"},
    ("GET", "/v1/audit"): {"lead", "admin"},
    ("GET", "/v1/models"): {"lead", "scientist", "admin"},
    ("GET", "/v1/quarantine"): {"lead", "scientist", "admin"},
    ("POST", "/v1/quarantine/{batch}/release"): {"lead", "admin"},
    ("GET", "/v1/model"): set(CALLERS),
}
BODIES = {
    ("POST", "/v1/triage"): {"text": "hello"},
    ("POST", "/v1/requests"): {"text": "hello"},
    ("POST", "/v1/requests:batch"): {"items": [{"text": "hello"}]},
    ("POST", "/v1/requests/{request_id}/messages"): {"text": "hello"},
    ("POST", "/v1/customers:bulk"): {"items": []},
    ("PUT", "/v1/customers/{customer_id}"): {"revenue": 1},
    ("POST", "/v1/quarantine/{batch}/release"): {"reason": "x"},
    ("POST", "/v1/requests/{request_id}/reviews"): {
        "fields": {"type": "incident"},
        "assessment_id": "x",
        "shown": True,
        "purpose": "work",
    },
}
FILES = {("POST", "/v1/requests:upload"): {"file": ("requests.csv", b"text\nhello\n")}}
QUERIES = {("GET", "/v1/compare"): {"a": "x", "b": "y"}, ("GET", "/v1/search"): {"q": "x"}}


def test_the_table_has_a_rule_for_each_route_and_for_no_other(service):
    paths = service.app.openapi()["paths"]
    there = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert {each for each in there if each[1].startswith("/v1/")} == set(RULES) == set(ALLOWED)
    assert {path for _, path in there if not path.startswith("/v1/")} == {"/healthz", "/readyz", "/metrics"}


def test_whoever_has_no_key_may_nothing(service):
    for method, path in RULES:
        url = path.format(request_id="x", customer_id="x", review_id="x", batch="x")
        assert service.client.request(method, url).status_code == 401, (method, path)


@pytest.mark.parametrize("caller", CALLERS)
def test_each_role_may_what_the_table_says_and_nothing_else(service, caller):
    role = "intake" if caller == "trusted" else caller
    headers = service.headers(role, trusted=caller == "trusted")
    for (method, path), allowed in ALLOWED.items():
        url = path.format(request_id="x", customer_id="x", review_id="x", batch="x")
        answer = service.client.request(
            method,
            url,
            headers=headers | {"If-Match": '"1"'},
            json=BODIES.get((method, path)),
            files=FILES.get((method, path)),
            params=QUERIES.get((method, path)),
        )
        if caller in allowed:
            assert answer.status_code in (200, 201, 404) or url == "/v1/queue/next", (
                method,
                path,
                answer.text,
            )
        else:
            assert answer.status_code == 403, (method, path, answer.text)
            assert answer.json()["status"] == 403


def test_health_needs_no_key_and_says_what_is_missing(service):
    assert service.client.get("/healthz").json() == {"status": "ok"}
    assert service.client.get("/readyz").json() == {"status": "ready", "missing": []}
    service.services.engine.stop()
    answer = service.client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["model"])


def test_the_roles_are_the_five_of_the_issue():
    assert [role.value for role in Role] == ["intake", "reviewer", "lead", "scientist", "admin"]
