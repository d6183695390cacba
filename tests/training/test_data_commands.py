"""`triage data import` as a person calls it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from features import tables
from features.customer.table import read_customers
from tests.conftest import ROOT, Command
from training.importing.customer_import import import_customers
from training.importing.requests import Source

DATA = ROOT / "data"


def test_requests_and_customers_are_imported_and_joined(triage: Command, tmp_path: Path) -> None:
    done = triage("data", "import", DATA / "messy-export.csv", "--out", "history.csv")
    assert done.returncode == 0, done.stderr
    assert "Wrote 260 rows to history.csv" in done.stdout
    done = triage(
        "data", "import", DATA / "messy-export-customers.csv", "--customers", "--out", "customers.csv",
        "--join", "history.csv",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Joined by customer_id: 88 of 196 rows" in done.stdout
    assert len(read_customers(tmp_path / "customers.csv")) == 60
    sides = tables.read(tmp_path / "customers.unjoined.csv").frame["side"]
    assert set(sides) == {"requests", "customers"}


def test_the_shipped_customers_say_what_the_samples_say(tmp_path: Path) -> None:
    source, out = Source(file=DATA / "messy-export-customers.csv"), tmp_path / "customers.csv"
    import_customers(source, out, other=None, now=datetime(2026, 9, 1, tzinfo=UTC), say=print)
    samples = {each.id: each.facts for each in read_customers(DATA / "customers.csv")}
    for each in read_customers(tmp_path / "customers.csv"):
        sample = samples[each.id]
        assert each.facts.growth == sample.growth
        assert each.facts.currency == sample.currency
        assert each.facts.as_of == sample.as_of
        assert each.facts.revenue in (None, sample.revenue)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("gone.csv", "--out", "o.csv"), "There is no file 'gone.csv'"),
        (("a.csv", "--out", "o.csv", "--map", "gone.yaml"), "Cannot read the map 'gone.yaml'"),
        (("a.csv", "--out", "o.csv", "--join", "a.csv"), "--join has a meaning only with --customers"),
        (("a.csv", "--out", "o.csv", "--customers", "--zone", "UTC"), "--zone has no meaning"),
        (("a.csv", "--out", "o.csv", "--largest-mb", "0"), "more than 0 MB: part it"),
    ],
)
def test_each_fault_is_one_sentence_and_exit_code_2(
    triage: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    (tmp_path / "a.csv").write_text("描述\n坏了\n", "utf-8")
    done = triage("data", "import", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
