"""The commands on the grading policy, as a person runs them."""

from __future__ import annotations

from pathlib import Path

import yaml
from click.testing import CliRunner

from serving.policy_commands import policy


def _changed(path: Path, change: dict[str, object]) -> Path:
    shown = CliRunner().invoke(policy, ["show"])
    assert shown.exit_code == 0
    path.write_text(yaml.safe_dump({**yaml.safe_load(shown.stdout), **change}, allow_unicode=True), "utf-8")
    return path


def test_what_is_shown_has_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(CliRunner().invoke(policy, ["show"]).stdout, "utf-8")
    done = CliRunner().invoke(policy, ["check", str(file)])
    assert done.exit_code == 0
    assert "no fault; version 1, hash " in done.stderr


def test_every_fault_is_named_by_its_path(tmp_path: Path) -> None:
    weights = {"urgency": 40, "impact": 30, "value": 25, "ease": 10}
    caution = {"too_low": -2, "too_high": 1}
    file = _changed(tmp_path / "policy.yaml", {"score": {"weights": weights}, "caution": caution})
    done = CliRunner().invoke(policy, ["check", str(file)])
    assert done.exit_code == 1
    paths = {line.split()[1].rstrip(":") for line in done.stdout.splitlines()}
    assert {"caution.too_low", "score.weights"} <= paths
    assert "to mend" in done.stderr


def test_a_file_that_is_no_yaml_is_one_fault(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("matrix: [", "utf-8")
    done = CliRunner().invoke(policy, ["check", str(file)])
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 1


def test_labels_of_another_taxonomy_without_a_cell_are_named(tmp_path: Path) -> None:
    labels = tmp_path / "taxonomy.yaml"
    from features import taxonomy

    made = taxonomy.infer({"urgency": ["now", "later"]})
    labels.write_text(made.as_yaml(), "utf-8")
    file = _changed(tmp_path / "policy.yaml", {})
    done = CliRunner().invoke(policy, ["check", str(file), "--taxonomy", str(labels)])
    assert done.exit_code == 1
    assert "'now'" in done.stdout
    assert "'later'" in done.stdout
