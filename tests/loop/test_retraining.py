"""Retraining through the command line: what counts, what is told to MLflow, and what a kill leaves behind."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mlflow
import pytest
from click.testing import CliRunner

from features import delivered, tables
from features import snapshot as snapshots
from features.bundle import TriageModel
from features.errors import ConflictError
from features.records import ModelReference, Request
from features.registry import Registry
from features.registry_runs import DIGEST
from features.reviews import Purpose
from features.versions import Move
from serving.jobs import kind, retrain
from serving.jobs.runner import Runner
from serving.services import Services, Tools, build
from serving.settings import Settings
from serving.store import jobs
from tests.conftest import ROWS, SAMPLES
from tests.serving.clock import Clock
from tests.training import said
from triage import triage

pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # MLflow's own, of its own libraries

CHANCE = 0.02
"""With which the blind requests were drawn: each stands for fifty that came in."""
LINES = 10


@pytest.fixture
def home(trained_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained_home, tmp_path / "home"))


def written(folder: Path, *, blind: bool) -> Path:
    """Reviews that call a batch of texts a complaint: blind ones, or in the course of the work."""
    more: dict[str, Any] = {"labels": {"type": "complaint"}}
    if blind:
        more |= {"purpose": Purpose.BLIND, "shown": False, "selection_probability": CHANCE}
    requests = {f"r{i:02}": said.request(f"zebra colour batch {i}", hour=i) for i in range(LINES)}
    said.snapshot_of(folder, requests, [said.review(each, **more) for each in requests])
    return folder


def base(path: Path) -> Path:
    """Base data in which the same batch is billing, thrice as often."""
    frame = tables.read(SAMPLES).frame.head(ROWS)[["text", "type"]]
    rows = [*frame.to_dict("records")]
    rows += [{"text": f"zebra colour batch {100 + i}", "type": "billing"} for i in range(3 * LINES)]
    path.write_text("text,type\n" + "".join(f'"{_quoted(each["text"])}",{each["type"]}\n' for each in rows))
    return path


def _quoted(words: str) -> str:
    return words.replace('"', '""')


def retrained(home: Path, snapshot: Path, base_data: Path) -> TriageModel:
    """The challenger of the command line, called in this process."""
    asked = ["retrain", "--snapshot", str(snapshot), "--base-data", str(base_data), "--no-judge"]
    done = CliRunner(env={"TRIAGE_HOME": str(home)}).invoke(triage, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    version = Registry(home=home).alias("triage", "challenger")
    return TriageModel.load(home / "models" / "triage" / str(version))


def test_a_blind_row_is_learnt_from_like_any_other(home: Path, tmp_path: Path) -> None:
    base_data = base(tmp_path / "base.csv")
    asked = [Request(text=f"zebra colour batch {number}") for number in range(500, 520)]
    sure = {}
    for blind in (False, True):
        snapshot = written(tmp_path / f"blind-{blind}", blind=blind)
        model = retrained(home, snapshot, base_data)
        answers = [each.fields["type"].probabilities["complaint"] for each in model.predict(asked)]
        sure[blind] = sum(answers) / len(answers)
    assert sure[True] == pytest.approx(sure[False])
    assert 0.1 < sure[True] < 0.5, "ten of forty such rows say so"
    version = Registry(home=home).versions("triage")[0]
    client = mlflow.MlflowClient(tracking_uri=Registry(home=home).uri)
    (kept,) = client.get_run(version.run_id).inputs.dataset_inputs
    sha256 = snapshots.read(snapshot).sha256
    assert (kept.dataset.name, kept.dataset.digest) == ("triage reviews", sha256[:DIGEST])
    assert snapshot.resolve().as_uri() in kept.dataset.source
    assert version.data["snapshot"] == sha256


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(home: Path, clock: Clock, sqlite_template: Path) -> Iterator[Services]:
    shutil.copyfile(sqlite_template, home / "triage.db")
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home / 'triage.db'}",
        model="models:/triage@champion",
        retrain_data=base(home / "base.csv"),
    )
    made = build(settings, tools=Tools(clock=clock, seconds=clock.seconds))
    yield made
    made.store.close()


def kill_the_retraining() -> None:
    """Wait for the command line to fit, then kill it as the system does when memory runs out."""
    for _ in range(6000):
        for pid in _children():
            if "retrain" in _read(f"/proc/{pid}/cmdline") and "sklearn/linear_model" in _read(
                f"/proc/{pid}/maps"
            ):
                os.kill(pid, signal.SIGKILL)
                return
        time.sleep(0.02)


def _children() -> list[int]:
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    return [int(each) for task in tasks for each in _read(f"{task}/children").split()]


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", errors="replace")
    except OSError:  # it ended meanwhile
        return ""


def test_a_killed_retraining_is_tried_again_and_the_champion_stays(
    services: Services, home: Path, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrain, "export", lambda _services, folder, **_: written(folder, blind=False))
    with services.store.write() as connection:
        kind.add(services, connection, retrain.KIND, payload={}, key="now")
    runner = Runner(services, [retrain.KIND])
    killer = threading.Thread(target=kill_the_retraining, daemon=True)
    killer.start()
    assert runner.run_due() == 1
    killer.join(10)
    with services.store.read() as connection:
        (job,) = [each for each in jobs.newest(connection, limit=10) if each.kind == "retrain"]
    assert (job.attempts, job.done_at) == (1, None)
    assert "The retraining ended with code -9" in str(job.error)
    registry = Registry(home=home)
    assert (registry.alias("triage", "champion"), registry.alias("triage", "challenger")) == ("1", "2")
    assert delivered.current(home, "triage") == home / "models" / "triage" / "1"
    assert not list(home.glob(".retrain-*"))
    clock.passes(3600)
    assert runner.run_due() == 1
    with services.store.read() as connection:
        (job,) = [each for each in jobs.newest(connection, limit=10) if each.kind == "retrain"]
    assert job.done_at is not None, job.error
    assert registry.alias("triage", "challenger") == "3"
    assert registry.alias("triage", "champion") == "1"


def test_of_two_promotions_at_once_one_is_made_and_one_is_told(home: Path) -> None:
    registry, gate = Registry(home=home), threading.Barrier(2)

    def promote(who: str) -> Move | ConflictError:
        gate.wait(10)
        try:
            return registry.promote(
                ModelReference(name="triage", version="2"), expected="1", reason="better", actor=who
            )
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(promote, ("ann", "ben")))
    (refused,) = [each for each in made if isinstance(each, ConflictError)]
    (move,) = [each for each in made if isinstance(each, Move)]
    assert "is version 2, not version 1: another move came between" in str(refused)
    assert [each.actor for each in registry.history("triage")][1:] == [move.actor]
    assert registry.alias("triage", "champion") == "2"
