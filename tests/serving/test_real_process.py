"""A web process with the real encoder, as an operator starts it: it answers, and has not loaded torch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from features import delivered
from features.encoder import e5
from features.encoder.export import export
from features.records import ModelReference
from serving.access import keys
from serving.access.roles import Role
from serving.services import build
from serving.settings import Settings
from serving.store import schema

pytestmark = pytest.mark.real_encoder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path, real_model):
    """A home with the real model's bundle as champion, and a database with a key in it."""
    export(e5.open_default(progress=True))
    reference = ModelReference(name="triage", version="1")
    real_model.save(delivered.folder_of(tmp_path, reference))
    delivered.point(tmp_path, reference)
    return tmp_path


@pytest.fixture
def headers(home):
    services = build(Settings.read({"TRIAGE_HOME": str(home)}))
    schema.upgrade(services.store)
    key, _ = keys.create(services.store, services.tools, role=Role.INTAKE)
    services.store.close()
    return {"Authorization": f"Bearer {key}"}


def test_it_answers_in_both_languages_without_torch_and_in_bounded_memory(home, headers):
    process = subprocess.Popen(
        [sys.executable, "-m", "triage", "serve", "--port", "0"],
        env=os.environ | {"TRIAGE_HOME": str(home), "TRIAGE_ENCODER_RUNTIME": "onnx"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        address = process.stdout.readline().split()[1]
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            for text in ("打印机坏了，没人能打印", "The printer is broken again", "long " * 3000):
                answer = client.post("/v1/triage", json={"text": text})
                assert answer.status_code == 200
                assert set(answer.json()["fields"]) == {"type", "urgency", "impact", "difficulty"}
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        web = [each for each in map(Path, (f"/proc/{n}" for n in children)) if is_web(each)]
        assert len(web) == 1
        maps = (web[0] / "maps").read_text()
        assert "onnxruntime" in maps
        assert "libtorch" not in maps
        assert resident_megabytes(web[0]) < 1500
    finally:
        process.terminate()
        process.communicate(timeout=30)


def is_web(process):
    return b"serving.processes" in (process / "cmdline").read_bytes()


def resident_megabytes(process):
    lines = (process / "status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024
