"""Jobs as rows: added in the transaction that causes them, claimed for a while, done, tried again, given up.

Whoever claims a job has it until its lease runs out. A claim is counted, and only the latest one may say
what became of the job, so one that came too late changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, or_, select, update

from serving.store.job_tables import jobs
from serving.store.writing import insert_unless_there

LOST = "The process ended while it ran."
"""The error of a job whose lease ran out in its last attempt."""

_OPEN = and_(jobs.c.done_at.is_(None), jobs.c.given_up_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work to do. key: what makes it the only one of its kind, where set. attempts: how often it was
    claimed. error: why the last attempt failed."""

    id: str
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    run_at: datetime
    key: str | None = None
    attempts: int = 0
    lease_until: datetime | None = None
    error: str | None = None
    done_at: datetime | None = None
    given_up_at: datetime | None = None


def add(connection: Connection, job: Job) -> bool:
    """Leave a job to be done; False, and nothing done, where its kind has one of that key."""
    row = {
        "id": job.id,
        "kind": job.kind,
        "key": job.key,
        "payload": dict(job.payload),
        "created_at": job.created_at,
        "run_at": job.run_at,
        "attempts": 0,
    }
    return insert_unless_there(connection, jobs, row)


def any_due(connection: Connection, kinds: Iterable[str], *, at: datetime) -> bool:
    """Whether there is anything to claim: asked first, since it needs no writing."""
    return connection.execute(select(jobs.c.id).where(_due(kinds, at)).limit(1)).first() is not None


def claim(
    connection: Connection, kinds: Iterable[str], *, at: datetime, until: datetime, attempts: int
) -> Job | None:
    """Take the job that waits longest, until a time; None where none is due.

    One that was claimed so many times and never came to an end is given up. Two processes never get the
    same: on PostgreSQL rows that another holds are skipped, SQLite has one writer at a time.
    """
    _give_up_lost(connection, at=at, attempts=attempts)
    due = select(jobs.c.id).where(_due(kinds, at)).order_by(jobs.c.run_at, jobs.c.id).limit(1)
    taken = (
        update(jobs)
        .where(jobs.c.id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(lease_until=until, attempts=jobs.c.attempts + 1)
        .returning(*jobs.c)
    )
    row = connection.execute(taken).one_or_none()
    return None if row is None else _job(row)


def renew(connection: Connection, claimed: Iterable[Job], *, until: datetime) -> None:
    """Keep claims for longer, those that are still ours."""
    for job in claimed:
        connection.execute(update(jobs).where(_ours(job)).values(lease_until=until))


def finish(connection: Connection, job: Job, *, at: datetime) -> bool:
    """The job is done. False where the claim was lost meanwhile."""
    done = update(jobs).where(_ours(job)).values(done_at=at, lease_until=None, error=None)
    return connection.execute(done).rowcount == 1


def try_again(connection: Connection, job: Job, *, error: str, run_at: datetime) -> bool:
    """The attempt failed: another at a time."""
    later = update(jobs).where(_ours(job)).values(run_at=run_at, lease_until=None, error=error)
    return connection.execute(later).rowcount == 1


def give_up(connection: Connection, job: Job, *, error: str, at: datetime) -> bool:
    """The last attempt failed: the job stays, with its error, until someone looks at it."""
    given_up = update(jobs).where(_ours(job)).values(given_up_at=at, lease_until=None, error=error)
    return connection.execute(given_up).rowcount == 1


def let_go(connection: Connection, claimed: Iterable[Job]) -> None:
    """Give claims back, unfinished, so that another takes them at once; the attempt does not count."""
    for job in claimed:
        back = update(jobs).where(_ours(job))
        connection.execute(back.values(lease_until=None, attempts=job.attempts - 1))


def retry(connection: Connection, job_id: str, *, at: datetime) -> bool:
    """Have a job that was given up tried again, from the first attempt on. False where there is none."""
    again = update(jobs).where(jobs.c.id == job_id, jobs.c.given_up_at.is_not(None))
    values = {"run_at": at, "attempts": 0, "given_up_at": None}
    return connection.execute(again.values(values)).rowcount == 1


def newest(connection: Connection, *, limit: int, undone: bool = False) -> list[Job]:
    """Jobs, newest first. undone: only those that are not done, given up or not."""
    page = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(limit)
    return _many(connection, page.where(jobs.c.done_at.is_(None)) if undone else page)


def delete_done(connection: Connection, *, before: datetime) -> int:
    """Forget jobs done before a time; how many. Those given up stay."""
    return connection.execute(delete(jobs).where(jobs.c.done_at < before)).rowcount


def _due(kinds: Iterable[str], at: datetime) -> Any:
    free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= at)
    return and_(_OPEN, jobs.c.run_at <= at, free, jobs.c.kind.in_(list(kinds)))


def _give_up_lost(connection: Connection, *, at: datetime, attempts: int) -> None:
    lost = and_(_OPEN, jobs.c.lease_until <= at, jobs.c.attempts >= attempts)
    connection.execute(update(jobs).where(lost).values(given_up_at=at, lease_until=None, error=LOST))


def _ours(job: Job) -> Any:
    return and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts, _OPEN)


def _many(connection: Connection, query: Select[Any]) -> list[Job]:
    return [_job(row) for row in connection.execute(query)]


def _job(row: Row[Any]) -> Job:
    return Job(**row._mapping)
