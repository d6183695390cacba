"""The database: its settings, its types, its schema, and what happens when it is not there."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from features.errors import StorageError
from serving.store import schema
from serving.store.database import Database
from serving.store.tables import metadata, sources


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'new' / 'triage.db'}", timeout_seconds=0.3)
    yield made
    made.close()


def test_the_migrations_make_exactly_the_tables(database):
    assert schema.upgrade(database).current
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


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


def test_a_locked_database_is_a_storage_error(database, tmp_path):
    schema.upgrade(database)
    other = sqlite3.connect(tmp_path / "new" / "triage.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"), database.write():
        pass
    other.close()


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="Cannot make the folder"):
        Database(f"sqlite:///{tmp_path / 'file' / 'triage.db'}")
