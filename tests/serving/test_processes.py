"""The real server, as processes that are killed and stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from serving.access import keys
from serving.access.roles import Role
from serving.services import build
from serving.settings import Settings
from serving.store import schema


@dataclass
class Running:
    """A server under test."""

    process: subprocess.Popen[str]
    address: str

    def post(self, headers, **body):
        return httpx.post(f"{self.address}/v1/requests", json=body, headers=headers, timeout=30)


@pytest.fixture
def environment(tmp_path):
    (tmp_path / "model").mkdir()
    given = {
        "TRIAGE_HOME": str(tmp_path),
        "TRIAGE_MODEL": str(tmp_path / "model"),
        "TRIAGE_ANSWER_SECONDS": "0.3",
        "TRIAGE_SWEEP_SECONDS": "0.1",
    }
    return os.environ | given


@pytest.fixture
def headers(environment):
    services = build(Settings.read(environment))
    schema.upgrade(services.store)
    key, _ = keys.create(services.store, services.tools, role=Role.INTAKE, name="web")
    services.store.close()
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def running(environment, *arguments, port=0, module="tests.serving.serve_stand_in"):
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(port), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("Ready "), process.stderr.read()
        yield Running(process, line.split()[1])
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_was_acknowledged_is_there_after_kill_9_on_the_same_port(environment, headers):
    with running(environment) as server:
        port = server.address.rsplit(":", 1)[1]
        made = [server.post(headers, text=f"停产 {i}", external_id=str(i)) for i in range(5)]
        assert {answer.status_code for answer in made} == {201}
        server.process.kill()
        server.process.wait()
    with running(environment, port=port) as server:
        for answer in made:
            url = f"{server.address}/v1/requests/{answer.json()['id']}"
            again = httpx.get(url, headers=headers).json()
            assert again.pop("request")["text"].startswith("停产")
            assert again == answer.json()
        replay = server.post(headers, text="停产 0", external_id="0")
        assert (replay.status_code, replay.json()["id"]) == (200, made[0].json()["id"])


def test_what_waits_when_the_process_is_killed_is_assessed_after_the_restart(environment, headers):
    with running(environment, "broken") as server:
        answer = server.post(headers, text="产线停产")
        assert answer.status_code == 202
        server.process.kill()
        server.process.wait()
    with running(environment) as server:
        url = f"{server.address}/v1/requests/{answer.json()['id']}"
        until(lambda: httpx.get(url, headers=headers).json()["status"] == "open")
        assert httpx.get(url, headers=headers).json()["grade"] == "P1"


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_cleanly_and_says_nothing_more_on_standard_output(
    environment, headers, signal_number
):
    with running(environment) as server:
        assert server.post(headers, text="hello").status_code == 201
        server.process.send_signal(signal_number)
        out, err = server.process.communicate(timeout=20)
    assert (server.process.returncode, out) == (0, "")
    assert "Traceback" not in err


def test_a_body_sent_in_pieces_beyond_the_bound_gets_its_413(environment, headers):
    def pieces():
        yield b'{"text": "'
        for _ in range(100):
            yield b"x" * 65536
        yield b'"}'

    with running(environment) as server:
        for content in (pieces(), b"x" * 6_000_000):
            answer = httpx.post(
                f"{server.address}/v1/requests",
                content=content,
                headers=headers | {"Content-Type": "application/json"},
                timeout=30,
            )
            assert answer.status_code == 413
            assert json.loads(answer.content)["status"] == 413


def test_no_key_and_no_address_is_in_the_log(environment, headers):
    key = headers["Authorization"].split()[1]
    with running(environment) as server:
        server.post(headers, text="hello")
        httpx.get(f"{server.address}/v1/requests?cursor={key}", headers=headers)
        server.process.terminate()
        _, err = server.process.communicate(timeout=20)
    assert key not in err
