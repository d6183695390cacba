"""Keys: made, exchanged, listed, revoked, and told apart from what is no key.

A key is 256 random bits, so its SHA-256 is kept and needs no salt. A key is looked up in the database
once in 30 seconds (a setting); one revoked on this machine is refused at once, since revoking touches a
file whose time each look at the cache compares. When it was last used is kept to the hour.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import AccessError, ConflictError, InputError, NotFoundError, StorageError
from serving.access.roles import Caller, Role
from serving.access.sources import SAMPLES
from serving.audit import SERVICE, Action, Actor, note
from serving.store import keys, users
from serving.store.database import Database
from serving.store.keys import Key

if TYPE_CHECKING:
    from serving.services import Tools

PREFIX = "tri_"
SHOWN = 12
_CACHED = 10_000
COARSE = timedelta(hours=1)
"""A use of a key is noted once in so long."""


def hashed(secret: str) -> str:
    """What is kept of a key, a session or a link."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    database: Database,
    tools: Tools,
    *,
    role: Role,
    name: str | None = None,
    trusted: bool = False,
    lasts: timedelta | None = None,
    actor: Actor = SERVICE,
) -> tuple[str, Key]:
    """Make a key; give it, once, and what is stored of it. lasts: None for until it is revoked.

    A second key of the same name is the same party's, for exchanging the one for the other; without a
    name it gets one of its own. Raises ConflictError where the name is another party's.
    """
    secret = PREFIX + tools.new_secret()
    prefix = secret[:SHOWN]
    name = _checked_name(name) if name is not None else f"{role.value}-{prefix[len(PREFIX) :]}"
    now = tools.clock()
    made = Key(
        id=tools.new_id(),
        prefix=prefix,
        name=name,
        role=role.value,
        trusted=trusted,
        created_at=now,
        expires_at=None if lasts is None else now + lasts,
    )
    with database.write() as connection:
        _refuse_taken(connection, made)
        keys.add(connection, made, hashed=hashed(secret))
        _note(connection, actor, Action.KEY_CREATED, made, at=now)
    return secret, made


def _refuse_taken(connection: Connection, made: Key) -> None:
    for other in keys.active(connection, made.name):
        if (other.role, other.trusted) != (made.role, made.trusted):
            raise ConflictError(
                f"The name {made.name!r} is taken by the {other.role} key {other.prefix}…; choose another "
                "name, or revoke that key first.",
                field="name",
            )
    if users.by_name(connection, made.name) is not None:
        raise ConflictError(f"The name {made.name!r} is an account's; choose another.", field="name")


def rotate(
    database: Database, tools: Tools, named: str, *, overlap: timedelta, stamp: Path, actor: Actor = SERVICE
) -> tuple[str, Key]:
    """Make a new key for the party of a key; its others end after the overlap.

    The key, once, and what is kept. named: as in `revoke`, which says what is raised.
    """
    secret, now = PREFIX + tools.new_secret(), tools.clock()
    with database.write() as connection:
        old = _live(connection, named, at=now)[-1]
        made = Key(
            id=tools.new_id(),
            prefix=secret[:SHOWN],
            name=old.name,
            role=old.role,
            trusted=old.trusted,
            created_at=now,
        )
        for each in keys.active(connection, old.name):
            keys.end_at(connection, each.id, at=now + overlap)
        keys.add(connection, made, hashed=hashed(secret))
        _note(
            connection, actor, Action.KEY_ROTATED, made, at=now, overlap_hours=overlap.total_seconds() / 3600
        )
    stamp.touch()
    return secret, made


def _note(
    connection: Connection, actor: Actor, action: Action, key: Key, *, at: datetime, **more: object
) -> None:
    told = {"name": key.name, "role": key.role, "trusted": key.trusted, "prefix": key.prefix, **more}
    note(connection, actor, action=action, about=f"key {key.id}", at=at, **told)


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > 200 or not name.isprintable() or name.strip() == SAMPLES:
        raise InputError(f"{name!r} cannot be the name of a key.", field="name")
    return name.strip()


def revoke(database: Database, named: str, *, at: datetime, stamp: Path, actor: Actor = SERVICE) -> list[Key]:
    """Revoke the keys of that name, identifier or prefix; those that were live.

    Raises NotFoundError where there is none, InputError where a prefix means keys of several names.
    """
    with database.write() as connection:
        found = _live(connection, named, at=at)
        for key in found:
            keys.revoke(connection, key.id, at=at)
            _note(connection, actor, Action.KEY_REVOKED, key, at=at)
    stamp.touch()
    return found


def _live(connection: Connection, named: str, *, at: datetime) -> list[Key]:
    found = [key for key in keys.all_of(connection) if _is_named(key, named) and key.lives(at)]
    if not found:
        raise NotFoundError(f"There is no live key {named!r}; `triage keys list` shows them.")
    if len({key.name for key in found}) > 1:
        raise InputError(f"{named!r} stands for several keys; give the name or the whole id.")
    return found


def _is_named(key: Key, named: str) -> bool:
    return named in (key.id, key.name) or (
        len(named) >= len(PREFIX) + 4 and key.prefix.startswith(named[:SHOWN])
    )


@dataclass
class KeyRing:
    """Tells whose key it is. Safe for use by several threads.

    clock: seconds, monotonic. now: the time. stamp: a file touched whenever a key is revoked on this machine.
    """

    database: Database
    seconds: float
    stamp: Path
    clock: Callable[[], float]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _known: dict[str, tuple[Caller, float]] = field(default_factory=dict)
    _used: dict[str, datetime] = field(default_factory=dict)
    _stamped: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def verify(self, secret: str) -> Caller:
        """Whose key this is. Raises AccessError where it is nobody's, or was revoked."""
        digest = hashed(secret)
        cached = self._cached(digest)
        if cached is not None:
            return cached
        key, now = self._looked_up(digest), self.now()
        caller = Caller(name=key.name, role=Role(key.role), trusted=key.trusted, key_id=key.id)
        left = self.seconds if key.expires_at is None else (key.expires_at - now).total_seconds()
        with self._lock:
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[digest] = (caller, self.clock() + min(left, self.seconds))
            if key.last_used_at is None or now - key.last_used_at >= COARSE:
                self._used[key.id] = now
        return caller

    def note_uses(self) -> None:
        """Write down which keys were used lately. Raises StorageError; then it is tried again."""
        with self._lock:
            used, self._used = self._used, {}
        if not used:
            return
        try:
            with self.database.write() as connection:
                for key_id, at in used.items():
                    keys.used(connection, key_id, at=at)
        except StorageError:
            with self._lock:
                self._used = used | self._used
            raise

    def _cached(self, digest: str) -> Caller | None:
        stamped = self.stamp.stat().st_mtime_ns if self.stamp.exists() else 0
        with self._lock:
            if stamped != self._stamped:
                self._known.clear()
                self._stamped = stamped
            caller, until = self._known.get(digest, (None, 0.0))
            return caller if self.clock() < until else None

    def _looked_up(self, digest: str) -> Key:
        with self.database.read() as connection:
            found = keys.by_hash(connection, digest)
        if found is None or not hmac.compare_digest(found[0], digest):
            raise AccessError("This key is not known here.", known=False)
        key = found[1]
        if key.revoked_at is not None:
            raise AccessError("This key was revoked.", known=False)
        if not key.lives(self.now()):
            raise AccessError("This key is over; ask for a new one.", known=False)
        return key
