"""Which source a caller may write under, and whose the request then is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from features.errors import AccessError
from serving.access.roles import Caller
from serving.store import keys, sources
from serving.store.requests import Stored

SAMPLES = "sample"
"""The source of the sample requests; nobody's key may have the name."""


def owner_of(connection: Connection, caller: Caller, source: str, *, at: datetime) -> str:
    """Whose a request under this source is.

    An intake key may write under its own name, and under a name that is nobody else's: no other live key
    has it, and nobody wrote under it before. Staff write on behalf of whoever the source belongs to.
    Raises AccessError, naming the field `source`, where it is another's.
    """
    if source == caller.name:
        return caller.name
    if not caller.is_intake:
        return sources.claim(connection, source, owner=source, at=at)
    if not keys.active(connection, source):
        owner = sources.claim(connection, source, owner=caller.name, at=at)
        if owner == caller.name:
            return owner
    raise AccessError(
        f"The source {source!r} belongs to another party; leave it out or use {caller.name!r}.",
        known=True,
        field="source",
    )


def may_read(caller: Caller, stored: Stored) -> bool:
    """Whether a request is the caller's to read: an intake key reads its own only."""
    return not caller.is_intake or caller.name in (stored.owner, stored.request.source)
