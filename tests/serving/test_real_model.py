"""The service with a real bundle: loaded, served by one process and by several, swapped, damaged."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from features import delivered
from features.records import ModelReference
from serving import demo
from serving.access import keys
from serving.access.roles import Role
from serving.app import create_app
from serving.services import build
from serving.settings import Settings
from serving.store import schema

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path, champion_folder):
    """A home with a delivered champion, version 1, and a database."""
    place(tmp_path, champion_folder, "1")
    services = build(Settings.read({"TRIAGE_HOME": str(tmp_path)}))
    schema.upgrade(services.store)
    services.store.close()
    return tmp_path


def place(home, folder, version):
    reference = ModelReference(name="triage", version=version)
    shutil.copytree(folder, delivered.folder_of(home, reference))
    delivered.point(home, reference)


def headers_of(services):
    key, _ = keys.create(services.store, services.tools, role=Role.ADMIN)
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def app_of(settings):
    app = create_app(settings)
    with TestClient(app) as client:
        yield client, headers_of(app.state.services)


@contextmanager
def serving(home, *arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", "triage", "serve", "--port", "0", *arguments],
        env=os.environ | {"TRIAGE_HOME": str(home), "TRIAGE_SHUTDOWN_SECONDS": "2"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("Ready "), process.stderr.read()
        yield process, line.split()[1]
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def children(process):
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(each) for each in listed.split()]


def lives(number):
    """Whether a process is there and no zombie: one that nobody buried has no command line."""
    path = Path(f"/proc/{number}/cmdline")
    return path.exists() and bool(path.read_bytes())


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answers(address):
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_a_real_bundle_answers_in_both_languages_and_leaves_emoji_to_review(home):
    with app_of(Settings.read({"TRIAGE_HOME": str(home)})) as (client, headers):
        for text, language in (("打印机坏了，没人能打印", "zh"), ("The printer is broken again", "en")):
            answer = client.post("/v1/requests", json={"text": text}, headers=headers)
            assert answer.status_code == 201
            found = answer.json()
            assert (found["language"], found["model"]) == (language, {"name": "triage", "version": "1"})
            assert set(found["fields"]) == {"type", "urgency", "impact", "difficulty"}
            assert all(
                sum(field["probabilities"].values()) == pytest.approx(1, abs=1e-4)
                for field in found["fields"].values()
            )
        emoji = client.post("/v1/triage", json={"text": "😀😀"}, headers=headers).json()
        assert {field["decision"] for field in emoji["fields"].values()} == {"review"}


def test_a_promoted_version_answers_while_the_service_runs(home, champion_folder):
    settings = Settings.read({"TRIAGE_HOME": str(home), "TRIAGE_POLL_SECONDS": "0.05"})
    with app_of(settings) as (client, headers):
        assert client.get("/v1/model", headers=headers).json()["version"] == "1"
        place(home, champion_folder, "2")
        until(lambda: client.get("/v1/model", headers=headers).json()["version"] == "2")


def test_home_may_be_moved(home, tmp_path_factory):
    moved = tmp_path_factory.mktemp("elsewhere") / "home"
    shutil.move(home, moved)
    with app_of(Settings.read({"TRIAGE_HOME": str(moved)})) as (client, headers):
        assert client.post("/v1/requests", json={"text": "hello"}, headers=headers).status_code == 201
    home.mkdir()


def test_several_processes_serve_one_port_and_one_that_dies_is_replaced(home):
    services = build(Settings.read({"TRIAGE_HOME": str(home)}))
    headers = headers_of(services)
    with serving(home, "--workers", "2") as (process, address):
        before = children(process)
        assert len(before) == 3, "two for the web, one for jobs"
        for each in before[1:]:
            os.kill(each, signal.SIGKILL)
        until(lambda: len(children(process)) == 3 and not set(before[1:]) & set(children(process)))
        made = httpx.post(f"{address}/v1/requests", json={"text": "hello"}, headers=headers, timeout=30)
        assert made.status_code == 201
        process.terminate()
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err
    services.store.close()


def test_no_process_outlives_a_supervisor_that_was_killed(home):
    with serving(home, "--workers", "2") as (process, address):
        left = children(process)
        process.kill()
        process.wait()
        until(lambda: not answers(address) and not any(lives(each) for each in left))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_damaged_champion_at_start_is_one_sentence(home, workers):
    (home / "models" / "triage" / "1" / "heads.skops").write_bytes(b"torn")
    done = subprocess.run(
        [sys.executable, "-m", "triage", "serve", "--port", "0", "--workers", workers],
        env=os.environ | {"TRIAGE_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demonstration_prints_a_link_and_a_curl_that_works_and_no_key(home, tmp_path):
    data = tmp_path / "few"
    data.mkdir()
    (data / "requests.csv").write_text("id,text\n1,hello\n2,产线停产了\n", "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "triage", "demo", "--port", "0", "--data", str(data)],
        env=os.environ | {"TRIAGE_HOME": str(home)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        lines = [process.stdout.readline() for _ in range(5)]
        assert [line for line in lines if line.startswith("Ready ")] == lines[:1]
        path = home / demo.FIRST_KEYS
        assert path.stat().st_mode & 0o777 == 0o600
        shown = "".join(lines)
        assert not any(key in shown for key in re.findall(r"tri_\S+", path.read_text()))
        assert re.search(r"http://\S+/sign-in/\S{40,}", shown)
        command = next(line for line in lines if line.startswith("curl "))
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, cwd="/")
        assert '"status":"open"' in done.stdout
        before = path.read_text()
    finally:
        process.terminate()
        process.communicate(timeout=30)
    services = build(Settings.read({"TRIAGE_HOME": str(home)}))
    demo.first_keys(services)
    assert path.read_text() == before, "keys are kept on later runs"
    with services.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM api_keys")
    services.store.close()
    again = build(Settings.read({"TRIAGE_HOME": str(home)}))
    assert demo.first_keys(again).admin not in before
    again.store.close()
