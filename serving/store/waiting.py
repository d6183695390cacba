"""Requests that have no assessment yet, and whose turn it is to make one.

Whoever takes some says until when nobody else need try them (`requests.assess_after`). A process that dies
leaves them to the others at that time, and a request that fails is put off in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from serving.store import requests as stored_requests
from serving.store.requests import Status, Stored
from serving.store.tables import requests


def any_due(
    connection: Connection, *, stored_before: datetime, at: datetime, status: Status = Status.RECEIVED
) -> bool:
    """Whether there is anything to take: asked first, since it needs no writing. status: as in `take`."""
    found = select(requests.c.id).where(_due(stored_before, at, status)).limit(1)
    return connection.execute(found).first() is not None


def take(
    connection: Connection,
    *,
    stored_before: datetime,
    at: datetime,
    until: datetime,
    limit: int,
    status: Status = Status.RECEIVED,
) -> list[Stored]:
    """Requests stored before a time that nobody is at, oldest first, taken until a time.

    status: those that somebody waits for, or `closed` for those that came in closed.

    Two processes never get the same: on PostgreSQL rows that another is taking are skipped, SQLite has one
    writer at a time.
    """
    due = select(requests.c.id).where(_due(stored_before, at, status)).order_by(requests.c.id).limit(limit)
    ids = list(connection.execute(due.with_for_update(skip_locked=True)).scalars())
    put_off(connection, ids, until=until)
    return stored_requests.several(connection, ids)


def put_off(connection: Connection, ids: Sequence[str], *, until: datetime) -> None:
    """Nobody need try these before that time."""
    connection.execute(update(requests).where(requests.c.id.in_(ids)).values(assess_after=until))


def _due(stored_before: datetime, at: datetime, status: Status) -> Any:
    free = or_(requests.c.assess_after.is_(None), requests.c.assess_after <= at)
    waits = (requests.c.assessment_id.is_(None), requests.c.status == status.value)
    return and_(*waits, requests.c.stored_at <= stored_before, free)
