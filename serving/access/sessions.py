"""Signing in to the pages: by a password, by a one-time link or by a key, for some hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from features.errors import AccessError, NotFoundError
from serving.access import lockout, passwords
from serving.access.keys import hashed
from serving.access.roles import Caller, Role
from serving.audit import SERVICE, Action, Actor, actor_of, note
from serving.store import sessions, users
from serving.store.sessions import Link, Session
from serving.store.users import User

if TYPE_CHECKING:
    from serving.services import Services


class PasswordError(AccessError):
    """A name and a password that let nobody in: wrong, disabled or locked out, and not said which."""

    def __init__(self) -> None:
        super().__init__("This name and password let nobody in.", known=False)


@dataclass(frozen=True)
class SignIn:
    """secret: what the browser's cookie holds; never stored. session: who it stands for."""

    secret: str
    session: Session


def caller_of(session: Session) -> Caller:
    """The caller a session stands for."""
    return Caller(name=session.name, role=Role(session.role), trusted=session.trusted, key_id=session.key_id)


def create_link(services: Services, *, name: str, role: Role, actor: Actor = SERVICE) -> str:
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
        about = f"link {link.id}"
        note(connection, actor, action=Action.LINK_CREATED, about=about, at=now, name=name, role=role.value)
    return secret


def redeem(services: Services, secret: str) -> SignIn:
    """Sign in by a link. Raises AccessError where it is unknown, used or too old."""
    with services.store.write() as connection:
        link = sessions.use_link(connection, hashed(secret), at=services.tools.clock())
    if link is None:
        raise AccessError("This sign-in link is used up or too old; ask for a new one.", known=False)
    return _begin(services, Caller(name=link.name, role=Role(link.role)), way="link")


def sign_in_with_key(services: Services, key: str) -> SignIn:
    """Sign in by a key of staff; the session ends with the key.

    Raises AccessError where the key is unknown or revoked, or is a system's and no person's.
    """
    caller = services.keys.verify(key)
    if caller.is_intake:
        raise AccessError("An intake key is for a system; sign in with a key of staff.", known=True)
    return _begin(services, caller, way="key")


def sign_in_with_password(services: Services, name: str, password: str, *, address: str) -> SignIn:
    """Sign in by an account. address: the network address it comes from.

    Raises PasswordError where that lets nobody in: the same words, after the same time, whatever the reason.
    """
    name = name.strip()
    user, may = _counted(services, name, address)
    fits = passwords.matches(password, kept=None if user is None else user.password_hash)
    if user is None or not (may and fits) or user.disabled_at is not None:
        raise PasswordError
    with services.store.write() as connection:
        now = services.tools.clock()
        its_account, its_address = lockout.bounds(services.settings, name=name, address=address)
        lockout.forget(connection, its_account)
        lockout.forgive(connection, its_address, at=now)
        users.signed_in(connection, user.id, at=now)
    return _begin(services, Caller(name=user.name, role=Role(user.role)), way="password", user_id=user.id)


def _counted(services: Services, name: str, address: str) -> tuple[User | None, bool]:
    """Count a try; the account, if there is one, and whether the try may be looked at."""
    settings, now, may = services.settings, services.tools.clock(), True
    with services.store.write() as connection:
        user = users.by_name(connection, name) if name.isprintable() else None
        for bound in lockout.bounds(settings, name=name, address=address):
            looked_at, last = lockout.count(connection, bound, settings=settings, at=now)
            may = may and looked_at
            if last:
                about = bound.subject if user is None else f"user {user.id}"
                note(connection, SERVICE, action=Action.LOCKED, about=about, at=now)
    return user, may


def session_of(services: Services, secret: str | None) -> Session | None:
    """The session a cookie stands for, while it lasts."""
    if not secret:
        return None
    with services.store.read() as connection:
        return sessions.live(connection, hashed(secret), at=services.tools.clock())


def sign_out(services: Services, secret: str) -> None:
    """End a session."""
    with services.store.write() as connection:
        now = services.tools.clock()
        ended = sessions.end(connection, hashed(secret), at=now)
        if ended is not None:
            actor, about = actor_of(caller_of(ended)), f"session {ended.id}"
            note(connection, actor, action=Action.SESSION_ENDED, about=about, at=now, name=ended.name)


def listed(services: Services, caller: Caller) -> list[Session]:
    """The sessions that last, newest first: the caller's own; for an admin everybody's."""
    name = None if caller.role is Role.ADMIN else caller.name
    with services.store.read() as connection:
        return sessions.all_live(connection, at=services.tools.clock(), name=name)


def end(services: Services, caller: Caller, session_id: str) -> None:
    """End a session of the caller's own; an admin anybody's. Raises NotFoundError for any other."""
    with services.store.write() as connection:
        now = services.tools.clock()
        mine = None if caller.role is Role.ADMIN else caller.name
        lasting = {each.id: each for each in sessions.all_live(connection, at=now, name=mine)}
        if session_id not in lasting:
            raise NotFoundError(f"There is no session {session_id!r} of yours that lasts.")
        sessions.end_by_id(connection, session_id, at=now)
        actor, about = actor_of(caller), f"session {session_id}"
        name = lasting[session_id].name
        note(connection, actor, action=Action.SESSION_ENDED, about=about, at=now, name=name)


def _begin(services: Services, caller: Caller, *, way: str, user_id: str | None = None) -> SignIn:
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
        user_id=user_id,
    )
    with services.store.write() as connection:
        sessions.add(connection, session, hashed=hashed(secret))
        note(
            connection,
            actor_of(caller),
            action=Action.SIGNED_IN,
            about=f"session {session.id}",
            at=now,
            way=way,
        )
    return SignIn(secret=secret, session=session)
