"""One-time sign-in links and sessions, as hashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, insert, or_, select, update

from serving.store.access_tables import users
from serving.store.tables import api_keys, sessions, sign_in_links


@dataclass(frozen=True, kw_only=True)
class Link:
    """A sign-in link: who it signs in, and until when."""

    id: str
    name: str
    role: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in person. csrf: what each form of theirs must carry. key_id, user_id: the key or the account
    they came with."""

    id: str
    name: str
    role: str
    trusted: bool
    csrf: str
    created_at: datetime
    expires_at: datetime
    key_id: str | None = None
    user_id: str | None = None


def add_link(connection: Connection, link: Link, *, hashed: str) -> None:
    """Store a sign-in link."""
    connection.execute(
        insert(sign_in_links).values(
            id=link.id,
            hash=hashed,
            name=link.name,
            role=link.role,
            created_at=link.created_at,
            expires_at=link.expires_at,
        )
    )


def use_link(connection: Connection, hashed: str, *, at: datetime) -> Link | None:
    """Use a link up; None where it is unknown, expired, or was used before."""
    usable = (
        sign_in_links.c.hash == hashed,
        sign_in_links.c.used_at.is_(None),
        sign_in_links.c.expires_at > at,
    )
    if connection.execute(update(sign_in_links).where(*usable).values(used_at=at)).rowcount != 1:
        return None
    row = connection.execute(select(sign_in_links).where(sign_in_links.c.hash == hashed)).one()
    return Link(id=row.id, name=row.name, role=row.role, created_at=row.created_at, expires_at=row.expires_at)


def add(connection: Connection, session: Session, *, hashed: str) -> None:
    """Store a session, and drop those that are long over."""
    connection.execute(delete(sessions).where(sessions.c.expires_at < session.created_at))
    connection.execute(
        insert(sessions).values(
            id=session.id,
            hash=hashed,
            csrf=session.csrf,
            name=session.name,
            role=session.role,
            trusted=session.trusted,
            key_id=session.key_id,
            user_id=session.user_id,
            created_at=session.created_at,
            expires_at=session.expires_at,
        )
    )


def live(connection: Connection, hashed: str, *, at: datetime) -> Session | None:
    """The session of a hash while it lasts: not ended, not over, its key and its account in use."""
    row = connection.execute(_live(at).where(sessions.c.hash == hashed)).one_or_none()
    return None if row is None else _session(row)


def all_live(connection: Connection, *, at: datetime, name: str | None = None) -> list[Session]:
    """The sessions that last, newest first. name: of one person."""
    found = _live(at) if name is None else _live(at).where(sessions.c.name == name)
    return [_session(row) for row in connection.execute(found.order_by(sessions.c.id.desc()))]


def _live(at: datetime) -> Select[Any]:
    key_ends = or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > at)
    return (
        select(sessions)
        .outerjoin(api_keys, sessions.c.key_id == api_keys.c.id)
        .outerjoin(users, sessions.c.user_id == users.c.id)
        .where(
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > at,
            or_(sessions.c.key_id.is_(None), and_(api_keys.c.revoked_at.is_(None), key_ends)),
            users.c.disabled_at.is_(None),
        )
    )


def end(connection: Connection, hashed: str, *, at: datetime) -> Session | None:
    """Sign out; the session that was ended, None where there was none."""
    mine = sessions.c.hash == hashed
    row = connection.execute(select(sessions).where(mine, sessions.c.ended_at.is_(None))).one_or_none()
    connection.execute(update(sessions).where(mine).values(ended_at=at))
    return None if row is None else _session(row)


def end_by_id(connection: Connection, session_id: str, *, at: datetime) -> None:
    """End a session."""
    connection.execute(update(sessions).where(sessions.c.id == session_id).values(ended_at=at))


def end_of_user(connection: Connection, user_id: str, *, at: datetime) -> int:
    """End every session of an account; how many lasted."""
    theirs = update(sessions).where(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None))
    return connection.execute(theirs.values(ended_at=at)).rowcount


def _session(row: Row[tuple[object, ...]]) -> Session:
    return Session(
        id=row.id,
        name=row.name,
        role=row.role,
        trusted=row.trusted,
        csrf=row.csrf,
        created_at=row.created_at,
        expires_at=row.expires_at,
        key_id=row.key_id,
        user_id=row.user_id,
    )


def delete_over(connection: Connection, *, at: datetime) -> int:
    """Forget sessions and links that are of no use any more; how many."""
    dead = or_(sessions.c.expires_at <= at, sessions.c.ended_at.is_not(None))
    used = or_(sign_in_links.c.expires_at <= at, sign_in_links.c.used_at.is_not(None))
    gone = connection.execute(delete(sessions).where(dead)).rowcount
    return gone + connection.execute(delete(sign_in_links).where(used)).rowcount
