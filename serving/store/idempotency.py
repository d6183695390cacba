"""What a caller asked for under a key of its own: the same again is done once.

`once` is the first thing in the transaction that does the work. Two at the same time: the second waits for
the first to commit, or takes its turn where the first was rolled back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from features.errors import InputError
from serving.store.review_tables import idempotency_keys as kept
from serving.store.writing import insert_unless_there

HEADER = "Idempotency-Key"
LONGEST = 255


@dataclass(frozen=True, kw_only=True)
class Use:
    """One use of a key. route: method and path, with the identifiers in it. at: when, aware."""

    key: str
    caller: str
    route: str
    body_hash: str
    at: datetime


def checked(key: str) -> str:
    """A key as it was sent. Raises InputError where it is empty, too long or not printable ASCII."""
    if not key.strip() or len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        told = f"{HEADER}: {key[:40]!r} is no key; send 1 to {LONGEST} printable ASCII characters."
        raise InputError(told, field=HEADER)
    return key


def hash_of(body: Any) -> str:
    """SHA-256 of a body of plain data, in hexadecimal: equal for equal bodies, however written."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def once(connection: Connection, use: Use, *, reference: str) -> str | None:
    """Note a use; None where it is the first, else the reference of the first one: do nothing then.

    reference: what the answer will be about. Raises InputError where the key was used for something else.
    """
    row = {
        "caller": use.caller,
        "key": use.key,
        "route": use.route,
        "body_hash": use.body_hash,
        "reference": reference,
        "created_at": use.at,
    }
    if insert_unless_there(connection, kept, row):
        return None
    named = (kept.c.caller == use.caller, kept.c.key == use.key)
    first = connection.execute(select(kept).where(*named)).one()
    if (first.route, first.body_hash) != (use.route, use.body_hash):
        what = "with another body" if first.route == use.route else f"for {first.route}"
        told = f"{HEADER}: {use.key!r} was used before {what}; choose a new key for a new request."
        raise InputError(told, field=HEADER)
    return str(first.reference)


def refer(connection: Connection, use: Use, *, reference: str) -> None:
    """Say in the transaction of a first use what the answer is about after all."""
    named = (kept.c.caller == use.caller, kept.c.key == use.key)
    connection.execute(update(kept).where(*named).values(reference=reference))


def forget(connection: Connection, *, before: datetime) -> int:
    """Forget the uses from before a moment; how many. The same key is then a new one."""
    return connection.execute(delete(kept).where(kept.c.created_at < before)).rowcount
