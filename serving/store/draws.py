"""Requests that chance took to be judged unseen or by two people, as stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, select, update

from serving.store.review_tables import draws
from serving.store.writing import insert_unless_there


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A request that was drawn. blind, second: the probability with which it was taken to be judged unseen,
    and by two people; None where it was not. stage: as in serving.slices."""

    request_id: str
    at: datetime
    blind: float | None
    second: float | None
    stage: str


def add(connection: Connection, draw: Draw) -> None:
    """Store a draw; nothing where the request was drawn before."""
    row = {
        "request_id": draw.request_id,
        "drawn_at": draw.at,
        "blind_probability": draw.blind,
        "second_probability": draw.second,
        "stage": draw.stage,
    }
    insert_unless_there(connection, draws, row)


def of_request(connection: Connection, request_id: str) -> Draw | None:
    """The draw of a request; None where it was not drawn."""
    return of_requests(connection, [request_id]).get(request_id)


def of_requests(connection: Connection, request_ids: Collection[str]) -> Mapping[str, Draw]:
    """The draws of these requests, by their identifiers."""
    rows = connection.execute(select(draws).where(draws.c.request_id.in_(list(request_ids))))
    return {
        row.request_id: Draw(
            request_id=row.request_id,
            at=row.drawn_at,
            blind=row.blind_probability,
            second=row.second_probability,
            stage=row.stage,
        )
        for row in rows
    }


def move(connection: Connection, request_id: str, stage: str) -> None:
    """Note what a drawn request waits for now."""
    connection.execute(update(draws).where(draws.c.request_id == request_id).values(stage=stage))


def waiting(connection: Connection) -> Mapping[str, int]:
    """Stage -> how many requests stand at it."""
    counted = select(draws.c.stage, func.count().label("number")).group_by(draws.c.stage)
    return {str(row.stage): int(row.number) for row in connection.execute(counted)}


def clear(connection: Connection, request_ids: Select[tuple[str]]) -> None:
    """Take out the draws of some requests."""
    connection.execute(delete(draws).where(draws.c.request_id.in_(request_ids)))
