"""What the service survives, on each database: killed, without its database, on a full disk, given a damaged
model, flooded. One service for each database goes through all of it.

The size of the flood is TRIAGE_TEST_BURST; experiments/faults has the figures of ten thousand.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sqlite3
import time

import pytest
from sqlalchemy.engine import make_url

from tests.faults import ways
from tests.faults.running import Clients, check, lines, settled, tell, until

BURST = int(os.environ.get("TRIAGE_TEST_BURST", "1000"))
CLIENTS = 100
NOBODY = resource.RLIM_INFINITY
FULL = 50_000
"""Bytes: the write-ahead log begins anew now and then, and comes to this soon wherever it stands."""


def test_what_was_acknowledged_is_there_once_and_assessed_after_every_process_was_killed(site):
    """Requests one by one, in batches and in files, all at the same time."""
    every = {
        "single requests": Clients(site.running, site.key, clients=24),
        "batches": Clients(site.running, site.key, way=ways.batch, clients=4, each=10, parcel=10),
        "files": Clients(site.running, site.key, way=ways.upload, clients=4, each=20, parcel=10),
    }
    started = time.monotonic()
    for what, clients in every.items():
        clients.start(what.replace(" ", "-"))
    until(lambda: all(clients.acknowledged for clients in every.values()))
    site.running.kill()
    left = {what: clients.posted - clients.acknowledged for what, clients in every.items()}
    site.running.start()
    for clients in every.values():
        clients.join()
    seconds = time.monotonic() - started
    found = settled(site.database_url)
    for what, clients in every.items():
        tell(f"kill -9 of all: {what}", clients, found, seconds)
        check(clients, found)
        assert left[what] > 0, "they were posting when it was killed"
        assert clients.statuses.get(0, 0) > 0, "connections did break"


def test_a_web_process_that_is_killed_is_replaced_and_costs_nothing(site):
    clients = Clients(site.running, site.key, each=10)
    started, before = time.monotonic(), site.running.children("serving.processes")
    clients.start("web")
    for number in before:
        until(lambda: clients.acknowledged > 20)
        os.kill(number, signal.SIGKILL)
    clients.join()
    until(lambda: len(site.running.children("serving.processes")) == 2)
    assert not set(before) & set(site.running.children("serving.processes"))
    found = settled(site.database_url)
    tell("kill -9 of the web processes", clients, found, time.monotonic() - started)
    check(clients, found)


@pytest.fixture
def take_away(site):
    """Takes the database away, and gives it back: PostgreSQL stopped, the file of SQLite locked."""
    if site.postgresql is not None:
        yield site.postgresql.stop, site.postgresql.ensure_postgres_running
        return
    other = sqlite3.connect(make_url(site.database_url).database, isolation_level=None)
    yield lambda: other.execute("BEGIN EXCLUSIVE"), lambda: other.execute("ROLLBACK")
    other.close()


def test_a_database_that_is_gone_is_said_and_all_goes_on_when_it_is_back(site, take_away):
    gone, back = take_away
    numbers = site.running.children("serving.")
    clients = Clients(site.running, site.key, each=4)
    assert site.post("产线停产了")[0] == 201
    gone()
    clients.start("gone")
    until(lambda: clients.statuses.get(503, 0) > 0)
    started = time.monotonic()
    status, found = site.post("产线停产了")
    assert (status, found["status"]) == (503, 503)
    assert time.monotonic() - started < 8, "told soon, by the settings"
    if site.postgresql is not None:
        until(lambda: site.missing() == ["database"])
        assert site.running.ask("GET", "/healthz", site.key)[0] == 200
    back()
    until(lambda: site.missing() == [])
    clients.join()
    found = settled(site.database_url)
    tell("the database gone", clients, found, time.monotonic() - started)
    check(clients, found)
    assert sorted(site.running.children("serving.")) == sorted(numbers), "no process ended for it"


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(site):
    """The disk is full for these processes: no file may grow beyond a size."""
    if site.postgresql is not None:
        return  # PostgreSQL has a disk of its own; what it says of it is a database that is gone
    clients = Clients(site.running, site.key, each=4)
    started = time.monotonic()
    with room_for(site.running.children("serving."), FULL):
        clients.start("full")
        until(lambda: clients.statuses.get(503, 0) > 0)
    clients.join()
    found = settled(site.database_url)
    tell("the disk full", clients, found, time.monotonic() - started)
    check(clients, found)


@contextlib.contextmanager
def room_for(processes, size):
    """These processes may write nothing beyond a size in any file, be there something already or not."""
    for number in processes:
        resource.prlimit(number, resource.RLIMIT_FSIZE, (size, NOBODY))
    try:
        yield
    finally:
        for number in processes:
            resource.prlimit(number, resource.RLIMIT_FSIZE, (NOBODY, NOBODY))


def test_a_damaged_version_is_left_and_the_champion_goes_on_even_after_a_restart(site, champion_folder):
    assert site.version() == "1"
    damaged = site.put(champion_folder, "2")
    (damaged / "heads.skops").write_bytes(b"torn")
    site.promote("2")
    until(lambda: lines(site.running.log, "is not used") >= 2, words="both web processes tried it")
    clients = Clients(site.running, site.key, each=3)
    started = time.monotonic()
    clients.start("damaged")
    clients.join()
    assert set(clients.statuses) == {201}
    assert site.version() == "1"
    before = site.running.children("serving.processes")
    for number in before:
        os.kill(number, signal.SIGKILL)
    until(lambda: len(set(site.running.children("serving.processes")) - set(before)) == 2)
    until(lambda: _answers(site))
    assert site.version() == "1"
    site.put(champion_folder, "3")
    site.promote("3")
    until(lambda: {site.version() for _ in range(8)} == {"3"}, words="a sound version is taken up")
    found = settled(site.database_url)
    tell("a damaged version", clients, found, time.monotonic() - started)
    check(clients, found)


def test_a_burst_is_acknowledged_within_a_minute_and_all_of_it_assessed(site):
    clients = Clients(site.running, site.key, clients=CLIENTS, each=BURST // CLIENTS)
    started = time.monotonic()
    clients.start("burst")
    clients.join()
    seconds = time.monotonic() - started
    found = settled(site.database_url, seconds=600)
    tell("burst", clients, found, seconds)
    tell("all of it assessed", clients, found, time.monotonic() - started)
    assert seconds < 60
    check(clients, found)


def _answers(site) -> bool:
    try:
        return site.missing() == []
    except OSError:
        return False
