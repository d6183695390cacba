"""The command line as a data scientist uses it, each command in a process of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from features import tables
from tests.conftest import Command, with_tables
from triage import main


def test_train_registers_a_champion_first_and_a_challenger_then(triage: Command, trained_home: Path) -> None:
    done = triage("models", "list", home=trained_home)
    second, first = done.stdout.splitlines()
    assert first.startswith("triage 1 [champion]")
    assert second.startswith("triage 2 [challenger]")


def test_same_data_and_seed_give_the_same_probabilities(
    triage: Command, trained_home: Path, tmp_path: Path
) -> None:
    data = tmp_path / "in.csv"
    data.write_text("text\n发票金额不对，请更正\nThe conveyor stopped and nothing ships\n", "utf-8")
    for version in ("1", "2"):
        done = triage(
            "score", "--data", data, "--out", tmp_path / f"{version}.csv",
            "--model", f"models:/triage/{version}", home=trained_home,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()


def test_evaluate_writes_the_figures(
    triage: Command, trained_home: Path, sample_file: Path, tmp_path: Path
) -> None:
    done = triage("evaluate", "--data", sample_file, "--json", tmp_path / "f.json", home=trained_home)
    assert done.returncode == 0, done.stderr
    written = json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert list(written) == ["fields", "model", "seconds"]
    assert written["model"]["version"] == "1"
    assert set(written["fields"]["urgency"]) >= {
        "n", "accuracy", "macro_f1", "majority_accuracy", "per_class", "ece", "qwk", "within_one",
    }  # fmt: skip
    assert "qwk" not in written["fields"]["type"]


def test_score_adds_its_columns_and_keeps_what_was_there(
    triage: Command, trained_home: Path, sample_file: Path, tmp_path: Path
) -> None:
    done = triage(
        "score", "--data", sample_file, "--out", tmp_path / "out.parquet",
        "--customers", Path(__file__).parents[2] / "data" / "customers.csv", home=trained_home,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    scored, given = tables.read(tmp_path / "out.parquet").frame, tables.read(sample_file).frame
    for name in ("type", "type_confidence", "type_decision", "language", "grade", "score", "reasons"):
        assert name in scored
    assert scored["type_given"].tolist() == given["type"].tolist()
    assert set(scored["grade"]) <= {"P1", "P2", "P3", "P4"}
    assert all("matrix" in codes.split() for codes in scored["reasons"])
    assert any("no_customer" in codes.split() for codes in scored["reasons"])
    assert not all("no_customer" in codes.split() for codes in scored["reasons"])


def test_promote_and_rollback_say_what_they_did(triage: Command, trained_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(trained_home, tmp_path / "home"))
    refused = triage("models", "promote", "2", "--reason", "better")
    assert (refused.returncode, "was never judged" in refused.stderr) == (2, True)
    assert (
        "Version 2 of triage is champion, in place of 1."
        in triage("models", "promote", "2", "--despite", "better").stdout
    )
    shown = triage("models", "show").stdout
    assert "promotion: 1 -> 2" in shown
    assert "better" in shown
    assert "Version 1 of triage is champion again" in triage("models", "rollback", "--reason", "worse").stdout
    assert home.is_dir()


def test_export_copies_a_bundle_that_evaluate_reads(
    triage: Command, trained_home: Path, sample_file: Path, tmp_path: Path
) -> None:
    assert triage("models", "export", tmp_path / "bundle", home=trained_home).returncode == 0
    done = triage("evaluate", "--data", sample_file, "--model", tmp_path / "bundle")
    assert done.returncode == 0, done.stderr
    again = triage("models", "export", tmp_path / "bundle", home=trained_home)
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("train", "--data", "gone.csv"), "There is no file 'gone.csv'"),
        (("train", "--data", "gone.csv", "--alias", "champion"), "say why with --reason"),
        (("train", "--data", "gone.csv", "--alias", "best"), "'best' is none of champion, challenger"),
        (("train", "--data", "gone.csv", "--model", "a/b"), "model name 'a/b'"),
        (("train", "--data", "t.csv", "--taxonomy", "t.csv"), "t.csv"),
        (("train", "--data", "enough.csv", "--encoder", "no/such-model"), "no/such-model"),
        (("train", "--data", "t.csv", "--encoder", "hash"), "3 rows with a label of 'type'"),
        (("evaluate", "--data", "t.csv"), "train one with `triage train"),
        (("evaluate", "--data", "t.csv", "--model", "best"), "'best' is neither"),
        (("evaluate", "--data", "t.csv", "--model", "."), "is no model"),
        (("models", "promote", "7", "--reason", "x"), "no version '7'"),
        (("models", "promote", "7", "--reason", " "), "The reason is empty"),
        (("models", "promote", "7"), "Say why"),
        (("models", "judge", "7"), "was not made by `triage retrain` here"),
        (("retrain", "--snapshot", "gone"), "'gone' is no snapshot"),
        (("data", "quarantine", "release", "x", "--reason", "y"), "No batch 'x' is set aside"),
        (("models", "rollback", "--reason", "x"), "no champion to roll back"),
    ],
)
@pytest.mark.filterwarnings("ignore::Warning")  # MLflow's own, of its own libraries
def test_each_fault_is_one_sentence_and_exit_code_2(
    tmp_path: Path,
    mlflow_tables: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    """In this process: what a command loads takes longer than any of these refusals."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIAGE_HOME", str(with_tables(tmp_path / "home", mlflow_tables)))
    (tmp_path / "t.csv").write_text("text,type\na,incident\nb,billing\nc,billing\n", "utf-8")
    rows = [f"words {i},{('incident', 'billing')[i % 2]}" for i in range(20)]
    (tmp_path / "enough.csv").write_text("\n".join(["text,type", *rows]), "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
