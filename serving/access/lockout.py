"""Locking out who tries passwords: per account and per network address.

A try is counted before it is looked at, so that many at once are no more tries than one after the other. The
right password begins the account's count anew, and not the address's: one account of one's own would else
pay for guesses at others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from serving.store import users
from serving.store.users import Failures

if TYPE_CHECKING:
    from serving.settings import Settings


@dataclass(frozen=True)
class Bound:
    """Who is counted, as a hash, and how many failures lock them out."""

    subject: str
    most: int


def bounds(settings: Settings, *, name: str, address: str) -> tuple[Bound, Bound]:
    """Those of a try: of the account first, then of the address."""
    return (
        Bound(_subject("account", name), settings.lockout_failures),
        Bound(_subject("address", address), settings.lockout_address_failures),
    )


def count(connection: Connection, bound: Bound, *, settings: Settings, at: datetime) -> tuple[bool, bool]:
    """Count a try; whether it may be looked at, and whether it is the last one before a lock.

    Whoever is locked out is not locked for longer by trying.
    """
    window, seen = (
        timedelta(minutes=settings.lockout_minutes),
        users.failures(connection, bound.subject, at=at),
    )
    if seen.locked_until is not None and at < seen.locked_until:
        return False, False
    if seen.locked_until is not None or at - seen.since >= window:
        seen = Failures(count=0, since=at, locked_until=None)
    seen = replace(seen, count=seen.count + 1)
    last = seen.count >= bound.most
    users.keep_failures(connection, bound.subject, replace(seen, locked_until=at + window) if last else seen)
    return True, last


def forget(connection: Connection, bound: Bound) -> None:
    """Begin to count anew."""
    users.forget_failures(connection, bound.subject)


def forgive(connection: Connection, bound: Bound, *, at: datetime) -> None:
    """Take back the count of a try that was right."""
    seen = users.failures(connection, bound.subject, at=at)
    users.keep_failures(
        connection, bound.subject, replace(seen, count=max(0, seen.count - 1), locked_until=None)
    )


def _subject(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"
