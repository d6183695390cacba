"""An MLflow server that is away: what is deployed answers. It comes back: a promotion arrives by itself."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from tests import databases
from tests.conftest import ROOT
from tests.faults.conftest import Site, made_key, plain_environment
from tests.faults.running import Running, lines, until


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def environment(tmp_path, sqlite_template, port):
    """That of a machine whose models are in an MLflow server, which is not there yet."""
    database = tmp_path / "triage.db"
    shutil.copyfile(sqlite_template, database)
    plain = plain_environment(tmp_path / "home", databases.sqlite_url(database))
    return plain | {
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }


@pytest.fixture
def site(environment, tmp_path, trained_home):
    """A service that has version 1 on its disk."""
    home, url = tmp_path / "home", environment["TRIAGE_DATABASE_URL"]
    running = Running(environment, tmp_path / "log", workers=1)
    made = Site(home, url, made_key(home, url), running)
    made.put(trained_home / "models" / "triage" / "1", "1")
    made.promote("1")
    running.start()
    yield made
    assert running.stop() == 0
    assert "Traceback" not in running.log.read_text()


@contextmanager
def mlflow_server(home, port, environment):
    """MLflow's own server on the records under a home."""
    records = [f"--backend-store-uri=sqlite:///{home}/mlflow/mlflow.db", "--workers=1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", "--host=127.0.0.1", f"--port={port}", *records],
        env=environment,
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(lambda: _is_healthy(port), words="MLflow did not start")
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _is_healthy(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def test_the_champion_answers_without_mlflow_and_a_promotion_arrives_when_it_is_back(
    site, environment, port, trained_home, tmp_path
):
    until(lambda: lines(site.running.log, "cannot be looked for now") == 1)
    assert site.post("产线停产了")[0] == 201
    assert site.missing() == []
    records = shutil.copytree(trained_home, tmp_path / "scientist")
    with mlflow_server(records, port, environment):
        words = ["models", "promote", "2", "--despite", "better on urgency"]
        done = subprocess.run(
            [sys.executable, "-m", "triage", *words],
            env=environment | {"TRIAGE_HOME": str(records)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        until(lambda: site.version() == "2", words="the promoted version did not come")
    assert site.post("产线停产了")[1]["model"]["version"] == "2"
    before = site.running.children("serving.jobs")
    assert len(before) == 1
    assert lines(site.running.log, "A process for jobs ended") == 0
