"""What a kind of job is, and how one is left to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from serving.store import jobs
from serving.store.jobs import Job

if TYPE_CHECKING:
    from serving.services import Services

Run = Callable[["Services", Mapping[str, Any]], None]
_DAWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of job.

    run: does one, given its payload; it may be called again with the same, also after it succeeded. What
    it raises is stored and shown (a TriageError's message; of anything else the class alone), so its
    words may not quote a request. every: how often one is due by itself, None where others add them.
    """

    name: str
    run: Run
    every: timedelta | None = None


def add(
    services: Services,
    connection: Connection,
    kind: Kind,
    *,
    payload: Mapping[str, Any] | None = None,
    key: str | None = None,
    run_at: datetime | None = None,
) -> bool:
    """Leave a job to be done, in the caller's transaction. False where the kind has one of that key."""
    now = services.tools.clock()
    job = Job(
        id=services.tools.new_id(),
        kind=kind.name,
        key=key,
        payload=payload or {},
        created_at=now,
        run_at=run_at or now,
    )
    return jobs.add(connection, job)


def due_time(every: timedelta, now: datetime) -> datetime:
    """When a periodic job was last due: a whole number of periods since 1970, the same on all machines."""
    return now - (now - _DAWN) % every
