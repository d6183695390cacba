"""Jobs: done once each, tried again when they fail, given up in the open, taken over from the dead."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from features.errors import RegistryError, StorageError
from serving.jobs import kind
from serving.jobs.kind import Kind
from serving.jobs.runner import Runner
from serving.services import Tools, build
from serving.store import jobs
from serving.store.jobs import LOST


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_jobs_are_done_in_the_order_they_are_due_and_once(runner, add, deeds, listed, clock):
    add("later", run_at=clock.now + timedelta(seconds=5))
    add("first")
    add("second")
    assert runner.run_due() == 2
    assert deeds.done == ["first", "second"]
    clock.passes(5)
    assert runner.run_due() == 1
    assert runner.run_due() == 0
    assert deeds.done == ["first", "second", "later"]
    assert [job.done_at is not None for job in listed()] == [True, True, True]


def test_a_job_is_there_only_if_the_transaction_that_left_it_was_committed(services, deeds, listed):
    def fails():
        with services.store.write() as connection:
            kind.add(services, connection, deeds.kind)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fails()
    assert listed() == []


def test_a_key_makes_a_job_the_only_one_of_its_kind(runner, add, deeds):
    assert add("a", key="1")
    assert not add("a", key="1")
    assert add("a", key="2")
    assert add("a")
    assert add("a")
    runner.run_due()
    assert not add("a", key="1"), "nor after it was done"
    assert len(deeds.done) == 4


def test_what_fails_is_tried_again_after_twice_as_long_each_time_and_then_given_up(
    services, add, deeds, listed, clock
):
    settings = replace(services.settings, job_attempts=3, job_backoff_seconds=10)
    runner = Runner(replace(services, settings=settings), [deeds.kind])
    add(error="the words of a request")
    add("fine")
    assert runner.run_due() == 2
    assert deeds.done == ["fine"]
    for pause in (10, 20):
        clock.passes(pause - 1)
        assert runner.run_due() == 0
        clock.passes(1)
        assert runner.run_due() == 1
    job = listed()[0]
    assert (job.attempts, job.given_up_at, job.done_at) == (3, clock.now, None)
    assert job.error == "ValueError was raised.", "no words that we did not write"
    clock.passes(100_000)
    assert runner.run_due() == 0
    with services.store.write() as connection:
        assert jobs.retry(connection, job.id, at=clock.now)
        assert not jobs.retry(connection, job.id, at=clock.now)
    assert runner.run_due() == 1
    assert listed()[0].attempts == 1


def test_an_error_of_ours_is_kept_in_its_words(services, listed, add):
    def fails(*_):
        raise RegistryError("MLflow does not answer.")

    runner = Runner(services, [Kind(name="deed", run=fails)])
    add()
    runner.run_due()
    assert listed()[0].error == "MLflow does not answer."


def test_a_job_of_a_kind_that_is_not_known_waits(services, listed, add, clock):
    add()
    assert Runner(services, []).run_due() == 0
    assert listed()[0].attempts == 0


def test_a_job_whose_process_died_is_taken_over_when_its_lease_ran_out(runner, services, add, deeds, clock):
    add("a")
    dead = Runner(services, [deeds.kind])
    assert dead._claim() is not None
    clock.passes(services.settings.lease_seconds - 1)
    assert runner.run_due() == 0
    clock.passes(1)
    assert runner.run_due() == 1
    assert deeds.done == ["a"]


def test_a_job_that_kills_each_process_that_runs_it_is_given_up(services, deeds, add, listed, clock):
    runner = Runner(replace(services, settings=replace(services.settings, job_attempts=2)), [deeds.kind])
    add("poison")
    for _ in range(2):
        assert runner._claim() is not None
        clock.passes(services.settings.lease_seconds)
    assert runner._claim() is None
    assert (listed()[0].error, listed()[0].given_up_at) == (LOST, clock.now)


def test_who_lost_the_claim_has_no_say_any_more(services, runner, add, listed, clock):
    add("a")
    slow = runner._claim()
    clock.passes(services.settings.lease_seconds)
    again = runner._claim()
    with services.store.write() as connection:
        assert not jobs.give_up(connection, slow, error="too late", at=clock.now)
        assert not jobs.finish(connection, slow, at=clock.now)
        jobs.renew(connection, [slow], until=clock.now)
        assert jobs.finish(connection, again, at=clock.now)
    assert listed()[0].error is None


def test_a_long_job_is_kept_while_it_runs_and_holds_no_other_up(services, deeds, add, listed, clock):
    held, begun = threading.Event(), threading.Event()

    def waits(_, payload):
        begun.set()
        held.wait(20)
        deeds.done.append(payload["what"])

    slow = Kind(name="slow", run=waits)
    runner = Runner(services, [deeds.kind, slow])
    with services.store.write() as connection:
        kind.add(services, connection, slow, payload={"what": "slow"})
    runner.turn()
    assert begun.wait(10)
    for _ in range(5):
        clock.passes(services.settings.lease_seconds / 2)
        add("quick")
        runner.turn()
        until(lambda: len(runner._ended) == 1)
    assert Runner(services, [slow]).run_due() == 0, "it is ours still"
    held.set()
    until(lambda: len(runner._ended) == 2)
    runner.turn()
    assert deeds.done == ["quick"] * 5 + ["slow"]
    assert {job.attempts for job in listed()} == {1}
    assert all(job.done_at for job in listed())


def test_no_more_jobs_run_at_once_than_the_settings_allow(services, deeds, add):
    held, running = threading.Event(), []

    def waits(_, payload):
        running.append(payload["what"])
        held.wait(20)

    limited = replace(services, settings=replace(services.settings, job_threads=2))
    runner = Runner(limited, [Kind(name="deed", run=waits)])
    for each in "abc":
        add(each)
    runner.turn()
    until(lambda: len(running) == 2)
    runner.turn()
    assert sorted(running) == ["a", "b"]
    held.set()
    until(lambda: len(runner._ended) == 2)
    runner.turn()
    until(lambda: len(running) == 3)


def test_told_to_stop_it_gives_back_what_it_did_not_finish(services, add, listed, clock):
    held, begun = threading.Event(), threading.Event()

    def waits(*_):
        begun.set()
        held.wait(20)

    settings = replace(services.settings, shutdown_seconds=1, job_seconds=0.05)
    hurried = replace(services, settings=settings, tools=Tools(clock=clock))
    runner, stop = Runner(hurried, [Kind(name="deed", run=waits)]), threading.Event()
    add()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    assert begun.wait(10)
    stop.set()
    thread.join(20)
    held.set()
    assert (listed()[0].attempts, listed()[0].lease_until) == (0, None)


def test_two_processes_at_once_do_each_job_once(services, settings, deeds, add, listed, clock):
    for i in range(60):
        add(str(i))
    other = build(settings, tools=Tools(clock=clock, seconds=clock.seconds))
    runners = [Runner(each, [deeds.kind]) for each in (services, other) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(Runner.run_due, runners))
    other.store.close()
    assert sum(counts) == 60
    assert sorted(deeds.done, key=int) == [str(i) for i in range(60)]
    assert {job.attempts for job in listed()} == {1}


def test_a_periodic_job_is_left_once_for_each_time_it_is_due(services, listed, clock):
    ran = []
    hourly = Kind(name="hourly", run=lambda *_: ran.append(clock.now), every=timedelta(hours=1))
    for _ in range(2):
        Runner(services, [hourly]).run_due()
    assert len(ran) == 1
    clock.passes(1800)
    Runner(services, [hourly]).run_due()
    clock.passes(5 * 3600)
    runner = Runner(services, [hourly])
    runner.run_due()
    runner.run_due()
    assert [job.key for job in listed()] == [f"2026-03-02T{hour}:00:00+00:00" for hour in ("09", "10", "15")]
    assert len(ran) == 3


def test_a_database_that_is_gone_for_a_while_loses_nothing(services, runner, add, deeds, listed, caplog):
    class Gone:
        def read(self):
            raise StorageError("The database does not answer: gone.")

        write = read

    add("a")
    job = runner._claim()
    there = runner.services
    runner.services = replace(services, store=Gone())
    runner._work(job)
    for _ in range(3):
        runner.turn()
    assert caplog.text.count("Jobs wait") == 1
    runner.services = there
    runner.turn()
    assert deeds.done == ["a"]
    assert listed()[0].done_at is not None
