"""The queue as stored: identifiers of open requests in the order of their keys, from a place on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, not_, select, tuple_

from serving.store.placing import kept
from serving.store.requests import Status
from serving.store.review_tables import draws
from serving.store.tables import ID, requests
from serving.store.types import UtcDateTime
from serving.store.working import nobody_is_at

_IS_OPEN = requests.c.status == literal(Status.OPEN.value, literal_execute=True)
"""Written out: a bound value would hide from a prepared plan that the index of open requests serves."""
NOBODY = ""
_ONE_OF = ("grade", "type", "team", "lane", "language", "channel", "customer_id", "decision")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of the queue is asked for. one_of: column -> the values that meet it; all must be met.

    needs_review, override_waits: None asks for neither. claimed_by: whose claim must hold, NOBODY for none,
    None for whatever. sample: the samples instead of all others. reviewed: whether a person has judged it.
    stage: what those that chance took wait for (serving.slices); stages_left_out: those that wait for these
    are not wanted.
    """

    one_of: dict[str, Sequence[str]] = field(default_factory=dict)
    needs_review: bool | None = None
    override_waits: bool | None = None
    claimed_by: str | None = None
    sample: bool = False
    reviewed: bool | None = None
    stage: str | None = None
    stages_left_out: Collection[str] = ()


@dataclass(frozen=True, kw_only=True)
class Position:
    """A place in the queue: what comes after it comes later."""

    queue_key: datetime
    id: str


def page(
    connection: Connection, wanted: Wanted, *, now: datetime, limit: int, after: Position | None = None
) -> list[Position]:
    """The next requests in the order of the queue."""
    found = _ordered(wanted, now).limit(limit)
    if after is not None:
        place = tuple_(literal(after.queue_key, UtcDateTime), literal(after.id, ID))
        found = found.where(tuple_(requests.c.queue_key, requests.c.id) > place)
    return [Position(queue_key=row.queue_key, id=row.id) for row in connection.execute(found)]


def first(connection: Connection, wanted: Wanted, *, now: datetime) -> str | None:
    """The first request, its row held until the transaction ends; rows that others hold are passed over."""
    found = _ordered(wanted, now).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(found).first()
    return None if row is None else str(row.id)


def _ordered(wanted: Wanted, now: datetime) -> Select[tuple[datetime, str]]:
    theirs = select(requests.c.queue_key, requests.c.id)
    theirs = theirs.where(_IS_OPEN, requests.c.sample == wanted.sample, *_conditions(wanted, now))
    return theirs.order_by(requests.c.queue_key, requests.c.id)


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    for name in _ONE_OF:
        values = [each if name == "customer_id" else kept(each) for each in wanted.one_of.get(name, ())]
        if len(values) == 1:  # within the index; several are not
            asked.append(requests.c[name] == values[0])
        elif values:
            asked.append(requests.c[name].in_(values))
    if wanted.needs_review is not None:
        asked.append(requests.c.needs_review == wanted.needs_review)
    if wanted.override_waits is not None:
        asked.append(requests.c.override_waits if wanted.override_waits else ~requests.c.override_waits)
    if wanted.claimed_by == NOBODY:
        asked.append(nobody_is_at(now))
    elif wanted.claimed_by is not None:
        asked += [requests.c.claimed_by == wanted.claimed_by, not_(nobody_is_at(now))]
    if wanted.reviewed is not None:
        asked.append(requests.c.review_count > 0 if wanted.reviewed else requests.c.review_count == 0)
    if wanted.stage is not None:
        drawn = select(draws.c.request_id).where(draws.c.stage == wanted.stage)
        asked.append(requests.c.id.in_(drawn))
    if wanted.stages_left_out:
        asked.append(not_(_waits_for(wanted.stages_left_out)))
    return asked


def _waits_for(stages: Collection[str]) -> ColumnElement[bool]:
    """Whether chance took a request and it waits for one of these."""
    drawn = select(draws.c.request_id).where(draws.c.request_id == requests.c.id)
    return drawn.where(draws.c.stage.in_(sorted(stages))).exists()


def grades(
    connection: Connection, wanted: Wanted, *, now: datetime, most: int, untold: Collection[str] = ()
) -> dict[str, int]:
    """Grade -> how many of the first `most` requests have it. untold: what waits for one of these stages is
    counted under no grade, the empty one."""
    first_ones = _ordered(wanted, now).add_columns(requests.c.grade).limit(most).subquery()
    hidden = and_(draws.c.request_id == first_ones.c.id, draws.c.stage.in_(sorted(untold)))
    grade = case((draws.c.request_id.is_(None), first_ones.c.grade), else_="").label("told")
    counted = select(grade, func.count().label("number")).select_from(first_ones.outerjoin(draws, hidden))
    return {str(row.told): int(row.number) for row in connection.execute(counted.group_by(grade))}
