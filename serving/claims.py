"""Claims: who is at a request, for as long as the lease lasts, so that two people are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import AccessError, ConflictError
from serving import intake, unseen
from serving.access.roles import Caller
from serving.assess import Answer
from serving.review import LEADS
from serving.store import queue, working
from serving.store.queue import NOBODY, Wanted
from serving.store.requests import Claim, Status, Stored

if TYPE_CHECKING:
    from serving.services import Services


def claim(services: Services, caller: Caller, request_id: str, *, take_over: bool = False) -> Answer:
    """Take an open request, or hold on to one's own for another lease. take_over: though another is at it.

    Raises NotFoundError as `intake.read` does, ConflictError where it is not open or another is at it,
    AccessError where someone other than a lead would take over.
    """
    if take_over and caller.role not in LEADS:
        raise AccessError(
            "take_over: only a lead takes over another's request.", known=True, field="take_over"
        )
    with services.store.write() as connection:
        stored = intake.readable(connection, caller, request_id)
        mine = _lease(services, caller)
        now = services.tools.clock()
        if not working.claim(connection, stored.id, mine, now=now, take_over=take_over):
            raise _refusal(intake.readable(connection, caller, request_id))
        return _standing(services, connection, caller, request_id)


def release(services: Services, caller: Caller, request_id: str) -> Answer:
    """Let go of a request; nothing where nobody is at it. A lead may let go of another's.

    Raises NotFoundError as `intake.read` does, ConflictError where another is at it.
    """
    with services.store.write() as connection:
        working.hold(connection, intake.readable(connection, caller, request_id).id)
        stored = intake.readable(connection, caller, request_id)
        theirs = stored.claim is not None and stored.claim.by != caller.name
        if theirs and caller.role not in LEADS and _is_held(services, stored):
            raise _refusal(stored)
        working.release(connection, stored.id)
        return _standing(services, connection, caller, request_id)


def claim_next(services: Services, caller: Caller, wanted: Wanted) -> Answer | None:
    """Take the first request of the queue that nobody is at; None where there is none. One that is to be
    judged unseen is not taken where the filters would tell what the model said of it, whoever asks."""
    free, now = replace(unseen.unknown(wanted), claimed_by=NOBODY), services.tools.clock()
    with services.store.write() as connection:
        request_id = queue.first(connection, free, now=now)
        if request_id is None:
            return None
        working.claim(connection, request_id, _lease(services, caller), now=now, take_over=False)
        return _standing(services, connection, caller, request_id)


def _lease(services: Services, caller: Caller) -> Claim:
    until = services.tools.clock() + timedelta(minutes=services.settings.claim_minutes)
    return Claim(by=caller.name, until=until)


def _is_held(services: Services, stored: Stored) -> bool:
    return stored.claim is not None and stored.claim.holds(services.tools.clock())


def _refusal(stored: Stored) -> ConflictError:
    if stored.status is not Status.OPEN or stored.claim is None:
        return ConflictError(f"This request is {stored.status.value}; only an open one can be claimed.")
    until = stored.claim.until.isoformat().replace("+00:00", "Z")
    return ConflictError(f"{stored.claim.by!r} is at this request until {until}.")


def _standing(services: Services, connection: Connection, caller: Caller, request_id: str) -> Answer:
    return intake.standing(services, connection, intake.readable(connection, caller, request_id))
