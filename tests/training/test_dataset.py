"""What is learnt from is checked first, and each fault is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import TableError, TaxonomyError, TriageError
from features.taxonomy import Taxonomy
from training import dataset as datasets


def csv(path: Path, header: str, *rows: str) -> Path:
    (path / "d.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path / "d.csv"


def test_an_empty_cell_is_unlabelled_for_that_field_only(tmp_path: Path) -> None:
    path = csv(tmp_path, "text,type,urgency", "a,incident,", "b,,urgent")
    dataset, taxonomy = datasets.load(path, taxonomy=Taxonomy.default())
    assert dataset.labels == {"type": ("incident", None), "urgency": (None, "urgent")}
    assert list(taxonomy.fields) == ["type", "urgency"]


def test_ignored_columns_are_named_in_one_line(tmp_path: Path) -> None:
    path = csv(tmp_path, "text,type,agent,queue", "a,incident,x,y")
    dataset, _ = datasets.load(path, taxonomy=Taxonomy.default())
    assert dataset.notes == ("Columns not used: agent, queue.",)


def test_rows_without_readable_text_are_left_out_and_said(tmp_path: Path) -> None:
    path = csv(tmp_path, "text,type", "a,incident", ",billing", "\0,billing")
    dataset, _ = datasets.load(path, taxonomy=Taxonomy.default())
    assert len(dataset) == 1
    assert "2 rows have no readable text" in dataset.notes[-1]


def test_a_subject_alone_is_a_row(tmp_path: Path) -> None:
    dataset, _ = datasets.load(
        csv(tmp_path, "subject,text,type", "invoice,,billing"), taxonomy=Taxonomy.default()
    )
    assert dataset.words == ["invoice"]


def test_duplicates_share_a_group_whatever_their_case_blanks_and_points(tmp_path: Path) -> None:
    path = csv(
        tmp_path, "text,type", "The door is open!,incident", "the  door is OPEN,incident", "else,billing"
    )
    first, second, third = datasets.load(path, taxonomy=Taxonomy.default())[0].groups
    assert first == second != third


def test_times_are_read_where_all_rows_have_one(tmp_path: Path) -> None:
    both = csv(
        tmp_path,
        "text,type,received_at",
        "a,incident,2026-01-02T00:00:00Z",
        "b,billing,2026-01-01T08:00:00+08:00",
    )
    times = datasets.load(both, taxonomy=Taxonomy.default())[0].times
    assert times is not None
    assert times[0] - times[1] == 24 * 3600 * 10**9
    one = csv(tmp_path, "text,type,received_at", "a,incident,2026-01-02T00:00:00Z", "b,billing,soon")
    untimed = datasets.load(one, taxonomy=Taxonomy.default())[0]
    assert untimed.times is None
    assert any("not parted by time" in note for note in untimed.notes)


@pytest.mark.parametrize(
    ("header", "rows", "kind", "told"),
    [
        ("words,type", ["a,incident"], TableError, "no column 'text'"),
        ("text,colour", ["a,red"], TriageError, "none of the fields type"),
        ("id,text,type", ["7,a,incident", "7,b,billing"], TableError, "id '7' stands in two rows"),
        (
            "text,type",
            ["a,incident", "b,nonsense"],
            TaxonomyError,
            "1 rows have the label 'nonsense' of 'type'",
        ),
    ],
)
def test_each_fault_is_named(
    tmp_path: Path, header: str, rows: list[str], kind: type[TriageError], told: str
) -> None:
    with pytest.raises(kind, match=told):
        datasets.load(csv(tmp_path, header, *rows), taxonomy=Taxonomy.default())


def test_a_field_asked_for_and_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no column 'severity'"):
        datasets.load(csv(tmp_path, "text,type", "a,b"), taxonomy=None, fields=["severity"])


def test_a_label_of_one_row_is_named(tmp_path: Path) -> None:
    rows = ["a,incident", *(f"text {i},billing" for i in range(12))]
    dataset, _ = datasets.load(csv(tmp_path, "text,type", *rows), taxonomy=Taxonomy.default())
    assert datasets.thin_labels(dataset) == [
        "type: fewer than 5 rows, so hardly learnt or measured: 'incident' (1)."
    ]


def test_a_column_of_one_label_is_left_out_of_an_inferred_taxonomy(tmp_path: Path) -> None:
    path = csv(tmp_path, "text,kind,impact", "a,red,low", "b,blue,low")
    dataset, taxonomy = datasets.load(path, taxonomy=None, fields=["kind", "impact"])
    assert list(taxonomy.fields) == list(dataset.labels) == ["kind"]
    assert dataset.notes[-1] == "impact is left out. Its column holds only 'low'."


def test_columns_of_one_label_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="at least two"):
        datasets.load(csv(tmp_path, "text,kind", "a,red"), taxonomy=None, fields=["kind"])
