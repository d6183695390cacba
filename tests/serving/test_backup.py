"""Backups: whole, as of one moment, never over another file, and put back all or not at all."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select, text

from features.errors import InputError, StorageError, TriageError
from serving import db_commands
from serving.store import backup, schema, sources
from serving.store.database import Database
from serving.store.tables import sources as table
from tests import databases
from tests.databases import differences, on_postgresql, on_sqlite


@pytest.fixture(autouse=True)
def programs(database_kind, request, monkeypatch):
    """PostgreSQL's programs of the server's own version, first on the PATH."""
    if database_kind == databases.POSTGRESQL:
        server = request.getfixturevalue("postgresql")
        if server.programs is not None:
            monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def other(new_database):
    made = Database(new_database(empty=True))
    yield made
    made.close()


def fill(database, count, *, first=0):
    now = datetime.now(UTC)
    rows = [{"name": f"来源 {first + i}", "owner": "x", "claimed_at": now} for i in range(count)]
    with database.write() as connection:
        connection.execute(insert(table), rows)


def count(database):
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_what_was_backed_up_is_put_back_into_an_empty_database(database, other, tmp_path):
    fill(database, 100)
    backup.save(database, tmp_path / "one")
    assert [each.name for each in tmp_path.glob("*one*")] == ["one"]
    assert not list(tmp_path.glob(".backup*"))
    backup.load(other, tmp_path / "one")
    assert schema.status(other).current
    assert differences(other) == []
    assert count(other) == 100
    with other.write() as connection:
        assert sources.claim(connection, "来源 1", owner="y", at=datetime.now(UTC)) == "x"


def test_a_backup_during_writing_is_of_one_moment(database, other, tmp_path):
    """Each transaction writes two rows; no backup may hold half of one."""
    stop, written = threading.Event(), []

    def writes():
        while not stop.is_set():
            fill(database, 2, first=2 * len(written))
            written.append(1)

    thread = threading.Thread(target=writes)
    thread.start()
    while len(written) < 5:
        time.sleep(0.01)
    backup.save(database, tmp_path / "one")
    stop.set()
    thread.join()
    backup.load(other, tmp_path / "one")
    assert count(other) >= 10
    assert count(other) % 2 == 0
    assert count(database) == 2 * len(written)


def test_a_file_that_is_there_is_never_written_over(database, tmp_path):
    (tmp_path / "one").write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        backup.save(database, tmp_path / "one")
    assert (tmp_path / "one").read_text() == "mine"


def test_a_database_with_anything_in_it_is_replaced_only_on_request(database, tmp_path):
    fill(database, 3)
    backup.save(database, tmp_path / "one")
    fill(database, 4, first=3)
    with pytest.raises(InputError, match="--replace"):
        backup.load(database, tmp_path / "one")
    assert count(database) == 7
    with database.write() as connection:
        connection.execute(text("CREATE TABLE of_a_later_release (id INTEGER)"))
    backup.load(database, tmp_path / "one", replace=True)
    assert count(database) == 3
    assert differences(database) == []


def test_a_backup_that_is_cut_off_leaves_the_database_as_it_was(database, tmp_path):
    fill(database, 3)
    backup.save(database, tmp_path / "one")
    whole = (tmp_path / "one").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) * 2 // 3])
    fill(database, 4, first=3)
    with pytest.raises(TriageError):
        backup.load(database, tmp_path / "cut", replace=True)
    assert count(database) == 7


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00", b"PGDMP"])
def test_what_is_no_backup_is_refused(other, tmp_path, content):
    (tmp_path / "one").write_bytes(content)
    with pytest.raises(TriageError):
        backup.load(other, tmp_path / "one")
    with pytest.raises(InputError, match="Cannot read"):
        backup.load(other, tmp_path / "none")


@on_sqlite
def test_a_folder_that_cannot_be_written_is_one_sentence(database):
    with pytest.raises(StorageError, match="Cannot write"):
        backup.save(database, Path("/proc/one"))


@on_postgresql
def test_without_postgresqls_programs_the_reader_is_told_what_to_install(database, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageError, match="install its client programs"):
        backup.save(database, tmp_path / "one")
    assert list(tmp_path.glob("*one*")) == []


@on_postgresql
def test_no_password_is_on_a_command_line(database, tmp_path, monkeypatch):
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$@" "and $PGPASSWORD" >&2; exit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    database.url = database.url.set(password="s3cret")
    with pytest.raises(StorageError, match="and s3cret") as caught:
        backup.save(database, tmp_path / "one")
    assert str(caught.value).count("s3cret") == 1


def test_the_commands_say_what_else_belongs_to_the_state(database, tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    monkeypatch.setenv("TRIAGE_HOME", str(home))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    fill(database, 2)

    def run(*arguments):
        done = CliRunner().invoke(db_commands.db, list(arguments))
        assert done.exit_code == 0, done.output
        return done

    made = run("backup", str(tmp_path / "one"))
    assert "Backed up the database" in made.stdout
    assert str(home / "models") in made.stderr
    assert "mlflow" not in made.stderr
    restored = run("restore", str(tmp_path / "one"), "--replace")
    assert f"schema {schema.status(database).needed}" in restored.stdout
    assert count(database) == 2
