"""The champion changes while the service runs; a damaged version changes nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from features import delivered
from features.errors import BundleError, InputError, RegistryError
from features.records import ModelReference
from serving import delivery
from serving.delivery import Delivery
from serving.engine import Engine
from tests.serving.stand_in import KeywordModel


@pytest.fixture
def settings(settings):
    return replace(settings, model="models:/triage@champion")


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


def made(settings):
    engine = Engine()
    return engine, Delivery(engine=engine, settings=settings, load=load)


def test_a_promoted_version_answers_without_a_restart(settings, deliver):
    engine, worker = made(settings)
    worker.look()
    assert engine.model is None
    deliver("1")
    worker.load_first()
    assert engine.model.reference.version == "1"
    deliver("2")
    worker.look()
    assert engine.model.reference.version == "2"


@pytest.mark.parametrize("content", ["torn", "broken"])
def test_a_damaged_version_is_logged_once_and_the_one_before_goes_on(settings, deliver, caplog, content):
    engine, worker = made(settings)
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


def test_a_damaged_version_at_start_is_refused(settings, deliver):
    _, worker = made(settings)
    deliver("1", "torn")
    with pytest.raises(BundleError):
        worker.load_first()


def test_the_thread_swaps_by_itself(settings, deliver):
    engine, worker = made(replace(settings, poll_seconds=0.05))
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


def test_what_mlflow_does_not_have_is_one_sentence(settings):
    with pytest.raises(RegistryError, match="champion") as caught:
        delivery.fetch(settings)
    assert "\n" not in str(caught.value)


def test_no_web_process_imports_mlflow_or_torch():
    code = (
        "import sys; from serving.app import create_app; from serving.settings import Settings; "
        "import serving.commands, serving.processes, serving.delivery; "
        "print([name for name in ('mlflow', 'torch', 'pandas', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
