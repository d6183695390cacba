"""Explanations as kept, one for each request.

They hold no word, but what each word of a text weighs, so they go when the text goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from serving.store.explanation_tables import explanations
from serving.store.tables import requests
from serving.store.writing import holds_words, insert_or_replace

Body = Mapping[str, Any]


def add(connection: Connection, request_id: str, *, made_by: str, body: Body) -> None:
    """Keep a request's explanation in place of an earlier one, unless its words were erased meanwhile."""
    if holds_words(connection, request_id):
        row = {"request_id": request_id, "made_by": made_by, "body": dict(body)}
        insert_or_replace(connection, explanations, row)


def of_request(connection: Connection, request_id: str, *, made_by: str) -> Body | None:
    """What was kept of a request by this model; None where there is nothing."""
    its_own = select(explanations.c.body).where(
        explanations.c.request_id == request_id, explanations.c.made_by == made_by
    )
    body: Body | None = connection.execute(its_own).scalar_one_or_none()
    return body


def without(connection: Connection, ids: Sequence[str], *, made_by: str) -> list[str]:
    """Those of these requests that have none by this model, in their order."""
    there = select(explanations.c.request_id).where(
        explanations.c.request_id.in_(ids), explanations.c.made_by == made_by
    )
    have = set(connection.execute(there).scalars())
    return [each for each in ids if each not in have]


def remove(connection: Connection, request_ids: Iterable[str]) -> None:
    """Remove what was kept of some requests."""
    connection.execute(delete(explanations).where(explanations.c.request_id.in_(list(request_ids))))


def remove_samples(connection: Connection) -> None:
    """Remove what was kept of the samples."""
    samples = select(requests.c.id).where(requests.c.sample)
    connection.execute(delete(explanations).where(explanations.c.request_id.in_(samples)))
