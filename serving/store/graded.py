"""What a report reads of every request: its present assessment and when it came, without its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from features.outcome import NOTHING_SAID, Said
from features.records import Assessment
from serving.store import bodies, reviews
from serving.store.database import Database
from serving.store.requests import Status
from serving.store.tables import assessments, requests

BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Graded:
    """An assessed request. open: there is work to do. said: what people said of it."""

    id: str
    received_at: datetime
    open: bool
    assessment: Assessment
    said: Said = NOTHING_SAID


def batches(store: Database, *, sample: bool, size: int = BATCH) -> Iterator[list[Graded]]:
    """Every assessed request, batch by batch, each read in a transaction of its own: a report over many
    requests holds none of them up."""
    after = ""
    while True:
        with store.read() as connection:
            batch = _batch(connection, sample=sample, after=after, size=size)
        if batch:
            yield batch
        if len(batch) < size:
            return
        after = batch[-1].id


def _batch(connection: Connection, *, sample: bool, after: str, size: int) -> list[Graded]:
    page = (
        select(
            requests.c.id,
            requests.c.received_at,
            requests.c.status,
            requests.c.review_count,
            assessments.c.body,
        )
        .join(assessments, assessments.c.id == requests.c.assessment_id)
        .where(requests.c.sample == sample, requests.c.id > after)
        .order_by(requests.c.id)
        .limit(size)
    )
    rows = connection.execute(page).all()
    said = reviews.said_of(connection, [row.id for row in rows if row.review_count])
    return [
        Graded(
            id=row.id,
            received_at=row.received_at,
            open=row.status == Status.OPEN.value,
            assessment=bodies.to_assessment(row.body),
            said=said.get(row.id, NOTHING_SAID),
        )
        for row in rows
    ]


def unassessed(connection: Connection, *, sample: bool) -> int:
    """How many requests have no assessment yet."""
    waiting = select(func.count()).where(requests.c.sample == sample, requests.c.assessment_id.is_(None))
    return int(connection.execute(waiting).scalar_one())


def has_real_ones(connection: Connection) -> bool:
    """Whether there is any assessed request that is no sample."""
    real = select(requests.c.id).where(~requests.c.sample, requests.c.assessment_id.is_not(None)).limit(1)
    return connection.execute(real).first() is not None
