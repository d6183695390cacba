"""Keys: made, listed, revoked, and told apart from what is no key.

A key is 256 random bits, so its SHA-256 is kept and needs no salt. A key is looked up in the database
once in 30 seconds (a setting); one revoked on this machine is refused at once, since revoking touches a
file whose time each look at the cache compares.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from features.errors import AccessError, ConflictError, InputError, NotFoundError
from serving.access.roles import Caller, Role
from serving.access.sources import SAMPLES
from serving.store import keys
from serving.store.database import Database
from serving.store.keys import Key

if TYPE_CHECKING:
    from serving.services import Tools

PREFIX = "tri_"
SHOWN = 12
_CACHED = 10_000


def hashed(secret: str) -> str:
    """What is kept of a key, a session or a link."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    database: Database, tools: Tools, *, role: Role, name: str | None = None, trusted: bool = False
) -> tuple[str, Key]:
    """Make a key; give it, once, and what is stored of it.

    A second key of the same name is the same party's, for exchanging the one for the other; without a
    name it gets one of its own. Raises ConflictError where the name is another party's.
    """
    secret = PREFIX + tools.new_secret()
    prefix = secret[:SHOWN]
    name = _checked_name(name) if name is not None else f"{role.value}-{prefix[len(PREFIX) :]}"
    made = Key(
        id=tools.new_id(),
        prefix=prefix,
        name=name,
        role=role.value,
        trusted=trusted,
        created_at=tools.clock(),
    )
    with database.write() as connection:
        for other in keys.active(connection, name):
            if (other.role, other.trusted) != (made.role, made.trusted):
                raise ConflictError(
                    f"The name {name!r} is taken by the {other.role} key {other.prefix}…; choose another "
                    "name, or revoke that key first.",
                    field="name",
                )
        keys.add(connection, made, hashed=hashed(secret))
    return secret, made


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > 200 or not name.isprintable() or name.strip() == SAMPLES:
        raise InputError(f"{name!r} cannot be the name of a key.", field="name")
    return name.strip()


def revoke(database: Database, named: str, *, at: datetime, stamp: Path) -> list[Key]:
    """Revoke the keys of that name, identifier or prefix; those that were live.

    Raises NotFoundError where there is none, InputError where a prefix means keys of several names.
    """
    with database.write() as connection:
        found = [key for key in keys.all_of(connection) if _is_named(key, named) and key.revoked_at is None]
        if not found:
            raise NotFoundError(f"There is no live key {named!r}; `triage keys list` shows them.")
        if len({key.name for key in found}) > 1:
            raise InputError(f"{named!r} stands for several keys; give the name or the whole id.")
        for key in found:
            keys.revoke(connection, key.id, at=at)
    stamp.touch()
    return found


def _is_named(key: Key, named: str) -> bool:
    return named in (key.id, key.name) or (
        len(named) >= len(PREFIX) + 4 and key.prefix.startswith(named[:SHOWN])
    )


@dataclass
class KeyRing:
    """Tells whose key it is. Safe for use by several threads.

    clock: seconds, monotonic. stamp: a file touched whenever a key is revoked on this machine.
    """

    database: Database
    seconds: float
    stamp: Path
    clock: Callable[[], float]
    _known: dict[str, tuple[Caller, float]] = field(default_factory=dict)
    _stamped: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def verify(self, secret: str) -> Caller:
        """Whose key this is. Raises AccessError where it is nobody's, or was revoked."""
        digest = hashed(secret)
        cached = self._cached(digest)
        if cached is not None:
            return cached
        caller = self._looked_up(digest)
        with self._lock:
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[digest] = (caller, self.clock() + self.seconds)
        return caller

    def _cached(self, digest: str) -> Caller | None:
        stamped = self.stamp.stat().st_mtime_ns if self.stamp.exists() else 0
        with self._lock:
            if stamped != self._stamped:
                self._known.clear()
                self._stamped = stamped
            caller, until = self._known.get(digest, (None, 0.0))
            return caller if self.clock() < until else None

    def _looked_up(self, digest: str) -> Caller:
        with self.database.read() as connection:
            found = keys.by_hash(connection, digest)
        if found is None or not hmac.compare_digest(found[0], digest):
            raise AccessError("This key is not known here.", known=False)
        key = found[1]
        if key.revoked_at is not None:
            raise AccessError("This key was revoked.", known=False)
        return Caller(name=key.name, role=Role(key.role), trusted=key.trusted, key_id=key.id)
