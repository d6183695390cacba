"""Erasing what a person wrote: the words go, with all that could tell them; what was decided stays.

Gone are text, subject, contact, attributes, inline facts, words of reviews, entries of the search, vectors,
explanations, and hashes of what was sent (serving.store.erasure names the tables). Labels, grades, times and
identifiers stay, also the sender's own name for a request, so that one that is sent again does not come back.
An erased request is closed. Of a customer the name and the facts go too.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import InputError, NotFoundError
from serving.audit import Action, Actor, note
from serving.store import customers, erasure, requests

if TYPE_CHECKING:
    from serving.services import Services

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What was done. requests: how many lost their words now. scrubbed: whether the file holds no trace."""

    requests: int
    scrubbed: bool


def erase_request(services: Services, request_id: str, *, actor: Actor, reason: str) -> Erased:
    """Erase the words of a request. Doing so again does nothing.

    Raises NotFoundError where there is none, InputError where the reason is empty or too long.
    """
    reason = _checked(reason)
    number = _number(request_id)
    with services.store.write() as connection:
        stored = None if number is None else requests.get(connection, number)
        if number is None or stored is None:
            raise NotFoundError(f"There is no request {request_id!r}.")
        if stored.request.customer_id is not None:  # first, as everyone does who holds both
            customers.lock(connection, [stored.request.customer_id])
        count = _erase(services, connection, [number], actor=actor, reason=reason)
    return Erased(requests=count, scrubbed=erasure.scrub(services.store))


def erase_customer(services: Services, customer_id: str, *, actor: Actor, reason: str) -> Erased:
    """Erase the words of every request of a customer, and the customer's name and facts.

    Raises NotFoundError where neither is known, InputError where the reason is empty or too long.
    """
    reason = _checked(reason)
    with services.store.write() as connection:
        customers.lock(connection, [customer_id])
        theirs = erasure.of_customer(connection, customer_id)
        count = _erase(services, connection, theirs, actor=actor, reason=reason)
        known = erasure.erase_customer(connection, customer_id)
        if not known and not theirs:
            raise NotFoundError(f"There is no customer {customer_id!r}, and no request of one.")
        if known or count:
            details = {"reason": reason, "requests": count}
            _note(services, connection, actor, Action.CUSTOMER_ERASED, f"customer {customer_id}", details)
    return Erased(requests=count, scrubbed=erasure.scrub(services.store))


def erase_several(services: Services, ids: Sequence[str], *, actor: Actor, reason: str) -> int:
    """Erase the words of these requests, in one transaction; how many had any. The file is not scrubbed."""
    with services.store.write() as connection:
        return _erase(services, connection, ids, actor=actor, reason=reason)


def _erase(
    services: Services, connection: Connection, ids: Sequence[str], *, actor: Actor, reason: str
) -> int:
    held = erasure.hold(connection, ids)
    erasure.erase(connection, held, at=services.tools.clock())
    for each in held:
        _note(services, connection, actor, Action.REQUEST_ERASED, f"request {each}", {"reason": reason})
    return len(held)


def _note(
    services: Services,
    connection: Connection,
    actor: Actor,
    action: Action,
    about: str,
    details: dict[str, object],
) -> None:
    note(connection, actor, action=action, about=about, at=services.tools.clock(), **details)


def _checked(reason: str) -> str:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        told = f"reason: say in 1 to {LONGEST_REASON} characters why; it is kept in the audit log."
        raise InputError(told, field="reason")
    return reason.strip()


def _number(request_id: str) -> str | None:
    """The identifier as it is stored; None where it is none."""
    try:
        return str(uuid.UUID(request_id))
    except ValueError:
        return None
