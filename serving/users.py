"""Accounts of staff: made, given another password, disabled, enabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import ConflictError, InputError, NotFoundError
from serving.access import lockout, passwords
from serving.access.roles import Role
from serving.audit import Action, Actor, note
from serving.store import keys, sessions, users
from serving.store.users import User

if TYPE_CHECKING:
    from serving.services import Services

LONGEST_NAME = 100


def create(services: Services, name: str, *, role: Role, actor: Actor, password: str | None = None) -> str:
    """Make an account; its password. password: None for one that is made here.

    Raises InputError for a name or password that will not do, ConflictError where the name is taken.
    """
    name = _checked(name, role)
    password = _password(services, password, name)
    now = services.tools.clock()
    made = User(
        id=services.tools.new_id(),
        name=name,
        role=role.value,
        created_at=now,
        password_at=now,
        password_hash=passwords.hash_of(password),
    )
    with services.store.write() as connection:
        if keys.active(connection, name):
            raise ConflictError(f"The name {name!r} is a key's; choose another.", field="name")
        if not users.add(connection, made):
            raise ConflictError(f"There is an account {name!r} already; choose another name.", field="name")
        _note(services, connection, made, actor=actor, action=Action.USER_CREATED)
    return password


def reset(services: Services, name: str, *, actor: Actor, password: str | None = None) -> str:
    """Give an account another password, end its sessions and its lock; the password.

    password: None for one that is made here. Raises NotFoundError, and InputError as `create` does.
    """
    password = _password(services, password, name)
    kept, now = passwords.hash_of(password), services.tools.clock()
    with services.store.write() as connection:
        user = found(connection, name)
        users.set_password(connection, user.id, password_hash=kept, at=now)
        sessions.end_of_user(connection, user.id, at=now)
        lockout.forget(connection, lockout.bounds(services.settings, name=name, address="")[0])
        _note(services, connection, user, actor=actor, action=Action.USER_RESET)
    return password


def disable(services: Services, name: str, *, actor: Actor) -> None:
    """Let nobody in by an account, and end its sessions. Again changes nothing. Raises NotFoundError."""
    with services.store.write() as connection:
        user, now = found(connection, name), services.tools.clock()
        if user.disabled_at is None:
            users.set_disabled(connection, user.id, at=now)
            sessions.end_of_user(connection, user.id, at=now)
            _note(services, connection, user, actor=actor, action=Action.USER_DISABLED)


def enable(services: Services, name: str, *, actor: Actor) -> None:
    """Let an account in again. Again changes nothing. Raises NotFoundError."""
    with services.store.write() as connection:
        user = found(connection, name)
        if user.disabled_at is not None:
            users.set_disabled(connection, user.id, at=None)
            _note(services, connection, user, actor=actor, action=Action.USER_ENABLED)


def found(connection: Connection, name: str) -> User:
    """An account by its name. Raises NotFoundError."""
    user = users.by_name(connection, name)
    if user is None:
        raise NotFoundError(f"There is no account {name!r}; `triage users list` shows them.")
    return user


def _checked(name: str, role: Role) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        told = (
            f"name: {name!r} cannot be the name of an account; give 1 to {LONGEST_NAME} printable characters."
        )
        raise InputError(told, field="name")
    if role is Role.INTAKE:
        raise InputError("role: an account is a person's; make a key for a system.", field="role")
    return name


def _password(services: Services, given: str | None, name: str) -> str:
    if given is None:
        return services.tools.new_secret()[:20]
    passwords.check(given, name=name)
    return given


def _note(services: Services, connection: Connection, user: User, *, actor: Actor, action: Action) -> None:
    now = services.tools.clock()
    note(connection, actor, action=action, about=f"user {user.id}", at=now, name=user.name, role=user.role)
