"""Requests that were worked elsewhere: found again, and nobody's work; no clock starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from serving.services import Services
from serving.store.tables import assessments
from serving.sweep import Sweep
from tests.serving.asking import rows

CLOSED = {
    "text": "停产了，整个工厂都在等",
    "status": "closed",
    "received_at": "2025-03-01T08:00:00Z",
    "closed_at": "2025-03-02T08:00:00Z",
}


@pytest.fixture
def headers(service):
    return service.headers("reviewer", name="ann")


def post(service, headers, *items):
    return service.client.post("/v1/requests:batch", json={"items": items}, headers=headers).json()["items"]


def swept(service):
    """The waiting requests assessed, as if some time had gone by."""
    services: Services = service.services
    later = replace(services, tools=replace(services.tools, clock=lambda: _later(services)))
    return Sweep(later).look()


def _later(services):
    return services.tools.clock() + timedelta(minutes=1)


def test_a_closed_request_is_kept_closed_and_in_no_queue(service, headers):
    (line,) = post(service, headers, CLOSED)
    assert (line["status"], line["state"], line["grade"]) == (201, "closed", None)
    read = service.client.get(f"/v1/requests/{line['id']}", headers=headers).json()
    assert (read["status"], read["closed_at"]) == ("closed", CLOSED["closed_at"])
    assert (read["respond_by"], read["resolve_by"]) == (None, None)
    assert service.client.get("/v1/queue", headers=headers).json()["items"] == []
    found = service.client.get("/v1/search", params={"q": "停产"}, headers=headers).json()["items"]
    assert [each["id"] for each in found] == [line["id"]]


def test_it_is_assessed_later_without_a_promise_and_stays_closed(service, headers):
    (line,) = post(service, headers, CLOSED)
    assert swept(service) == 1
    read = service.client.get(f"/v1/requests/{line['id']}", headers=headers).json()
    assert (read["status"], read["grade"]) == ("closed", "P1")
    assert (read["respond_by"], read["resolve_by"]) == (None, None)
    assert service.client.get("/v1/queue", headers=headers).json()["items"] == []


def test_where_the_settings_say_so_it_is_not_assessed_at_all(start, settings):
    service = start(replace(settings, assess_history=False))
    post(service, service.headers("reviewer"), CLOSED)
    assert swept(service) == 0
    assert rows(service, assessments) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"closed_at": None}, "closed_at"),
        ({"status": None}, "status"),
        ({"received_at": None}, "received_at"),
        ({"closed_at": "2025-02-01T08:00:00Z"}, "closed_at"),
        ({"closed_at": "2099-02-01T08:00:00Z"}, "closed_at"),
        ({"status": "open"}, "status"),
    ],
)
def test_half_a_closing_or_an_impossible_one_is_refused(service, headers, change, field):
    (line,) = post(service, headers, CLOSED | change)
    assert (line["status"], line["errors"][0]["field"]) == (422, field)
