"""The database: one engine, a transaction to read in and a transaction to write in.

SQLite runs with a write-ahead log and a full sync at each commit: what was acknowledged is on the disk.
It has one writer at a time, so writers of this process queue on a lock here instead of polling the file,
and take the write lock when they begin (BEGIN IMMEDIATE), never half-way; those with a small piece of work
share a transaction (serving.store.gathering). Either wait ends at the timeout,
so that a file that another process keeps locked is soon told to everybody who waits. What is deleted is
overwritten in the file (secure_delete). On PostgreSQL a read
sees one moment too, as on SQLite (REPEATABLE READ, READ ONLY).
"""

from __future__ import annotations

import functools
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InvalidatePoolError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from features.errors import InputError, StorageError
from serving.store.gathering import Gathering

Told = TypeVar("Told")
WRITES = {"triage_writes": True}
READS_POSTGRESQL = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
LOOK_SECONDS = 0.0007
"""So often whoever wants to write to a file of SQLite looks whether another process still does."""
UNASKED_SECONDS = 1.0
"""So long is a connection taken to be one without asking."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class Database:
    """Where requests are kept. Opens no connection before it is asked for one."""

    def __init__(self, url: str, *, connections: int = 16, timeout_seconds: float = 10.0) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(url, connections, timeout_seconds, sqlite=self.is_sqlite)
        self._timeout = timeout_seconds
        self._writers = threading.RLock()
        self._gathering = Gathering(self.write, seconds=timeout_seconds)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises StorageError where the database is gone or locked."""
        with _translated(), self.engine.connect() as plain:
            connection = plain if self.is_sqlite else plain.execution_options(**READS_POSTGRESQL)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction, committed at the end or rolled back whole. Raises StorageError likewise."""
        with _translated(), self._turn(), self.engine.connect() as plain:
            connection = plain.execution_options(**WRITES)
            with connection.begin():
                yield connection

    def write_among_others(self, work: Callable[[Connection], Told]) -> Told:
        """What a piece of work gives, committed; on SQLite in one transaction with those of other callers
        who write just now. Raises what it raises, and StorageError likewise."""
        if self.is_sqlite:
            return self._gathering.write(work)
        with self.write() as connection:
            return work(connection)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The turn of a writer of this process, on SQLite."""
        if not self.is_sqlite:
            yield
            return
        if not self._writers.acquire(timeout=self._timeout):
            raise StorageError("The database does not answer: it is locked, and others wait to write.")
        try:
            yield
        finally:
            self._writers.release()

    def ping(self) -> None:
        """Raise StorageError where the database cannot be reached."""
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _engine(url: str, connections: int, timeout: float, *, sqlite: bool) -> Engine:
    if sqlite:
        _make_folder(url)
    try:
        engine = _created(url, connections, timeout, sqlite=sqlite)
    except ModuleNotFoundError as error:
        raise StorageError(f"This database needs the package {error.name!r}: pip install it.") from error
    if sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", functools.partial(_ask_if_idle, engine.dialect))
    return engine


def _created(url: str, connections: int, timeout: float, *, sqlite: bool) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,  # an error's message goes to a log, and a parameter may be a request's text
        pool_size=connections,
        max_overflow=4,
        pool_timeout=timeout,
        connect_args={"timeout": timeout} if sqlite else {"connect_timeout": max(2, round(timeout))},
    )


def _make_folder(url: str) -> None:
    name = make_url(url).database
    if not name or name == ":memory:":
        raise StorageError("The database needs a file: write sqlite:///PATH.")
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"Cannot make the folder of {name!r}: {error.strerror or error}.") from error


def _prepare(raw: Any, _: Any) -> None:
    raw.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


def _note_use(_: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _ask_if_idle(dialect: Dialect, raw: Any, record: ConnectionPoolEntry, _: Any) -> None:
    """Ask a connection that nobody used for a while whether it still is one; where it is none, the pool opens
    others. Asking each time would cost a way to the server and back for each transaction."""
    if time.monotonic() - record.info.get("used_at", 0.0) < UNASKED_SECONDS:
        return
    try:
        dialect.do_ping(raw)
    except raw.Error as error:
        raise InvalidatePoolError from error


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get("triage_writes", False):
        connection.exec_driver_sql("BEGIN")
    elif not _began_to_write(connection.connection.driver_connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for its error


def _began_to_write(raw: Any) -> bool:
    """Take the write lock as soon as another process lets go of it; False where it cannot be had in time.

    SQLite's own waiting looks less and less often, in the end ten times a second: among processes that write
    all the time it comes too late each time.
    """
    patience = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    until = time.monotonic() + patience / 1000
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the rest says which kind of busy
                    return False
                time.sleep(LOOK_SECONDS)
            else:
                return True
        return False
    finally:
        raw.execute(f"PRAGMA busy_timeout={patience}")


@contextmanager
def _translated() -> Iterator[None]:
    """Faults of the database become StorageError, values it cannot hold InputError; faults of our SQL stay
    what they are."""
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except DataError as error:  # such as the character NUL, which PostgreSQL has no place for
        raise InputError("A value holds what the database cannot keep, such as the character NUL.") from error
    except (DatabaseError, InterfaceError, PoolTimeout) as error:
        cause = error.orig if isinstance(error, DatabaseError | InterfaceError) else error
        raise StorageError(f"The database does not answer: {cause}.") from error
