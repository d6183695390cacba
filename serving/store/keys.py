"""Keys, as hashes: the key itself is seen once, by whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, or_, select, update

from serving.store.tables import api_keys


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key as stored. prefix: its first characters, to tell keys apart by eye."""

    id: str
    prefix: str
    name: str
    role: str
    trusted: bool
    created_at: datetime
    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    def lives(self, now: datetime) -> bool:
        """Whether it is neither revoked nor over."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def add(connection: Connection, key: Key, *, hashed: str) -> None:
    """Store a key."""
    connection.execute(
        insert(api_keys).values(
            id=key.id,
            hash=hashed,
            prefix=key.prefix,
            name=key.name,
            role=key.role,
            trusted=key.trusted,
            created_at=key.created_at,
            expires_at=key.expires_at,
        )
    )


def by_hash(connection: Connection, hashed: str) -> tuple[str, Key] | None:
    """The stored hash and the key, revoked or not."""
    row = connection.execute(select(api_keys).where(api_keys.c.hash == hashed)).one_or_none()
    return None if row is None else (row.hash, _key(row))


def by_id(connection: Connection, key_id: str) -> Key | None:
    """A key by its identifier, revoked or not."""
    row = connection.execute(select(api_keys).where(api_keys.c.id == key_id)).one_or_none()
    return None if row is None else _key(row)


def all_of(connection: Connection) -> list[Key]:
    """Every key, oldest first."""
    return [_key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.id))]


def active(connection: Connection, name: str) -> list[Key]:
    """The keys of that name that are not revoked, over or not, oldest first."""
    named = select(api_keys).where(api_keys.c.name == name, api_keys.c.revoked_at.is_(None))
    return [_key(row) for row in connection.execute(named.order_by(api_keys.c.id))]


def revoke(connection: Connection, key_id: str, *, at: datetime) -> bool:
    """Revoke a key; False where it was revoked already or is not there."""
    statement = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    return connection.execute(statement.values(revoked_at=at)).rowcount == 1


def end_at(connection: Connection, key_id: str, *, at: datetime) -> None:
    """Have a key end at a moment, unless it ends earlier."""
    later = or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > at)
    connection.execute(update(api_keys).where(api_keys.c.id == key_id, later).values(expires_at=at))


def used(connection: Connection, key_id: str, *, at: datetime) -> None:
    """Note that a key was used."""
    connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=at))


def _key(row: Row[tuple[object, ...]]) -> Key:
    return Key(
        id=row.id,
        prefix=row.prefix,
        name=row.name,
        role=row.role,
        trusted=row.trusted,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
