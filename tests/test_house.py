"""The house keeps its rules: what an import loads, and that the front door is light."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ROOT


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh process has loaded after running some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*{{m.split('.')[0] for m in sys.modules}})"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "features",
        "features.bundle",
        "features.grading",
        "features.registry",
        "features.encoder",
        "features.tables",
    ],
)
def test_importing_features_loads_no_heavy_library(module: str) -> None:
    heavy = {"torch", "mlflow", "transformers", "sentence_transformers", "fastapi", "sqlalchemy", "sklearn"}
    assert not loaded_by(f"import {module}") & heavy


def test_help_opens_neither_room() -> None:
    code = "import triage, click.testing as t; t.CliRunner().invoke(triage.triage, ['--help'])"
    assert not loaded_by(code) & {"training", "serving", "pandas", "numpy"}


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    names = {each.split(">")[0].split("=")[0].split("[")[0].strip().lower() for each in wanted}
    assert names <= pinned
