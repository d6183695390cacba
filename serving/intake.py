"""Requests coming in: stored and committed first, then assessed; or only assessed, and not stored."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection

from features import text
from features.errors import (
    AccessError,
    ConflictError,
    InputError,
    NotFoundError,
    StorageError,
    UnavailableError,
)
from features.records import CustomerValue, Request
from features.reviews import Review
from serving import assess, worth
from serving.access import sources
from serving.access.roles import Caller
from serving.assess import Answer
from serving.store import arriving, assessments, idempotency, messages, requests, reviews
from serving.store.assessments import Made
from serving.store.idempotency import Use
from serving.store.messages import Message
from serving.store.requests import Status, Stored

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)

COMPARED = ("text", "subject", "customer_id", "channel")
"""What a replay must have in common with what is stored."""


class Outcome(Enum):
    """What became of a request that came in."""

    NEW = 201
    REPLAYED = 200
    WAITING = 202


class TooLongError(InputError):
    """A text over what is stored: 413."""


@dataclass(frozen=True)
class Kept:
    """A request on the disk. new: it was not there before. worth: of its customer, as of now."""

    stored: Stored
    new: bool
    worth: CustomerValue | None


def triage(services: Services, caller: Caller, request: Request) -> Answer:
    """Assess a request and store nothing. Raises InputError, or UnavailableError where the model cannot."""
    request = checked(services, caller, request)
    customer = None
    if request.customer_id is not None or request.customer is not None:
        with services.store.read() as connection:
            customer = worth.of_request(services, connection, request, facts_trusted=caller.sees_value)
    prediction = services.engine.predict(request, seconds=services.settings.answer_seconds)
    assessment = assess.judged(services, request, prediction, customer)
    services.metrics.graded(grade=assessment.grade.value, model=prediction.model)
    return Answer(None, request, assessment)


def receive(
    services: Services, caller: Caller, request: Request, *, crowded: bool = False, use: Use | None = None
) -> tuple[Outcome, Answer]:
    """Store a request, then assess it; where the model cannot now, it is assessed later by itself.

    crowded: do not even wait for the model. A request that was stored before under the same source and
    external id, or by the same use of a key, is given as it stands. Raises InputError, AccessError on
    another's source, ConflictError where a replay says something else; once it returns, the request is on
    the disk.
    """
    request = checked(services, caller, request)
    with services.metrics.timed("store"):
        kept = services.store.write_among_others(
            lambda connection: keep(services, connection, caller, request, use=use)
        )
    if not kept.new:
        return Outcome.REPLAYED, _standing(services, kept.stored, kept.worth)
    stored = kept.stored if crowded else _assessed(services, kept)
    outcome = Outcome.WAITING if stored.assessment is None else Outcome.NEW
    return outcome, _standing(services, stored, kept.worth)


def read(services: Services, caller: Caller, request_id: str) -> Answer:
    """A request as it stands. Raises NotFoundError where there is none that the caller may know of."""
    with services.store.read() as connection:
        return standing(services, connection, readable(connection, caller, request_id))


class History(NamedTuple):
    """A request, and every assessment, review and message of it, oldest first."""

    stored: Stored
    made: list[Made]
    reviews: list[Review]
    messages: list[Message]


def history(services: Services, caller: Caller, request_id: str) -> History:
    """The course of a request. Raises NotFoundError as `read` does."""
    with services.store.read() as connection:
        stored = readable(connection, caller, request_id)
        return History(
            stored,
            assessments.of_request(connection, stored.id),
            reviews.of_request(connection, stored.id),
            messages.of_request(connection, stored.id),
        )


def readable(connection: Connection, caller: Caller, request_id: str) -> Stored:
    """A request as stored. Raises NotFoundError where there is none that the caller may know of."""
    number = _number(request_id)
    stored = None if number is None else requests.get(connection, number)
    if stored is None or not sources.may_read(caller, stored):
        raise NotFoundError(f"There is no request {request_id!r}.")
    return stored


def _number(request_id: str) -> str | None:
    """The identifier as it is stored; None where it is none."""
    try:
        return str(uuid.UUID(request_id))
    except ValueError:
        return None


def newest(
    services: Services, caller: Caller, *, limit: int, before: str | None
) -> tuple[list[Answer], str | None]:
    """Requests the caller may read, newest first, and the identifier to go on from, if there are more."""
    party = caller.name if caller.is_intake else None
    with services.store.read() as connection:
        page = requests.newest(connection, limit=limit + 1, before=before, party=party)
        answers = [standing(services, connection, stored) for stored in page[:limit]]
    return answers, page[limit - 1].id if len(page) > limit else None


def standing(services: Services, connection: Connection, stored: Stored) -> Answer:
    """A stored request with its assessment, or with the fallback while it waits for one."""
    if stored.assessment is not None:
        return Answer(stored, stored.request, stored.assessment)
    customer = worth.of_request(services, connection, stored.request, facts_trusted=stored.facts_trusted)
    return Answer(stored, stored.request, assess.pending(services, assess.clocked(stored), customer))


def _standing(services: Services, stored: Stored, customer: CustomerValue | None) -> Answer:
    assessment = stored.assessment or assess.pending(services, assess.clocked(stored), customer)
    return Answer(stored, stored.request, assessment)


def checked(services: Services, caller: Caller, request: Request) -> Request:
    """What was sent, with its source and the time it came. Raises InputError where it cannot be kept."""
    if text.too_long(request.text):
        raise TooLongError(
            f"The text has {len(request.text):,} characters; at most {text.STORED_CHARACTERS:,} are stored.",
            field="text",
        )
    text.check(request.text, request.subject)
    return replace(
        request,
        source=request.source or caller.name,
        received_at=request.received_at or services.tools.clock(),
    )


def keep(
    services: Services,
    connection: Connection,
    caller: Caller,
    request: Request,
    *,
    use: Use | None = None,
    closed_at: datetime | None = None,
) -> Kept:
    """Store a checked request in the caller's transaction, or give the one that was there before.

    closed_at: of one that was worked and closed elsewhere; it starts no clock. Raises as `receive` does.
    """
    now = services.tools.clock()
    stored = Stored(
        id=services.tools.new_id(),
        version=1,
        status=Status.RECEIVED if closed_at is None else Status.CLOSED,
        owner=sources.owner_of(connection, caller, str(request.source), at=now),
        facts_trusted=caller.sees_value,
        sample=False,
        stored_at=now,
        request=request,
        closed_at=closed_at,
    )
    earlier = None if use is None else idempotency.once(connection, use, reference=stored.id)
    if earlier is not None:
        stored, new = readable(connection, caller, earlier), False
    elif not (new := arriving.add(connection, stored)):
        stored = _replayed(connection, caller, request)
        if use is not None:
            idempotency.refer(connection, use, reference=stored.id)
    customer = worth.of_request(services, connection, stored.request, facts_trusted=stored.facts_trusted)
    return Kept(stored, new, customer)


def _replayed(connection: Connection, caller: Caller, request: Request) -> Stored:
    earlier = requests.by_external_id(connection, str(request.source), str(request.external_id))
    if earlier is None or not sources.may_read(caller, earlier):
        raise AccessError("This source belongs to another party.", known=True, field="source")
    if not earlier.erased:
        for field in COMPARED:
            if getattr(earlier.request, field) != getattr(request, field):
                raise ConflictError(
                    f"The request {request.external_id!r} of {request.source!r} was stored before "
                    f"with another {field}.",
                    field=field,
                )
    return earlier


def _assessed(services: Services, kept: Kept) -> Stored:
    """The stored request with its assessment, or without one where the model or the database cannot now."""
    request = kept.stored.request
    try:
        prediction = services.engine.predict(request, seconds=services.settings.answer_seconds)
        assessment = assess.judged(services, request, prediction, kept.worth)
        return assess.keep(services, kept.stored, assessment) or kept.stored
    except (UnavailableError, StorageError) as error:
        log.warning("Request %s is assessed later: %s", kept.stored.id, error)
        return kept.stored
