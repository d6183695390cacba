"""The course of a request beside its grade: a person's first answer, its end, and its opening again.

Each makes a new version where it changes something, and does nothing where it is so already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from serving import intake
from serving.access.roles import Caller
from serving.assess import Answer
from serving.holding import held
from serving.store import regrading, working
from serving.store.requests import Status, Stored

if TYPE_CHECKING:
    from serving.services import Services

Versions = Collection[int] | None
_Change = Callable[[Connection, Stored], None]


def answered(services: Services, caller: Caller, request_id: str, *, versions: Versions = None) -> Answer:
    """A person answered for the first time: the response clock stops. versions, errors: as in `held`."""

    def change(connection: Connection, stored: Stored) -> None:
        if stored.answered_at is None:
            working.answered(connection, stored, at=services.tools.clock())

    return _changed(services, caller, request_id, versions, change)


def close(services: Services, caller: Caller, request_id: str, *, versions: Versions = None) -> Answer:
    """There is nothing left to do. versions, errors: as in `held`."""

    def change(connection: Connection, stored: Stored) -> None:
        if stored.status is Status.OPEN:
            working.closed(connection, stored, at=services.tools.clock())

    return _changed(services, caller, request_id, versions, change)


def reopen(services: Services, caller: Caller, request_id: str, *, versions: Versions = None) -> Answer:
    """There is something left to do after all. versions, errors: as in `held`.

    Closed requests are not regraded: what changed of the customer meanwhile is made due to be looked at.
    """

    def change(connection: Connection, stored: Stored) -> None:
        if stored.status is Status.CLOSED:
            working.reopened(connection, stored)
            if stored.request.customer_id is not None:
                regrading.make_due(connection, [stored.request.customer_id])

    return _changed(services, caller, request_id, versions, change)


def _changed(
    services: Services, caller: Caller, request_id: str, versions: Versions, change: _Change
) -> Answer:
    with services.store.write() as connection:
        change(connection, held(services, connection, caller, request_id, versions=versions).stored)
        return intake.standing(services, connection, intake.readable(connection, caller, request_id))
