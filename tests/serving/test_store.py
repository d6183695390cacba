"""The database: its settings, its types, its schema, and what happens when it is not there."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from features.errors import InputError, StorageError
from serving.store import schema
from serving.store.database import Database
from serving.store.tables import sources
from tests.databases import differences, on_postgresql, on_sqlite


@pytest.fixture
def database(new_database):
    made = Database(new_database(empty=True), timeout_seconds=0.3)
    yield made
    made.close()


def test_the_migrations_make_exactly_the_tables(database):
    assert schema.upgrade(database).current
    assert differences(database) == []


def test_upgrading_twice_changes_nothing(database):
    assert schema.upgrade(database) == schema.upgrade(database)


def test_an_empty_database_is_refused_with_the_command_to_run(database):
    with pytest.raises(StorageError, match="triage db upgrade"):
        schema.require(database)


def test_an_older_schema_is_refused_and_a_later_one_too(database):
    schema.upgrade(database)
    schema.require(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="later release"):
        schema.require(database)
    with pytest.raises(StorageError, match="later release"):
        schema.upgrade(database)


@on_sqlite
def test_sqlite_syncs_at_each_commit_and_keeps_foreign_keys(database):
    with database.read() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_moment_comes_back_aware_in_utc(database):
    schema.upgrade(database)
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    with database.write() as connection:
        connection.execute(insert(sources).values(name="a", owner="b", claimed_at=moment))
        back = connection.execute(select(sources.c.claimed_at)).scalar_one()
    assert back == moment
    assert back.tzinfo is UTC


def test_a_naive_moment_is_refused(database):
    schema.upgrade(database)
    with pytest.raises(Exception, match="has no offset"), database.write() as connection:
        connection.execute(insert(sources).values(name="a", owner="b", claimed_at=datetime(2026, 3, 1)))


def test_a_failed_write_leaves_nothing(database):
    schema.upgrade(database)
    row = {"name": "a", "owner": "b", "claimed_at": datetime.now(UTC)}
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(insert(sources), [row, row])
    with database.read() as connection:
        assert connection.execute(select(sources)).all() == []


def test_a_value_the_database_has_no_place_for_is_the_callers_fault(database):
    """PostgreSQL keeps no NUL, SQLite does: neither makes it a fault of ours."""
    schema.upgrade(database)
    row = {"name": "a\0b", "owner": "b", "claimed_at": datetime.now(UTC)}
    with contextlib.suppress(InputError), database.write() as connection:
        connection.execute(insert(sources), [row])
    with database.read() as connection:
        kept = connection.execute(select(sources.c.name)).scalars().all()
    assert kept == (["a\0b"] if database.is_sqlite else [])


@on_postgresql
def test_a_read_sees_one_moment_and_writes_nothing(database):
    schema.upgrade(database)
    row = {"name": "a", "owner": "b", "claimed_at": datetime.now(UTC)}
    with database.read() as reading:
        assert reading.execute(select(sources)).all() == []
        with database.write() as connection:
            connection.execute(insert(sources), [row])
        assert reading.execute(select(sources)).all() == []
    with pytest.raises(StorageError, match="read-only"), database.read() as connection:
        connection.execute(insert(sources), [row | {"name": "c"}])


@on_postgresql
@pytest.mark.parametrize(("unasked", "told"), [(0.0, 0), (60.0, 1)])
def test_a_connection_that_ended_while_idle_is_replaced(database, monkeypatch, unasked, told):
    """Asked whether it still is one, it costs nobody an answer; unasked, it costs one answer."""
    monkeypatch.setattr("serving.store.database.UNASKED_SECONDS", unasked)
    with database.read() as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Database(database.url.render_as_string(hide_password=False))
    with other.write() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number, 2000)"), {"number": number})
    other.close()
    failed = 0
    for _ in range(2):
        try:
            database.ping()
        except StorageError:
            failed += 1
    assert failed == told


@on_sqlite
def test_a_locked_database_is_a_storage_error(database):
    schema.upgrade(database)
    other = sqlite3.connect(database.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"), database.write():
        pass
    other.close()


@on_sqlite
def test_all_who_wait_to_write_to_a_locked_database_are_told_soon(database):
    schema.upgrade(database)
    other = sqlite3.connect(database.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def write():
        with pytest.raises(StorageError, match="locked"), database.write():
            pass

    started = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        for each in [pool.submit(write) for _ in range(16)]:
            each.result()
    other.close()
    assert time.monotonic() - started < 16 * 0.3 / 2, "not one after the other"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="Cannot make the folder"):
        Database(f"sqlite:///{tmp_path / 'file' / 'triage.db'}")
