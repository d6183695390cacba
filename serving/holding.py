"""A request held for a change: read once nobody else can change it, and only as the caller last saw it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection

from features.errors import ConflictError
from features.records import Assessment
from serving import intake
from serving.access.roles import Caller
from serving.assess import Answer
from serving.store import customers, working
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services


class OutdatedError(ConflictError):
    """The request is at another version than the caller last saw: 412. answer: the request as it stands."""

    def __init__(self, message: str, *, answer: Answer) -> None:
        super().__init__(message)
        self.answer = answer


class Held(NamedTuple):
    """A request, and its present assessment."""

    stored: Stored
    assessment: Assessment


def held(
    services: Services,
    connection: Connection,
    caller: Caller,
    request_id: str,
    *,
    versions: Collection[int] | None,
) -> Held:
    """A request, nobody else's to change until the transaction ends, its customer neither.

    versions: those that the caller may have seen; None for any. Raises NotFoundError where there is none
    that the caller may know of, OutdatedError where it is at another version, ConflictError where it
    waits for its first assessment.
    """
    seen = intake.readable(connection, caller, request_id)
    if seen.request.customer_id is not None:  # first, as everyone does who holds both
        customers.lock(connection, [seen.request.customer_id])
    working.hold(connection, seen.id)
    stored = intake.readable(connection, caller, request_id)
    if versions is not None and stored.version not in versions:
        told = f"The request is at version {stored.version} by now; look at it as it stands, then send again."
        raise OutdatedError(told, answer=intake.standing(services, connection, stored))
    if stored.assessment is None:
        raise ConflictError("This request waits for its first assessment; try again soon.")
    return Held(stored, stored.assessment)
