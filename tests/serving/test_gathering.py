"""Writers who come at the same time share a transaction: each told of its own work, after the commit."""

from __future__ import annotations

import contextvars
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from features.errors import ConflictError, InputError, StorageError
from serving.store.database import Database
from tests import databases


@pytest.fixture
def database(tmp_path):
    made = Database(databases.sqlite_url(tmp_path / "some.db"), timeout_seconds=1.0)
    with made.write() as connection:
        connection.execute(text("CREATE TABLE kept (name TEXT PRIMARY KEY, transaction_of TEXT)"))
    yield made
    made.close()


class Work:
    """Writes a name; or fails after writing it. seen: the connection it was given."""

    def __init__(self, name: str, error: Exception | None = None) -> None:
        self.name = name
        self.error = error
        self.seen: list[object] = []

    def __call__(self, connection):
        self.seen.append(connection)
        connection.execute(text("INSERT INTO kept (name) VALUES (:name)"), {"name": self.name})
        if self.error is not None:
            raise self.error
        return self.name


def kept(database):
    with database.read() as connection:
        return {row.name for row in connection.execute(text("SELECT name FROM kept"))}


def at_once(database, works):
    """What became of works that all came while the first writer was busy."""
    began, go_on = threading.Event(), threading.Event()

    def first(_):
        began.set()
        go_on.wait(5)

    with ThreadPoolExecutor(len(works) + 1) as pool:
        busy = pool.submit(database.write_among_others, first)
        began.wait(5)
        futures = [pool.submit(database.write_among_others, work) for work in works]
        while len(database._gathering._waiting) < len(works):
            time.sleep(0.001)
        go_on.set()
        busy.result(5)
        return [future.exception(5) or future.result() for future in futures]


def test_those_who_wait_share_one_transaction_and_each_is_told_its_own(database):
    works = [Work(f"n{i}") for i in range(20)]
    assert at_once(database, works) == [f"n{i}" for i in range(20)]
    assert kept(database) == {f"n{i}" for i in range(20)}
    assert len({id(seen) for work in works for seen in work.seen}) == 1


def test_one_that_is_refused_takes_back_its_own_and_no_other(database):
    refused = ConflictError("said otherwise before")
    works = [Work("a"), Work("b", refused), Work("c")]
    assert at_once(database, works) == ["a", refused, "c"]
    assert kept(database) == {"a", "c"}


def test_one_that_breaks_the_transaction_is_told_alone(database):
    fault = KeyError("a mistake of ours")
    works = [Work("a"), Work("b", fault), Work("c")]
    assert at_once(database, works) == ["a", fault, "c"]
    assert kept(database) == {"a", "c"}
    assert [len(work.seen) for work in works] == [2, 2, 1], "each again on its own"


def test_a_database_that_fails_is_told_to_all_and_nothing_is_kept(database):
    works = [Work("a"), Work("b", StorageError("the disk is full")), Work("c")]
    assert {str(each) for each in at_once(database, works)} == {"the disk is full"}
    assert kept(database) == set()


def test_whoever_waits_too_long_is_told_and_its_work_is_never_done(database):
    began, go_on = threading.Event(), threading.Event()

    def slow(_):
        began.set()
        go_on.wait(5)

    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(database.write_among_others, slow)
        began.wait(5)
        with pytest.raises(StorageError, match="others wait to write"):
            database.write_among_others(Work("late"))
        go_on.set()
        busy.result(5)
    assert database.write_among_others(Work("next")) == "next"
    assert kept(database) == {"next"}


def test_a_file_that_another_process_writes_to_is_waited_for_and_then_told(database, tmp_path):
    other = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(StorageError, match="locked"):
        database.write_among_others(Work("a"))
    assert 0.9 < time.monotonic() - started < 3
    letting_go = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
    other.execute("ROLLBACK")
    other.close()
    other = sqlite3.connect(tmp_path / "some.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    letting_go.start()
    assert database.write_among_others(Work("b")) == "b"
    letting_go.join()
    other.close()


def test_work_runs_in_the_context_of_its_own_caller(database):
    caller = contextvars.ContextVar("caller", default="nobody")
    found = {}

    def work(name):
        caller.set(name)
        return lambda _: found.setdefault(name, caller.get())

    def called(name):
        return database.write_among_others(work(name))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(called, "abcdefgh")) == list("abcdefgh")
    assert found == {name: name for name in "abcdefgh"}


def test_on_postgresql_each_has_its_own_transaction(postgresql):
    url = postgresql.create()
    made = Database(url)
    seen = made.write_among_others(lambda connection: connection.execute(text("SELECT 7")).scalar_one())
    with pytest.raises(InputError):
        made.write_among_others(lambda _: (_ for _ in ()).throw(InputError("no")))
    made.close()
    postgresql.drop(url)
    assert seen == 7


def test_a_process_that_ends_acknowledges_nothing(database):
    works = [Work("a"), Work("b", SystemExit()), Work("c")]
    told = at_once(database, works)
    assert isinstance(told[0], SystemExit), "it led"
    assert {str(each) for each in told[1:]} == {"The database does not answer: this process ends."}
    assert kept(database) == set()
