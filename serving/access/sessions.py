"""Signing in to the pages: by a one-time link or by a key, for some hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from features.errors import AccessError
from serving.access.keys import hashed
from serving.access.roles import Caller, Role
from serving.store import sessions
from serving.store.sessions import Link, Session

if TYPE_CHECKING:
    from serving.services import Services


@dataclass(frozen=True)
class SignIn:
    """secret: what the browser's cookie holds; never stored. session: who it stands for."""

    secret: str
    session: Session


def caller_of(session: Session) -> Caller:
    """The caller a session stands for."""
    return Caller(name=session.name, role=Role(session.role), trusted=session.trusted, key_id=session.key_id)


def create_link(services: Services, *, name: str, role: Role) -> str:
    """Make a one-time sign-in link; its secret, to be put behind the pages' sign-in address."""
    secret, now = services.tools.new_secret(), services.tools.clock()
    link = Link(
        id=services.tools.new_id(),
        name=name,
        role=role.value,
        created_at=now,
        expires_at=now + timedelta(minutes=services.settings.link_minutes),
    )
    with services.store.write() as connection:
        sessions.add_link(connection, link, hashed=hashed(secret))
    return secret


def redeem(services: Services, secret: str) -> SignIn:
    """Sign in by a link. Raises AccessError where it is unknown, used or too old."""
    with services.store.write() as connection:
        link = sessions.use_link(connection, hashed(secret), at=services.tools.clock())
    if link is None:
        raise AccessError("This sign-in link is used up or too old; ask for a new one.", known=False)
    return _begin(services, Caller(name=link.name, role=Role(link.role)))


def sign_in_with_key(services: Services, key: str) -> SignIn:
    """Sign in by a key of staff; the session ends with the key.

    Raises AccessError where the key is unknown or revoked, or is a system's and no person's.
    """
    caller = services.keys.verify(key)
    if caller.is_intake:
        raise AccessError("An intake key is for a system; sign in with a key of staff.", known=True)
    return _begin(services, caller)


def session_of(services: Services, secret: str | None) -> Session | None:
    """The session a cookie stands for, while it lasts."""
    if not secret:
        return None
    with services.store.read() as connection:
        return sessions.live(connection, hashed(secret), at=services.tools.clock())


def sign_out(services: Services, secret: str) -> None:
    """End a session."""
    with services.store.write() as connection:
        sessions.end(connection, hashed(secret), at=services.tools.clock())


def _begin(services: Services, caller: Caller) -> SignIn:
    secret, now = services.tools.new_secret(), services.tools.clock()
    session = Session(
        id=services.tools.new_id(),
        name=caller.name,
        role=caller.role.value,
        trusted=caller.trusted,
        csrf=services.tools.new_secret(),
        created_at=now,
        expires_at=now + timedelta(hours=services.settings.session_hours),
        key_id=caller.key_id,
    )
    with services.store.write() as connection:
        sessions.add(connection, session, hashed=hashed(secret))
    return SignIn(secret=secret, session=session)
