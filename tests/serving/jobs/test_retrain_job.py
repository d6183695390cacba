"""A retraining is left to be done by the calendar or by corrections, and runs as the command line."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from features.errors import RegistryError
from serving import own_process
from serving.jobs import retrain
from serving.store import exporting

DAY = 24 * 3600
CHAMPION = "models:/triage@champion"


@pytest.fixture
def asked(monkeypatch):
    """What the command line was called with; the test says how it ends."""
    calls, ends = [], {"code": 0, "stdout": "Registered triage version 3 as challenger.\n", "stderr": ""}

    def run(words, **_):
        calls.append(words)
        return subprocess.CompletedProcess(words, ends["code"], ends["stdout"], ends["stderr"])

    monkeypatch.setattr(own_process.subprocess, "run", run)
    return calls, ends


def with_settings(services, **more):
    return replace(services, settings=replace(services.settings, model=CHAMPION, **more))


def waiting(listed):
    return [job for job in listed() if job.kind == "retrain" and job.done_at is None]


def test_nothing_is_due_unless_the_settings_say_so(services, listed):
    retrain.look(with_settings(services), {})
    retrain.look(replace(services, settings=replace(services.settings, retrain_days=1.0)), {})
    assert waiting(listed) == []


def test_it_is_due_by_the_calendar_once(services, listed, clock, asked):
    services = with_settings(services, retrain_days=7.0)
    retrain.look(services, {})
    retrain.look(services, {})
    assert len(waiting(listed)) == 1
    retrain.run(services, {})
    clock.passes(6 * DAY)
    retrain.look(services, {})
    assert len(waiting(listed)) == 1
    clock.passes(2 * DAY)
    retrain.look(services, {})
    assert len(waiting(listed)) == 2


def test_it_is_due_when_corrections_have_gathered(services, listed, monkeypatch):
    services = with_settings(services, retrain_corrections=100)
    for count, jobs in ((99, 0), (100, 1)):
        monkeypatch.setattr(exporting, "count_reviews", lambda *_, count=count, **__: count)
        retrain.look(services, {})
        assert len(waiting(listed)) == jobs


def test_it_calls_the_command_line_and_leaves_no_snapshot_behind(services, asked, settings):
    calls, _ = asked
    retrain.run(with_settings(services), {})
    ((*_, command, _, folder, _, name),) = calls
    assert (command, name) == ("retrain", "triage")
    assert folder.endswith("snapshot")
    assert not list(settings.home.glob(".retrain-*"))
    assert retrain.last_at(settings) == services.tools.clock()


def test_a_refusal_is_an_answer_and_a_failure_is_tried_again(services, asked, settings):
    _, ends = asked
    ends |= {"code": 2, "stderr": "triage: The snapshot holds no review.\n"}
    retrain.run(with_settings(services), {})
    (settings.home / "retrained" / "last.json").unlink()
    ends |= {"code": -9, "stderr": ""}
    with pytest.raises(RegistryError, match="ended with code -9"):
        retrain.run(with_settings(services), {})
    assert retrain.last_at(settings) is None
