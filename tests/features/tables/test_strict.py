"""Tables are read as strings, in known encodings, and their faults have a place."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from features import tables
from features.errors import TableError


def write(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def test_cells_stay_the_strings_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"id,text,n\n007,NA,null\n1.0,,nan\n")
    assert tables.read(path).frame.to_numpy().tolist() == [["007", "NA", "null"], ["1.0", "", "nan"]]


@pytest.mark.parametrize("suffix", tables.SUFFIXES)
def test_every_format_reads_back_what_was_written(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame(
        {"id": ["007", "8"], "text": ["多行\n文本, with comma", "NA"], "empty": ["", "x"]}, dtype="str"
    )
    tables.write(frame, tmp_path / f"t{suffix}")
    assert tables.read(tmp_path / f"t{suffix}").frame.equals(frame)
    assert [each.name for each in tmp_path.iterdir()] == [f"t{suffix}"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_needs_no_word(tmp_path: Path, encoding: str) -> None:
    table = tables.read(write(tmp_path / "a.csv", "text\n发票\n".encode(encoding)))
    assert table.frame["text"].tolist() == ["发票"]
    assert not table.notes


def test_gb18030_is_read_and_said(tmp_path: Path) -> None:
    table = tables.read(write(tmp_path / "a.csv", "text\n发票开错了\n".encode("gb18030")))
    assert table.frame["text"].tolist() == ["发票开错了"]
    assert "GB18030" in table.notes[0]


def test_a_byte_of_no_encoding_has_its_offset(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"0xff at offset 9, line 2"):
        tables.read(write(tmp_path / "a.csv", b"text\nabcd\xff\xff\n"))


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"text\n", "no rows"),
        ("a.csv", b"a,b\n1,2\n1,2,3\n", "row 3: 3 cells under 2 columns"),
        ("a.csv", b"a,a\n1,2\n", "two columns are named 'a'"),
        ("a.csv", b'a\n"open\n', "not a csv file"),
        ("a.jsonl", b'{"a": 1}\nnope\n', "line 2 is not JSON"),
        ("a.jsonl", b"[1]\n", "line 1: expected an object"),
        ("a.parquet", b"nope", "not a parquet file"),
        ("a.xls", b"", "ending in"),
    ],
)
def test_each_fault_is_named(tmp_path: Path, name: str, raw: bytes, told: str) -> None:
    with pytest.raises(TableError, match=told):
        tables.read(write(tmp_path / name, raw))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"no file '.*gone\.csv'"):
        tables.read(tmp_path / "gone.csv")


def test_jsonl_rows_may_lack_columns(tmp_path: Path) -> None:
    frame = tables.read(write(tmp_path / "a.jsonl", b'{"text": "x", "n": 1}\n\n{"text": null}\n')).frame
    assert frame.to_numpy().tolist() == [["x", "1"], ["", ""]]


def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Cannot write"):
        tables.write(pd.DataFrame({"a": ["1"]}), tmp_path / "no" / "folder.csv")


def test_half_a_character_in_jsonl_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b'{"text": "whole"}\n{"text": "\\ud800"}\n')
    with pytest.raises(TableError, match="line 2 holds half a character"):
        tables.read(path)
