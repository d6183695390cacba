"""What is noted in the audit log, and by whom it was done."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from serving.access.roles import Caller
from serving.store import audit
from serving.store.audit import Entry, Wanted

if TYPE_CHECKING:
    from serving.services import Services


class Action(StrEnum):
    """What is worth an entry."""

    KEY_CREATED = "key.created"
    KEY_ROTATED = "key.rotated"
    KEY_REVOKED = "key.revoked"
    USER_CREATED = "user.created"
    USER_RESET = "user.reset"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    LINK_CREATED = "link.created"
    SIGNED_IN = "session.begun"
    SESSION_ENDED = "session.ended"
    LOCKED = "sign_in.locked"
    GRADE_SET = "grade.set"
    GRADE_CONFIRMED = "grade.confirmed"
    GRADE_REJECTED = "grade.rejected"
    REVIEW_WITHDRAWN = "review.withdrawn"
    REVIEWS_RELEASED = "reviews.released"
    POLICY_IN_FORCE = "policy.in_force"
    MODEL_DEPLOYED = "model.deployed"
    REPORT_EXPORTED = "report.exported"
    DATA_EXPORTED = "data.exported"
    REQUEST_ERASED = "request.erased"
    CUSTOMER_ERASED = "customer.erased"


@dataclass(frozen=True)
class Actor:
    """Who did it: the name of a key or an account, and its role."""

    name: str
    role: str


SERVICE = Actor("service", "service")
"""What the service does by itself, such as a job."""


def operator() -> Actor:
    """Whoever runs the command line: the user of the operating system."""
    try:
        return Actor(getpass.getuser()[:200], "operator")
    except (OSError, KeyError):  # the process runs under a number that has no name
        return Actor("unknown", "operator")


def actor_of(caller: Caller) -> Actor:
    """A caller as an actor."""
    return Actor(caller.name, caller.role.value)


def note(
    connection: Connection, actor: Actor, *, action: Action, about: str, at: datetime, **details: Any
) -> None:
    """Note a deed in the transaction that does it. about: `kind ID`. details: see serving.store.audit."""
    entry = Entry(
        at=at, actor=actor.name, role=actor.role, action=action.value, about=about[:300], details=details
    )
    audit.add(connection, entry)


def newest(
    services: Services, wanted: Wanted, *, limit: int, before: int | None = None
) -> tuple[list[Entry], int | None]:
    """Entries, newest first, and the number to go on from, if there are more."""
    with services.store.read() as connection:
        page = audit.newest(connection, wanted, limit=limit + 1, before=before)
    return page[:limit], page[limit - 1].number if len(page) > limit else None
