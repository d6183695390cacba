"""A message that follows a request: kept, counted, and the request assessed anew (serving.follow_ups)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from features.errors import ConflictError, StorageError, UnavailableError
from features.records import Request
from features.text.chasers import is_chaser
from serving import follow_ups, intake
from serving.access import sources
from serving.access.roles import Caller
from serving.assess import Answer
from serving.intake import Outcome
from serving.store import customers, idempotency, messages, regrading, working
from serving.store.idempotency import Use
from serving.store.messages import Kind, Message
from serving.store.requests import Status, Stored

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What became of a message, `waiting` where it is read later, and the request as it stands."""

    outcome: Outcome
    message: Message
    answer: Answer


def follow(
    services: Services,
    caller: Caller,
    request_id: str,
    said: Request,
    *,
    automatic: bool = False,
    crowded: bool = False,
    use: Use | None = None,
) -> Followed:
    """Keep a message to a request, then assess the request anew, where it says something new.

    automatic: a machine sent it. crowded: do not even wait for the model. Raises NotFoundError where there
    is no such request that the caller may know of, InputError, AccessError on another's source, and
    ConflictError where the request's words were erased, or a replay says something else.
    """
    said = intake.checked(services, caller, said)
    with services.store.write() as connection:
        message, new = _kept(services, connection, caller, request_id, said, automatic=automatic, use=use)
    if new and message.kind is Kind.FACTS and not crowded:
        _read_now(services, message.request_id)
    with services.store.read() as connection:
        stored = intake.readable(connection, caller, message.request_id)
        waits = message.kind is Kind.FACTS and messages.is_due(connection, stored.id)
        answer = intake.standing(services, connection, stored)
    outcome = Outcome.REPLAYED if not new else Outcome.WAITING if waits else Outcome.NEW
    return Followed(outcome=outcome, message=message, answer=answer)


def of_request(services: Services, caller: Caller, request_id: str) -> tuple[Stored, list[Message]]:
    """A request and every message to it, oldest first. Raises NotFoundError as `intake.read` does."""
    with services.store.read() as connection:
        stored = intake.readable(connection, caller, request_id)
        return stored, messages.of_request(connection, stored.id)


def _read_now(services: Services, request_id: str) -> None:
    try:
        follow_ups.read_again(services, request_id, seconds=services.settings.answer_seconds)
    except (UnavailableError, StorageError) as error:
        log.warning("A message to request %s is read later: %s", request_id, error)


def _kept(
    services: Services,
    connection: Connection,
    caller: Caller,
    request_id: str,
    said: Request,
    *,
    automatic: bool,
    use: Use | None,
) -> tuple[Message, bool]:
    """The message on the disk, and whether it is new there."""
    message_id = services.tools.new_id()
    first = None if use is None else idempotency.once(connection, use, reference=message_id)
    stored = _held(connection, caller, request_id)
    earlier = _earlier(connection, stored, said) if first is None else messages.get(connection, first)
    if earlier is not None:
        if first is None and use is not None:
            idempotency.refer(connection, use, reference=earlier.id)
        return earlier, False
    if stored.erased:
        raise ConflictError("The words of this request were erased; send a new request.")
    made = _made(services, stored, said, message_id, sent_by=caller.name, automatic=automatic)
    sources.owner_of(connection, caller, made.source, at=made.stored_at)
    if not messages.add(connection, made):
        raise _taken(said)
    messages.counted(connection, stored.id, _change(stored, made.kind))
    if stored.status is Status.CLOSED and stored.request.customer_id is not None:
        regrading.make_due(connection, [stored.request.customer_id])  # closed ones are not regraded
    return made, True


def _held(connection: Connection, caller: Caller, request_id: str) -> Stored:
    seen = intake.readable(connection, caller, request_id)
    if seen.request.customer_id is not None:  # first, as everyone does who holds both
        customers.lock(connection, [seen.request.customer_id])
    working.hold(connection, seen.id)
    return intake.readable(connection, caller, request_id)


def _earlier(connection: Connection, stored: Stored, said: Request) -> Message | None:
    """The message of the same source and external id. Raises ConflictError where it is another."""
    if said.external_id is None:
        return None
    found = messages.by_external_id(connection, str(said.source), said.external_id)
    if found is None:
        return None
    if found.request_id != stored.id or not (found.erased or found.text == said.text):
        raise _taken(said)
    return found


def _taken(said: Request) -> ConflictError:
    told = (
        f"The message {said.external_id!r} of {said.source!r} was stored before with another text, or "
        "to another request."
    )
    return ConflictError(told, field="external_id")


def _made(
    services: Services, stored: Stored, said: Request, message_id: str, *, sent_by: str, automatic: bool
) -> Message:
    now = services.tools.clock()
    kind = Kind.AUTOMATIC if automatic else Kind.CHASER if is_chaser(said) else Kind.FACTS
    return Message(
        id=message_id,
        request_id=stored.id,
        number=stored.message_count + 1,
        kind=kind,
        source=str(said.source),
        sent_by=sent_by,
        received_at=said.received_at or now,
        stored_at=now,
        text=said.text,
        subject=said.subject,
        external_id=said.external_id,
        channel=said.channel,
        contact=said.contact,
        attributes=said.attributes,
    )


def _change(stored: Stored, kind: Kind) -> dict[str, Any]:
    """What a message changes on the request's row: the counts, and a closed request is opened again."""
    change: dict[str, Any] = {
        "message_count": stored.message_count + 1,
        "chased": stored.chased + (kind is Kind.CHASER),
    }
    if kind is Kind.FACTS:
        change["follow_up_due"] = True
    if stored.status is Status.CLOSED and kind is not Kind.AUTOMATIC:
        waits = stored.assessment is None
        change |= {"status": (Status.RECEIVED if waits else Status.OPEN).value, "closed_at": None}
    return change
