"""Follow-up messages: kept as they come, and the request assessed anew of all that was said.

A message that only asks where the request is (features.text.chasers) is counted and shown, and moves
nothing; so is what a machine sent. Labels that a person gave stand. Deadlines count from the receipt of the
request, as ever. A message to a closed request opens it again, unless a machine sent it. Where the model
cannot answer, the message is kept and the assessment made later by the sweep.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features import text
from features.errors import StorageError, TriageError, UnavailableError
from features.records import Prediction, Reason, Request
from serving import assess, worth
from serving.placing import place
from serving.regrade import REGRADED
from serving.store import assessments, customers, explanations, messages, requests, working
from serving.store.assessments import Basis, Cause, Made
from serving.store.messages import Kind, Message
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)
BATCH = 32
SHARE = 2
"""Follow-ups have at least one part in so many of what is read, however long the request is."""


@dataclass(frozen=True)
class Together:
    """A request with what followed it, as a model reads it. cut: whether some of it was left out."""

    request: Request
    cut: bool = False


def joined(request: Request, followed: Sequence[Message]) -> Together:
    """A request with what followed it, as a model reads it: each cleaned for itself, so that what a mail
    quotes stays apart, and the newest first to be kept where there is more than is read."""
    bound = text.READ_CHARACTERS
    room, said, cut = bound // SHARE, list[str](), False
    for each in reversed(followed):
        read = text.read(Request(text=each.text))
        said.insert(0, read.words[:room])
        cut = cut or read.truncated or len(read.words) > room
        room -= len(said[0]) + 1
        if room <= 0:
            break
    first = text.read(request)
    kept = first.words[: bound - sum(len(each) + 1 for each in said)]
    cut = cut or first.truncated or len(kept) < len(first.words) or len(said) < len(followed)
    return Together(replace(request, subject=None, text="\n".join([kept, *said])), cut)


def as_assessed(connection: Connection, stored: Stored) -> Together:
    """A request as the model read it for the assessment that stands: with the messages that assessment was
    made of, and without those that wait to be read."""
    facts = _facts(connection, stored.id) if stored.message_count else []
    if facts and messages.is_due(connection, stored.id):
        made = assessments.of_request(connection, stored.id)
        read = max((each.at for each in made if each.cause is Cause.FOLLOW_UP), default=None)
        facts = [each for each in facts if read is not None and each.stored_at <= read]
    return joined(stored.request, facts) if facts else Together(stored.request)


def read_again(services: Services, request_id: str, *, seconds: float) -> bool:
    """Assess a request anew of all that was said; False where there is nothing to do, or it just changed.

    Raises UnavailableError where the model does not answer within so many seconds.
    """
    with services.store.read() as connection:
        stored = requests.get(connection, request_id)
        followed = _facts(connection, request_id)
        due = messages.is_due(connection, request_id)
    if stored is None or stored.erased or stored.assessment is None or not due:
        return False
    both = joined(stored.request, followed)
    prediction = services.engine.predict(both.request, seconds=seconds)
    prediction = replace(prediction, truncated=prediction.truncated or both.cut)
    with services.store.write() as connection:
        return _keep(services, connection, stored, prediction)


def look(services: Services, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Assess anew what messages followed and no handler did; how many. One that fails keeps no other."""
    count, last = 0, ""
    while not stop():
        with services.store.read() as connection:
            due = messages.due(connection, after=last, limit=BATCH)
        for request_id in due:
            count += _tried(services, request_id)
        if not due:
            break
        last = due[-1]
    return count


def _tried(services: Services, request_id: str) -> bool:
    try:
        return read_again(services, request_id, seconds=services.settings.lease_seconds)
    except StorageError:
        raise
    except TriageError as error:
        log.warning("Messages to request %s wait to be read: %s", request_id, error)
        return False


def _facts(connection: Connection, request_id: str) -> list[Message]:
    kept = messages.of_request(connection, request_id)
    return [each for each in kept if each.kind is Kind.FACTS and not each.erased]


def _keep(services: Services, connection: Connection, seen: Stored, prediction: Prediction) -> bool:
    """Store the assessment, unless another message came since the request was seen, or another was first."""
    if seen.request.customer_id is not None:  # first, as everyone does who holds both
        customers.lock(connection, [seen.request.customer_id])
    working.hold(connection, seen.id)
    stored = requests.get(connection, seen.id)
    if stored is None or stored.erased or stored.assessment is None:
        return False
    if stored.message_count != seen.message_count or not messages.is_due(connection, seen.id):
        return False
    made, basis = _made(services, connection, stored, prediction)
    where = place(services, stored, made.assessment, stored.said)
    working.reviewed(connection, stored, review=None, made=made, basis=basis, place=where)
    messages.note_read(connection, stored.id)
    explanations.remove(connection, [stored.id])  # its places of words are those of a shorter text
    return True


def _made(
    services: Services, connection: Connection, stored: Stored, prediction: Prediction
) -> tuple[Made, Basis]:
    request, was = stored.request, stored.assessment
    if was is None:
        raise UnavailableError("This request waits for its first assessment.")
    base = worth.base_of(services, connection, [request])
    customer = base.value(request, facts_trusted=stored.facts_trusted)
    people = stored.said.within(services.taxonomy)
    now = assess.judged(services, request, prediction, customer, people)
    numbers = {"cause": Cause.FOLLOW_UP.value, "before": was.grade.value, "after": now.grade.value}
    now = replace(now, reasons=(*now.reasons, Reason(code=REGRADED, numbers=numbers)))
    made = Made(
        id=services.tools.new_id(),
        request_id=stored.id,
        at=services.tools.clock(),
        cause=Cause.FOLLOW_UP,
        assessment=now,
    )
    return made, Basis(policy_hash=services.policy.hash, facts_version=base.facts_version(request))
