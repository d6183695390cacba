"""Customers, policies and requests for the tests of regrading."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, insert, select

from features.policy import Policy
from serving.store import requests as stored_requests
from serving.store.tables import assessments
from serving.store.tables import requests as request_rows

RICH = {"revenue": 1e12, "contract_amount": 1e12, "as_of": "2026-03-01"}
POOR = {"revenue": 1, "contract_amount": 1, "as_of": "2026-03-02"}
QUESTION = "How do I reset it?"


def put(service, headers, number="C1", **facts):
    return service.client.put(f"/v1/customers/{number}", json=facts, headers=headers)


def post(service, headers, **more):
    return service.client.post("/v1/requests", json={"text": QUESTION, **more}, headers=headers).json()


def read(service, headers, number, path=""):
    answer = service.client.get(f"/v1/requests/{number}{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def history(service, headers, number):
    return read(service, headers, number, "/history")["items"]


def count(service, table=assessments):
    with service.services.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def other_policy(services, *, lifts_from=80, **changes):
    """The services of a later start with another policy: version 2, the lift from another value."""
    raw = services.policy.as_data()
    raw["version"] = 2
    raw["value"] = raw["value"] | {"from": lifts_from, **changes}
    return replace(services, policy=Policy.of(raw))


def store_many(service, lead, number, *, customer_id="C1"):
    """As many open requests as wanted, made from one."""
    first = post(service, lead, customer_id=customer_id)
    store = service.services.store
    with store.write() as connection:
        row = connection.execute(select(request_rows).where(request_rows.c.id == first["id"])).one()._asdict()
        words = connection.execute(select(stored_requests.request_words)).first()._asdict()
        made = (
            connection.execute(select(assessments).where(assessments.c.id == first["assessment_id"]))
            .one()
            ._asdict()
        )
        ids = [service.services.tools.new_id() for _ in range(2 * (number - 1))]
        pairs = list(zip(ids[::2], ids[1::2], strict=True))
        connection.execute(insert(request_rows), [row | {"id": a, "assessment_id": b} for a, b in pairs])
        connection.execute(
            insert(stored_requests.request_words), [words | {"request_id": a} for a, _ in pairs]
        )
        connection.execute(insert(assessments), [made | {"id": b, "request_id": a} for a, b in pairs])
    return first
