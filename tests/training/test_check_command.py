"""`triage data check` as it is typed: the table, the rows to look at, the exit code, files with faults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from features import tables
from tests.conftest import Command
from tests.training.hygiene.sheets import themed
from training.check_command import check


def run(*arguments: object) -> Result:
    return CliRunner().invoke(check, [str(each) for each in arguments])


def csv(folder: Path, header: str, *rows: str) -> Path:
    path = folder / "t.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    words, themes = themed(120)
    return csv(tmp_path, "text,type", *(f"{w},{t}" for w, t in zip(words, themes, strict=True)))


def test_a_file_without_faults_is_exit_code_0_and_one_with_is_1(
    triage: Command, clean: Path, tmp_path: Path
) -> None:
    fine = triage("data", "check", clean, "--taxonomy", "infer", "--fields", "type")
    assert fine.returncode == 0, fine.stdout + fine.stderr
    clean.write_text(clean.read_text("utf-8").replace(",printer", ",Printer ", 3), "utf-8")
    done = triage("data", "check", clean, "--taxonomy", "infer", "--fields", "type", "--lang", "zh")
    assert done.returncode == 1
    assert done.stdout.startswith("须改正  type  1 个标签有不同写法")


def test_the_rows_to_look_at_are_written_with_reason_and_suggestion(clean: Path, tmp_path: Path) -> None:
    lines = clean.read_text("utf-8").splitlines()
    lines[5] = f"{lines[5].split(',')[0]},invoice"
    clean.write_text("\n".join(lines), "utf-8")
    done = run(
        clean, "--taxonomy", "infer", "--fields", "type", "--out", tmp_path / "rows.csv", "--encoder", "hash"
    )
    assert done.exit_code == 0, done.output
    rows = tables.read(tmp_path / "rows.csv").frame
    assert rows.iloc[0][["row", "field", "label", "suggested", "code"]].tolist() == [
        "5", "type", "invoice", "printer", "label_errors",
    ]  # fmt: skip
    assert rows.iloc[0]["text"] == lines[5].split(",")[0]


def test_the_findings_are_written_in_both_languages(clean: Path, tmp_path: Path) -> None:
    done = run(clean, "--taxonomy", "infer", "--fields", "type", "--json", tmp_path / "f.json")
    assert done.exit_code == 0, done.output
    written = json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert (written["rows"], written["fields"]) == (120, {"type": 4})
    told = next(each for each in written["findings"] if each["code"] == "told")
    assert set(told["sentence"]) == {"zh", "en"}
    assert set(written["seconds"]) >= {"duplicates", "label_errors"}


@pytest.mark.parametrize(
    ("header", "rows", "fields", "told"),
    [
        ("text,type", [f"words {i},label {i}" for i in range(5_000)], "type", "5000 rows have 5000 labels"),
        (
            "text,type",
            [f"words {i},label {i // 2}" for i in range(5_000)],
            "type",
            "2500 of 2500 labels have fewer",
        ),
        (
            "text,type",
            ["the same words,a"] * 90 + [f"words {i},b" for i in range(10)],
            "type",
            "(89%) are copies",
        ),
        ("text,type", [f"words {i},a" for i in range(30)], "type", "All 30 rows have 'a'"),
        ("text,colour", [f"words {i},a" for i in range(30)], "", "No column holds labels"),
        ("text,type", [f"words {i},{'aAbB'[i % 4]}" for i in range(30)], "type", "written in several ways"),
        ("text,type", [f",{'ab'[i % 2]}" for i in range(30)], "type", "30 of 30 rows have no readable text"),
        ("text,type", ["words,"] * 30, "type", "Only 0 rows have a label"),
    ],
    ids=["own", "thin", "copies", "constant", "unlabelled", "spellings", "wordless", "blank"],
)
def test_bad_files_are_told_of_and_the_run_goes_on(
    tmp_path: Path, header: str, rows: list[str], fields: str, told: str
) -> None:
    done = run(csv(tmp_path, header, *rows), "--taxonomy", "infer", "--fields", fields)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    assert told in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("gone.csv",), "There is no file"),
        (("t.csv",), "has no column 'text'"),
        (("t.csv", "--taxonomy", "gone.yaml"), "gone.yaml"),
        (("t.csv", "--encoder", "no/such-model"), "no/such-model"),
    ],
)
def test_what_cannot_be_checked_at_all_is_one_sentence(
    triage: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    csv(tmp_path, "words,type", "a,b")
    done = triage("data", "check", *arguments)
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr
