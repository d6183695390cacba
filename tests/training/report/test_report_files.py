"""Where the report goes: MLflow's copy is without words, the user's own has them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from features.customer.table import read_customers
from features.errors import InputError
from tests.conftest import SAMPLES, Command
from training import evaluate, report
from training.report_options import wanted


@pytest.fixture(scope="module")
def written(hash_model, samples, tmp_path_factory) -> Path:
    """The files of a run, with customers and all that is slow."""
    folder = tmp_path_factory.mktemp("report")
    rows = samples.rows(range(200, 224)).only(["urgency"])
    known = tuple(read_customers(SAMPLES.parent / "customers.csv"))
    asked = report.Wanted(paths=(folder / "mine.html",), full=True, customers=known, today=date(2026, 11, 22))
    reporter = report.Reporter(folder=folder / "mlflow", policy=None, wanted=asked)
    figures = evaluate.evaluate(hash_model, rows)
    learnt = samples.rows(range(24)).only(["urgency"])
    assert reporter.write(hash_model, rows, figures=figures, how="by chance", learnt=learnt) is not None
    return folder


def test_mlflow_gets_figures_charts_and_a_report_without_words(written: Path, samples) -> None:
    found = {path.name for path in (written / "mlflow").iterdir()}
    charts = {f"urgency.{name}.svg" for name in ("alone", "reliability", "confusion")}
    assert found == {"metrics.json", "report.html", *charts}
    assert "urgency" in json.loads((written / "mlflow" / "metrics.json").read_text("utf-8"))
    kept, mine = ((written / name).read_text("utf-8") for name in ("mlflow/report.html", "mine.html"))
    assert "<q" not in kept
    assert mine.count("<q") > 0
    assert not any(words[:20] in kept for words in samples.rows(range(200, 224)).words)
    for name in charts:
        assert ElementTree.parse(written / "mlflow" / name).getroot().tag.endswith("svg")  # noqa: S314 - ours


def test_customers_part_the_report_by_tier_and_full_adds_the_learning_curve(written: Path) -> None:
    mine = (written / "mine.html").read_text("utf-8")
    assert "tier of customer" in mine
    assert "What more rows would bring" in mine


def test_without_measured_rows_there_are_figures_only(hash_model, samples, tmp_path: Path) -> None:
    asked = report.Wanted(paths=(tmp_path / "mine.html",))
    reporter = report.Reporter(folder=tmp_path / "mlflow", policy=None, wanted=asked)
    assert reporter.write(hash_model, samples.rows([]), figures={}, how="-") is None
    assert [path.name for path in (tmp_path / "mlflow").iterdir()] == ["metrics.json"]
    assert not (tmp_path / "mine.html").exists()


def test_what_cannot_be_written_is_said_before_anything_is_computed(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone" / "r.html"):
        with pytest.raises(InputError, match="name a file to write"):
            wanted([str(path)], None, learns=True)


def test_full_is_a_word_and_not_a_path(tmp_path: Path) -> None:
    assert wanted(["full"], None, learns=True).paths == (Path("report.html"),)
    both = wanted(["full", str(tmp_path / "r.html")], None, learns=True)
    assert (both.full, both.paths) == (True, (tmp_path / "r.html",))
    assert wanted([], None, learns=True).paths == ()
    with pytest.raises(InputError, match="needs rows to learn from"):
        wanted(["full"], None, learns=False)


def test_evaluate_writes_the_report_of_a_file(
    triage: Command, trained_home: Path, sample_file: Path, tmp_path: Path
) -> None:
    done = triage("evaluate", "--data", sample_file, "--report", tmp_path / "r.html", home=trained_home)
    assert done.returncode == 0, done.stderr
    assert "The report is in" in done.stdout
    words = (tmp_path / "r.html").read_text("utf-8")
    assert "only if the model did not learn from the requests of this file" in words


def test_training_leaves_its_report_with_mlflow(trained_home: Path) -> None:
    found = list(trained_home.rglob("report/report.html"))
    assert len(found) == 2
    assert all("<q" not in path.read_text("utf-8") for path in found)
