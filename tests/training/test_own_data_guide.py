"""The guide to a company's own data is true: its commands run in order, and say what it says they say."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from features import tables
from tests.conftest import ROOT, run_triage
from triage import triage as front_door

GUIDE = ROOT / "docs" / "own-data.md"
BLOCK = re.compile(r"```(console|text)\n(.*?)```", re.DOTALL)
TRIAGE = ".venv/bin/triage "
PYTHON = ".venv/bin/python"
MAY_FAIL = " || true"
LIGHT = ("data", "taxonomy")
"""Commands that open no MLflow, which warns of its own libraries: run here, without another start."""
VERSION = re.compile(r"(?<=triage version )\d+(?= as )|(?<=models promote )\d+")
NEXT = "3"
"""The home has two versions already, where a fresh clone has one."""


@pytest.fixture
def clone(trained_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like a clone in which `make run` was ready once, on the hash encoder."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(trained_home, tmp_path / ".triage")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIAGE_HOME", ".triage")
    return tmp_path


def run(line: str, clone: Path) -> str:
    """What a line of the guide says, on the hash encoder where it trains."""
    words = shlex.split(line.removesuffix(MAY_FAIL))
    if line.startswith(TRIAGE) and words[1] in LIGHT:
        result = CliRunner().invoke(front_door, words[1:], catch_exceptions=False)
        code, said = result.exit_code, result.output
    else:
        done = run_apart(words, clone)
        code, said = done.returncode, done.stdout + done.stderr
    assert code == 0 or line.endswith(MAY_FAIL), f"{line}\n{said}"
    return said


def run_apart(words: list[str], clone: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    if words[0] == TRIAGE.strip():
        more = ["--encoder", "hash"] if words[1] == "train" else []
        return run_triage([*words[1:], *more], home=clone / ".triage", folder=clone)
    program = sys.executable if words[0] == PYTHON else words[0]
    return subprocess.run([program, *words[1:]], cwd=clone, capture_output=True, text=True, check=False)


def test_the_first_hour_runs_as_it_is_written(clone: Path) -> None:
    said = ""
    for kind, words in BLOCK.findall(VERSION.sub(NEXT, GUIDE.read_text("utf-8"))):
        if kind == "console":
            said = "\n".join(run(line, clone) for line in words.splitlines())
        else:
            lines = said.splitlines()
            assert [line for line in words.splitlines() if line not in lines] == [], said
    graded = tables.read(clone / "own" / "graded.csv").frame
    assert set(graded["grade"]) <= {"P1", "P2", "P3", "P4"}
    assert {"category", "urgency", "impact"} <= set(graded)
