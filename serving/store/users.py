"""Accounts of staff, and sign-ins that failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, select, update

from serving.store.access_tables import sign_in_failures, users
from serving.store.writing import insert_unless_there


@dataclass(frozen=True, kw_only=True)
class User:
    """An account. password_at: since when the password is this one."""

    id: str
    name: str
    role: str
    created_at: datetime
    password_at: datetime
    password_hash: str
    signed_in_at: datetime | None = None
    disabled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Failures:
    """Sign-ins that failed, of an account or from an address. count: since then."""

    count: int
    since: datetime
    locked_until: datetime | None


def add(connection: Connection, user: User) -> bool:
    """Store an account; False where the name is taken."""
    row = {
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "password_hash": user.password_hash,
        "created_at": user.created_at,
        "password_at": user.password_at,
    }
    return insert_unless_there(connection, users, row)


def by_name(connection: Connection, name: str) -> User | None:
    """An account, disabled or not."""
    row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
    return None if row is None else _user(row)


def all_of(connection: Connection) -> list[User]:
    """Every account, by name."""
    return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]


def set_password(connection: Connection, user_id: str, *, password_hash: str, at: datetime) -> None:
    """Keep another password."""
    mine = update(users).where(users.c.id == user_id)
    connection.execute(mine.values(password_hash=password_hash, password_at=at))


def set_disabled(connection: Connection, user_id: str, *, at: datetime | None) -> None:
    """Disable an account; None enables it."""
    connection.execute(update(users).where(users.c.id == user_id).values(disabled_at=at))


def signed_in(connection: Connection, user_id: str, *, at: datetime) -> None:
    """Note when somebody last signed in."""
    connection.execute(update(users).where(users.c.id == user_id).values(signed_in_at=at))


def failures(connection: Connection, subject: str, *, at: datetime) -> Failures:
    """What failed before, nobody else's to change until the transaction ends. It is there from now on."""
    new = {"subject": subject, "failed": 0, "since": at}
    insert_unless_there(connection, sign_in_failures, new)
    found = select(sign_in_failures).where(sign_in_failures.c.subject == subject).with_for_update()
    row = connection.execute(found).one()
    return Failures(count=row.failed, since=row.since, locked_until=row.locked_until)


def keep_failures(connection: Connection, subject: str, failed: Failures) -> None:
    """Keep what failed."""
    mine = update(sign_in_failures).where(sign_in_failures.c.subject == subject)
    row = {"failed": failed.count, "since": failed.since, "locked_until": failed.locked_until}
    connection.execute(mine.values(row))


def forget_failures(connection: Connection, subject: str) -> None:
    """Begin to count anew."""
    connection.execute(delete(sign_in_failures).where(sign_in_failures.c.subject == subject))


def forget_old_failures(connection: Connection, *, before: datetime) -> int:
    """Forget what failed before a moment, and locks that opened; how many there were."""
    old = (sign_in_failures.c.since < before) & (
        sign_in_failures.c.locked_until.is_(None) | (sign_in_failures.c.locked_until < before)
    )
    return connection.execute(delete(sign_in_failures).where(old)).rowcount


def _user(row: Row[tuple[object, ...]]) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=row.role,
        created_at=row.created_at,
        password_at=row.password_at,
        password_hash=row.password_hash,
        signed_in_at=row.signed_in_at,
        disabled_at=row.disabled_at,
    )
