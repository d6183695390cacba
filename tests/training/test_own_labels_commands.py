"""Own labels from the command line: trained beside the champion, promoted where the policy meets."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from features.errors import PolicyError
from features.manifest import read_manifest
from features.policy import Policy
from features.taxonomy import Taxonomy, infer
from tests.conftest import Command
from tests.training import own_labels
from training import standing
from training.model_commands import models

OWN = infer({"urgency": ["1", "2", "3"]})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Own categories and urgency; the column of impact is empty."""
    path = tmp_path / "own.csv"
    lines = [f"{text},{category},{urgency}," for text, category, urgency in own_labels.texts(each=8)]
    path.write_text("\n".join(["text,category,urgency,impact", *lines[:200]]), "utf-8")
    return path


def test_a_field_without_labels_is_carried_over_from_the_champion_and_said(
    triage: Command, trained_home: Path, data: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(trained_home, tmp_path / "home"))
    triage("taxonomy", "infer", data, "--fields", "category,urgency", "--out", tmp_path / "t.yaml")
    done = triage("train", "--data", data, "--taxonomy", tmp_path / "t.yaml", "--encoder", "hash", home=home)
    assert done.returncode == 0, done.stderr
    assert (
        "Carried over from triage version 1, since the data have no labels of them: type, impact, difficulty."
        in done.stderr
    )
    assert f"'{own_labels.THIN}' (2) as '硬件/总部'" in done.stderr
    assert "category: accuracy level 1 " in done.stdout
    manifest = read_manifest(home / "models" / "triage" / "3")
    assert set(manifest.labels) == {"type", "urgency", "impact", "difficulty", "category"}
    assert manifest.carried["impact"]["version"] == "1"
    shown = triage("taxonomy", "show", "models:/triage/3", home=home)
    assert "  硬件  Hardware  " in shown.stdout


def test_a_champion_has_to_meet_the_policy_and_the_cell_is_named() -> None:
    with pytest.raises(PolicyError, match=r"matrix\.high\.urgent: the model has no label 'urgent'"):
        standing.notes(OWN, policy=None, alias="champion")
    (told,) = standing.notes(OWN, policy=None, alias=None)
    assert told.startswith("This first version becomes champion, but `triage serve` will refuse it.")
    assert standing.notes(OWN, policy=None, alias="challenger") == []
    assert standing.notes(Taxonomy.default(), policy=None, alias="champion") == []


@pytest.mark.filterwarnings("ignore::Warning")  # MLflow's own, of its own libraries
def test_promotion_and_rollback_under_another_policy_are_refused(
    trained_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(trained_home, tmp_path / "home"))
    data = Policy.default().as_data()
    data["matrix"] = {row: {**cells, "at_once": "P1"} for row, cells in data["matrix"].items()}
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(data), "utf-8")
    monkeypatch.setenv("TRIAGE_HOME", str(home))
    monkeypatch.setenv("TRIAGE_POLICY", str(tmp_path / "policy.yaml"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)

    def refused(*arguments: str) -> str:
        done = CliRunner().invoke(models, arguments)
        assert isinstance(done.exception, PolicyError), done.output
        return str(done.exception)

    assert "matrix.high.at_once: the model has no label 'at_once' of 'urgency'" in refused(
        "promote", "2", "--despite", "better"
    )
    monkeypatch.delenv("TRIAGE_POLICY")
    promoted = CliRunner().invoke(models, ["promote", "2", "--despite", "better"])
    assert promoted.exit_code == 0, promoted.output
    monkeypatch.setenv("TRIAGE_POLICY", str(tmp_path / "policy.yaml"))
    assert "matrix.high.at_once" in refused("rollback", "--reason", "worse")
