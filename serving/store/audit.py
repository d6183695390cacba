"""The audit log: who did what to what, and when. Entries are added and read, and there is nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from serving.store.access_tables import audit


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One deed. about: what it was done to, as `kind ID`. number: its place in the log, 0 before it is there.

    details: plain data without personal data and without words of requests.
    """

    at: datetime
    actor: str
    role: str
    action: str
    about: str
    details: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries are looked for; None for any."""

    action: str | None = None
    actor: str | None = None
    about: str | None = None


def add(connection: Connection, entry: Entry) -> None:
    """Write an entry, in the transaction of what it tells of."""
    row = {
        "at": entry.at,
        "actor": entry.actor,
        "role": entry.role,
        "action": entry.action,
        "object": entry.about,
        "details": dict(entry.details),
    }
    connection.execute(insert(audit).values(row))


def newest(connection: Connection, wanted: Wanted, *, limit: int, before: int | None = None) -> list[Entry]:
    """Entries, newest first. before: a number to go on from."""
    page = select(audit).order_by(audit.c.number.desc()).limit(limit)
    asked = ((audit.c.action, wanted.action), (audit.c.actor, wanted.actor), (audit.c.object, wanted.about))
    for column, value in asked:
        if value is not None:
            page = page.where(column == value)
    if before is not None:
        page = page.where(audit.c.number < before)
    return [
        Entry(
            number=row.number,
            at=row.at,
            actor=row.actor,
            role=row.role,
            action=row.action,
            about=row.object,
            details=row.details,
        )
        for row in connection.execute(page)
    ]
