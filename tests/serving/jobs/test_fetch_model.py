"""A new champion is noticed, fetched and deployed, once, whatever comes between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features import delivered
from features.records import ModelReference
from serving.jobs import fetch_model
from serving.jobs.kinds import KINDS
from serving.jobs.runner import Runner
from serving.jobs.watch import Watch
from serving.store import deployments
from tests.databases import on_sqlite


@pytest.fixture
def settings(settings):
    return replace(settings, model="models:/triage@champion")


@pytest.fixture
def watch(services):
    return Watch(services)


@pytest.fixture
def fetch(services):
    return Runner(services, [fetch_model.KIND])


@pytest.fixture
def promote(settings):
    """Makes a version champion as the command line does: on this disk, and pointed to."""

    def promoted(version):
        reference = ModelReference(name="triage", version=version)
        delivered.folder_of(settings.home, reference).mkdir(parents=True, exist_ok=True)
        delivered.point(settings.home, reference)

    return promoted


@pytest.fixture
def deployed(services):
    def found():
        with services.store.read() as connection:
            return [each.model.version for each in deployments.newest(connection, "triage", limit=100)]

    return found


def test_each_move_of_the_champion_is_deployed_once(watch, fetch, promote, deployed, listed):
    watch.look()
    assert listed() == []
    for version in ("1", "2", "1"):
        promote(version)
        for _ in range(3):
            watch.look()
            fetch.run_due()
    assert deployed() == ["1", "2", "1"]
    assert len(listed()) == 3


def test_two_processes_that_watch_leave_one_job(services, watch, promote, listed):
    promote("1")
    watch.look()
    Watch(services).look()
    assert [job.payload for job in listed()] == [{"name": "triage", "version": "1"}]


def test_a_champion_that_was_taken_back_before_it_came_is_not_deployed(watch, fetch, promote, deployed):
    promote("1")
    watch.look()
    fetch.run_due()
    promote("2")
    watch.look()
    promote("1")
    assert fetch.run_due() == 1
    assert deployed() == ["1"]


def test_a_job_that_runs_twice_deploys_once(services, promote, deployed):
    promote("1")
    for _ in range(2):
        fetch_model.run(services, {"name": "triage", "version": "1"})
    assert deployed() == ["1"]


@on_sqlite
def test_a_version_that_does_not_come_is_asked_for_again_later(
    services, watch, fetch, settings, deployed, listed, clock
):
    delivered.point(settings.home, ModelReference(name="triage", version="7"))
    watch.look()
    fetch.run_due()
    assert deployed() == []
    assert "7" in listed()[0].error
    delivered.folder_of(settings.home, ModelReference(name="triage", version="7")).mkdir(parents=True)
    clock.passes(settings.job_backoff_seconds)
    fetch.run_due()
    assert deployed() == ["7"]


def test_what_another_machine_deployed_is_fetched_here(
    services, watch, settings, monkeypatch, promote, clock
):
    promote("1")
    fetched = []
    monkeypatch.setattr("serving.fetching.fetch", lambda _, uri: fetched.append(uri))
    monkeypatch.setattr("serving.champions.told", lambda *_: ModelReference(name="triage", version="2"))
    with services.store.write() as connection:
        deployments.add(connection, ModelReference(name="triage", version="2"), at=clock.now)
    watch.look()
    assert fetched == ["models:/triage/2"]


@pytest.mark.filterwarnings("ignore::Warning")  # MLflow's own, of its own libraries
@on_sqlite
def test_an_mlflow_server_is_asked_and_the_pointer_follows_it(services, trained_home, deployed):
    server = f"sqlite:///{trained_home / 'mlflow' / 'mlflow.db'}"
    remote = replace(services, settings=replace(services.settings, mlflow_uri=server))
    Watch(remote).look()
    assert Runner(remote, [fetch_model.KIND]).run_due() == 1
    assert deployed() == ["1"]
    folder = delivered.current(remote.settings.home, "triage")
    assert folder.name == "1"
    assert (folder / "manifest.json").is_file()


def test_a_named_version_or_folder_is_not_watched(services, promote, listed):
    promote("1")
    for model in ("models:/triage/1", str(services.settings.home)):
        Watch(replace(services, settings=replace(services.settings, model=model))).look()
    assert listed() == []


def test_the_kinds_have_different_names_that_fit_their_column():
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 40 for name in names)
