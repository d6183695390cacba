"""Several jobs processes on one database: each job is run once, and what a dead one held is taken over."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from serving.jobs import kind
from serving.jobs.kind import Kind
from serving.services import build
from serving.settings import Settings
from serving.store import jobs
from tests.conftest import ROOT
from tests.faults.conftest import plain_environment
from tests.faults.running import until

NOTE = Kind(name="note", run=lambda *_: None)


@pytest.fixture
def environment(database_url, tmp_path):
    return plain_environment(tmp_path / "home", database_url)


@pytest.fixture
def services(environment):
    made = build(Settings.read(environment))
    yield made
    made.store.close()


def add(services, count):
    with services.store.write() as connection:
        for number in range(count):
            kind.add(services, connection, NOTE, payload={"number": number})


def started(environment, file, seconds):
    command = [sys.executable, "-m", "tests.faults.note_jobs", str(file), str(seconds)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def listed(services):
    with services.store.read() as connection:
        return jobs.newest(connection, limit=1000)


def noted(file):
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def test_three_processes_on_the_same_rows_run_each_once(services, environment, tmp_path):
    add(services, 60)
    processes = [started(environment, tmp_path / "noted", 0.01) for _ in range(3)]
    for process in processes:
        assert process.wait(120) == 0
        process.stdout.close()
    assert Counter(number for number, _ in noted(tmp_path / "noted")) == {str(i): 1 for i in range(60)}
    assert all(job.done_at and job.attempts == 1 for job in listed(services))


def test_what_a_killed_process_held_is_run_by_another_after_its_lease(services, environment, tmp_path):
    add(services, 1)
    killed = started(environment, tmp_path / "noted", 60)
    until(lambda: noted(tmp_path / "noted"))
    killed.kill()
    killed.wait()
    killed.stdout.close()

    def taken_over():
        other = started(environment, tmp_path / "noted", 0)
        other.wait(60)
        other.stdout.close()
        return len(noted(tmp_path / "noted")) == 2

    until(taken_over)
    job = listed(services)[0]
    assert (job.attempts, job.done_at is not None) == (2, True)
