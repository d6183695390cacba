"""A table that another program wrote: rows that cannot be trusted are lost with a reason, never the file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features import tables
from features.errors import TableError
from features.tables import Export, read_export


def export(path: Path, words: str) -> Export:
    path.write_bytes(words.encode())
    return read_export(path)


def told(found: Export) -> dict[int, str]:
    return {row.number: row.remarks[-1] for row in found.rows if row.lost}


def test_unequal_rows_are_lost_and_the_others_read(tmp_path: Path) -> None:
    found = export(tmp_path / "a.csv", "id,text,type\n1,a,x\n2,b\n3,c,d,x\n4,e,x\n\n5,f,x\n")
    assert found.column("id") == ["1", "4", "5"]
    assert told(found) == {3: "It has 2 cells under 3 columns.", 4: "It has 4 cells under 3 columns."}
    assert [row.number for row in found.rows] == [2, 3, 4, 5, 7]


def test_a_comma_at_the_end_of_every_row_is_no_cell(tmp_path: Path) -> None:
    found = export(tmp_path / "a.csv", "id,text\n1,a,\n2,b,\n3,c,\n")
    assert found.column("text") == ["a", "b", "c"]


def test_a_comma_at_the_end_of_one_row_only_is_a_shifted_row(tmp_path: Path) -> None:
    found = export(tmp_path / "a.csv", "id,text,x\n1,a,\n2,b,\n3,c,d,\n")
    assert told(found) == {4: "It has 4 cells under 3 columns."}


def test_a_comma_at_the_end_of_the_header_is_no_column(tmp_path: Path) -> None:
    found = export(tmp_path / "a.csv", "id,text,\n1,a\n2,b\n")
    assert found.columns == ("id", "text")
    assert found.column("text") == ["a", "b"]


def test_rows_shorter_than_the_names_are_lost_even_where_most_are(tmp_path: Path) -> None:
    found = export(tmp_path / "a.csv", "id,text,type\n1,a\n2,b\n3,c,x\n")
    assert list(told(found)) == [2, 3]


def test_a_header_repeated_between_pages_is_no_row(tmp_path: Path) -> None:
    found = export(
        tmp_path / "a.csv", "单号,分类,,描述\n,一甲,二乙,\n1,a,b,c\n单号,分类,,描述\n,一甲,二乙,\n2,a,b,c\n"
    )
    assert found.column("描述") == ["c", "c"]
    assert set(told(found).values()) == {"It repeats the header."}


def test_bytes_of_no_encoding_lose_their_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,text\n1,\xff\xff\n2," + "发票".encode() + b"\n")
    found = read_export(tmp_path / "a.csv")
    assert found.column("text") == ["发票"]
    assert told(found) == {2: "It holds bytes that are neither UTF-8 nor GB18030."}


def test_jsonl_keys_are_the_columns_and_bad_lines_are_lost(tmp_path: Path) -> None:
    lines = (
        '{"id": 1, "text": "a"}\nnope\n[1]\n{"text": "b", "tags": ["x"], "id": null}\n{"text": "\\ud800"}\n'
    )
    found = export(tmp_path / "a.jsonl", lines)
    assert found.columns == ("id", "text", "tags")
    assert [row.cells for row in found.rows if not row.lost] == [["1", "a", ""], ["", "b", '["x"]']]
    assert list(told(found)) == [2, 3, 5]
    assert "not JSON" in told(found)[2]
    assert "half a character" in told(found)[5]


def test_tsv_and_parquet_are_read(tmp_path: Path) -> None:
    assert export(tmp_path / "a.tsv", "id\ttext\n1\ta, b; c\n").column("text") == ["a, b; c"]
    tables.write(pd.DataFrame({"id": ["007"], "text": ["x"]}, dtype="str"), tmp_path / "a.parquet")
    assert read_export(tmp_path / "a.parquet").rows[0].cells == ["007", "x"]


def test_a_header_said_to_be_elsewhere_is_taken_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\nA1,B2\n1,x\n", "utf-8")
    assert read_export(tmp_path / "a.csv", header=(2,)).columns == ("A1", "B2")
    with pytest.raises(TableError, match=r"header is said to be row \[9\]"):
        read_export(tmp_path / "a.csv", header=(9,))


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n , \n", "is empty"),
        ("a.csv", b"id,text\n", "has a header and no rows"),
        ("a.csv", b"1,2\n3,4\n", "none of the first 30 rows looks like a header"),
        ("a.jsonl", b"\n", "is empty"),
        ("a.pdf", b"x", "expected a file ending in .xlsx"),
    ],
)
def test_a_file_with_nothing_to_read_is_told(tmp_path: Path, name: str, raw: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(TableError, match=message):
        read_export(tmp_path / name)


def test_a_missing_file_and_a_sheet_of_a_csv_are_told(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"no file '.*gone\.xlsx'"):
        read_export(tmp_path / "gone.xlsx")
    (tmp_path / "a.csv").write_text("id,text\n1,x\n", "utf-8")
    with pytest.raises(TableError, match="no workbook, so it has no sheet 'x'"):
        read_export(tmp_path / "a.csv", sheet="x")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.one_of(st.binary(max_size=300), st.text(alphabet='a,"\n\r\t中1\0 ', max_size=200).map(str.encode))
)
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.xlsx"])
def test_any_bytes_are_read_or_refused_in_one_sentence(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    try:
        found = read_export(tmp_path / name)
    except TableError:
        return
    assert all(row.lost or len(row.cells) == len(found.columns) for row in found.rows)


def test_two_gigabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(2_000_000_000)  # a hole: it takes no room on the disk
    with pytest.raises(TableError, match="has 2,000 MB, more than 268 MB: part it"):
        read_export(tmp_path / "a.csv")


def test_the_bound_is_a_setting(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,x\n", "utf-8")
    assert read_export(tmp_path / "a.csv", largest=12)
    with pytest.raises(TableError, match="more than 0 MB"):
        read_export(tmp_path / "a.csv", largest=11)
