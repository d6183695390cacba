"""Ways to ask the service, shared by its tests."""

from __future__ import annotations

from sqlalchemy import func, select


def send(service, headers, content, *, kind="application/json", path="/v1/requests"):
    return service.client.post(path, content=content, headers=headers | {"Content-Type": kind})


def rows(service, table):
    with service.services.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def fields(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    assert all(set(error) == {"field", "message"} for error in answer.json()["errors"])
    return [error["field"] for error in answer.json()["errors"]]
