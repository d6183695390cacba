"""`triage jobs`: what it prints, when it says that someone must look, and that it needs no service."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from features import delivered
from features.errors import NotFoundError
from features.records import ModelReference
from serving.jobs.commands import jobs as command
from serving.store import deployments, jobs


@pytest.fixture
def run(settings, monkeypatch):
    monkeypatch.setenv("TRIAGE_HOME", str(settings.home))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", settings.database_url)
    for name in ("TRIAGE_MODEL", "TRIAGE_POLICY", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)

    def runs(*arguments):
        done = CliRunner().invoke(command, arguments)
        if isinstance(done.exception, NotFoundError):
            raise done.exception
        return done

    return runs


def test_what_is_due_runs_without_a_service(run, services, settings):
    reference = ModelReference(name="triage", version="1")
    delivered.folder_of(settings.home, reference).mkdir(parents=True)
    delivered.point(settings.home, reference)
    assert run("run-once").stdout == "Ran 4 jobs.\n"
    assert run("run-once").stdout == "Ran 0 jobs.\n"
    with services.store.read() as connection:
        assert [each.model for each in deployments.newest(connection, "triage", limit=9)] == [reference]
    assert run("list").stdout == ""
    listed = run("list", "--all").stdout
    assert "fetch_model  done" in listed
    assert "housekeeping  done" in listed


def test_a_job_that_was_given_up_is_shown_and_tried_again_on_request(run, services, add, listed, clock):
    add()
    shown = run("list")
    assert (shown.exit_code, shown.stdout.count("deed  due")) == (0, 1)
    with services.store.write() as connection:
        job = jobs.claim(connection, ["deed"], at=clock.now, until=clock.now, attempts=8)
        jobs.give_up(connection, job, error="It cannot be done.", at=clock.now)
    shown = run("list")
    assert shown.exit_code == 1
    assert "given up" in shown.stdout
    assert "It cannot be done." in shown.stdout
    assert f"{job.id} is due now" in run("retry", job.id).stdout
    assert run("list").exit_code == 0
    with pytest.raises(NotFoundError, match=job.id):
        run("retry", job.id)
