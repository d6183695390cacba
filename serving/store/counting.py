"""How many there are of what is watched: jobs, open requests, requests without an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, case, func, literal, not_, select

from serving.store.job_tables import jobs
from serving.store.requests import Status
from serving.store.tables import requests

Counts = Mapping[tuple[str, ...], int]
UNGRADED = "-"


def jobs_by_state(connection: Connection, *, at: datetime) -> Counts:
    """(kind, state) -> how many are not done: `given_up`, `running`, `due`, or `planned` for later."""
    state = case(
        (jobs.c.given_up_at.is_not(None), "given_up"),
        (jobs.c.lease_until > at, "running"),
        (jobs.c.run_at <= at, "due"),
        else_="planned",
    ).label("state")
    each = select(jobs.c.kind, state).where(jobs.c.done_at.is_(None)).subquery()
    counted = select(each.c.kind, each.c.state, func.count()).group_by(each.c.kind, each.c.state)
    return {(kind, name): count for kind, name, count in connection.execute(counted)}


def open_by_grade(connection: Connection) -> Counts:
    """(grade,) -> how many requests are open, without the samples."""
    is_open = requests.c.status == literal(Status.OPEN.value, literal_execute=True)
    grade = requests.c.grade
    counted = select(grade, func.count()).where(is_open, not_(requests.c.sample)).group_by(grade)
    return {(name or UNGRADED,): count for name, count in connection.execute(counted)}


def unassessed(connection: Connection) -> Counts:
    """(status,) -> how many wait for their first assessment: `received`, or `closed` from a history."""
    waits = select(requests.c.status, func.count()).where(requests.c.assessment_id.is_(None))
    return {(status,): count for status, count in connection.execute(waits.group_by(requests.c.status))}
