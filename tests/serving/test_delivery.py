"""The champion changes while the service runs; a damaged version changes nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features import delivered
from features.errors import BundleError, InputError, RegistryError
from features.records import ModelReference
from serving import delivery, fetching
from serving.delivery import Delivery
from serving.engine import Engine
from serving.store import deployments
from serving.store.database import Database
from tests.databases import on_sqlite
from tests.serving.stand_in import KeywordModel


@pytest.fixture
def settings(settings):
    return replace(settings, model="models:/triage@champion")


@pytest.fixture
def store(settings):
    made = Database(settings.database_url)
    yield made
    made.close()


@pytest.fixture
def deploy(store):
    """Makes a version the one to answer."""

    def deployed(version):
        with store.write() as connection:
            reference = ModelReference(name="triage", version=version)
            assert deployments.add(connection, reference, at=datetime.now(UTC))

    return deployed


@pytest.fixture
def deliver(settings):
    """Puts a version on the disk and points to it."""

    def delivered_version(version, content="sound"):
        reference = ModelReference(name="triage", version=version)
        folder = delivered.folder_of(settings.home, reference)
        folder.mkdir(parents=True)
        (folder / "content").write_text(content)
        delivered.point(settings.home, reference)

    return delivered_version


def load(folder, reference):
    content = (folder / "content").read_text()
    if content == "torn":
        raise BundleError(f"{folder} is damaged.")
    return KeywordModel(reference=reference, broken=content == "broken")


@pytest.fixture
def made(settings, store):
    """Makes an engine and what keeps it on the version that is to answer."""

    def makes(**changes):
        engine = Engine()
        return engine, Delivery(engine=engine, settings=replace(settings, **changes), store=store, load=load)

    return makes


def test_a_promoted_version_answers_without_a_restart(made, deliver):
    engine, worker = made()
    worker.look()
    assert engine.model is None
    deliver("1")
    worker.load_first()
    assert engine.model.reference.version == "1"
    deliver("2")
    worker.look()
    assert engine.model.reference.version == "2"


@pytest.mark.parametrize("content", ["torn", "broken"])
def test_a_damaged_version_is_logged_once_and_the_one_before_goes_on(made, deliver, caplog, content):
    engine, worker = made()
    deliver("1")
    worker.load_first()
    deliver("2", content)
    for _ in range(3):
        worker.look()
    assert engine.model.reference.version == "1"
    assert caplog.text.count("is not used") == 1
    deliver("3")
    worker.look()
    assert engine.model.reference.version == "3"


def test_a_damaged_version_at_start_is_refused(made, deliver):
    _, worker = made()
    deliver("1", "torn")
    with pytest.raises(BundleError):
        worker.load_first()


def test_what_was_deployed_counts_and_the_pointer_does_not(made, deliver, deploy):
    engine, worker = made()
    deliver("1")
    deliver("2")
    deploy("1")
    worker.load_first()
    assert engine.model.reference.version == "1"
    deploy("2")
    worker.look()
    assert engine.model.reference.version == "2"
    deploy("1")
    worker.look()
    assert engine.model.reference.version == "1"


def test_what_was_deployed_and_is_not_on_this_disk_yet_is_waited_for(made, deliver, deploy):
    engine, worker = made()
    deliver("1")
    deploy("1")
    deploy("2")
    worker.load_first()
    assert engine.model.reference.version == "1"
    deliver("2")
    worker.look()
    assert engine.model.reference.version == "2"


def test_a_process_that_starts_on_a_damaged_version_takes_the_one_before(made, deliver, deploy, caplog):
    engine, worker = made()
    for version, content in (("1", "sound"), ("2", "broken"), ("3", "torn")):
        deliver(version, content)
        deploy(version)
    worker.load_first()
    worker.look()
    assert engine.model.reference.version == "1"
    assert caplog.text.count("cannot be used") == 2
    deliver("4")
    deploy("4")
    worker.look()
    assert engine.model.reference.version == "4"


@on_sqlite
def test_without_the_database_the_pointer_says_what_to_load(made, deliver, deploy, store, settings):
    engine, worker = made()
    deliver("1")
    deploy("1")
    store.close()
    Path(store.url.database).write_bytes(b"this is no database" * 100)
    worker.load_first()
    worker.look()
    assert engine.model.reference.version == "1"


def test_the_thread_swaps_by_itself(made, deliver):
    engine, worker = made(poll_seconds=0.05)
    deliver("1")
    worker.load_first()
    worker.start()
    deliver("2")
    deadline = time.monotonic() + 10
    while engine.model.reference.version != "2":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    worker.stop()


def test_a_version_or_a_folder_may_be_named(settings, deliver, tmp_path):
    deliver("1")
    deliver("2")
    first = replace(settings, model="models:/triage/1")
    assert delivery.locate(first)[1] == ModelReference(name="triage", version="1")
    assert delivery.locate(replace(settings, model="models:/triage/9")) is None
    assert delivery.locate(replace(settings, model=str(tmp_path)))[1].version == "-"


def test_a_setting_that_is_neither_is_named(settings):
    with pytest.raises(InputError, match="no/such/folder"):
        delivery.locate(replace(settings, model="no/such/folder"))


@on_sqlite
def test_what_mlflow_does_not_have_is_one_sentence(settings):
    with pytest.raises(RegistryError, match="champion") as caught:
        fetching.fetch(settings)
    assert "\n" not in str(caught.value)


def test_no_web_process_imports_mlflow_or_torch():
    code = (
        "import sys; from serving.app import create_app; from serving.settings import Settings; "
        "import serving.commands, serving.processes, serving.delivery; "
        "print([name for name in ('mlflow', 'torch', 'pandas', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
