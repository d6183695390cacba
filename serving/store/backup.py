"""The whole database in one file, as of one moment, and back.

SQLite is copied through its own backup call, so a service that writes meanwhile changes nothing in it.
PostgreSQL is dumped and restored by its own programs (serving.store.dump).
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import inspect

from features.errors import InputError, StorageError
from serving.store import dump
from serving.store.database import Database

MARK = b"SQLite format 3\x00"
VERSIONS = "alembic_version"
"""The table that every database of this service has."""


def save(database: Database, file: Path) -> None:
    """Back up to a file that is not there yet. It appears when it is whole.

    Raises InputError where it is there, StorageError where it cannot be made or written.
    """
    if file.exists():
        raise InputError(f"{str(file)!r} is there already: give another name.", field="file")
    with _scratch(file.parent) as folder:
        part = folder / "backup"
        if database.is_sqlite:
            _save_sqlite(database, part)
        else:
            dump.save(database, part)
        _sync(part)
        os.link(part, file)  # unlike a renaming, it never replaces what someone put there meanwhile
        _sync(file.parent)


def load(database: Database, file: Path, *, replace: bool = False) -> None:
    """Put a backup back, all of it or nothing. replace: drop what is there first.

    Raises InputError where the file is no backup of this kind of database, or the database is not empty
    and may not be replaced; StorageError where it cannot be read or does not fit.
    """
    _check(database, file)
    present = inspect(database.engine).get_table_names()
    if present and not replace:
        raise InputError(
            f"The database is not empty: it has {len(present)} tables. To drop what it holds, give --replace."
        )
    if database.is_sqlite:
        _load_sqlite(database, file)
    else:
        dump.load(database, file, table=VERSIONS, drop=present)


def _check(database: Database, file: Path) -> None:
    try:
        with file.open("rb") as opened:
            start = opened.read(len(MARK))
    except OSError as error:
        raise InputError(f"Cannot read {str(file)!r}: {error.strerror or error}.", field="file") from error
    mark, kind = (MARK, "SQLite") if database.is_sqlite else (dump.MARK, "PostgreSQL")
    if not start.startswith(mark):
        raise InputError(f"{str(file)!r} is no backup of a {kind} database.", field="file")


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A folder on the same disk, gone at the end."""
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as folder:
            yield Path(folder)
    except OSError as error:
        raise StorageError(f"Cannot write in {str(beside)!r}: {error.strerror or error}.") from error


def _sync(path: Path) -> None:
    """Have the disk keep a file, or the entries of a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _save_sqlite(database: Database, part: Path) -> None:
    database.ping()  # the log of a database nobody has open could not be read
    try:
        with closing(_opened(database.url.database)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise StorageError(f"The backup failed: {error}.") from error


def _load_sqlite(database: Database, file: Path) -> None:
    database.close()
    try:
        with closing(_opened(file)) as source:
            if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise StorageError(f"{str(file)!r} is damaged.")
            if not source.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (VERSIONS,)).fetchone():
                raise InputError(f"{str(file)!r} is no backup of this service.", field="file")
            with closing(sqlite3.connect(str(database.url.database))) as target:
                source.backup(target)
    except sqlite3.Error as error:
        raise StorageError(f"The restore failed: {error}.") from error


def _opened(path: Path | str | None) -> sqlite3.Connection:
    """A file to read; it is not made where it is not there."""
    return sqlite3.connect(f"{Path(str(path)).resolve().as_uri()}?mode=ro", uri=True)
