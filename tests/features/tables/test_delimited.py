"""A torn csv row is a remark on that row, and the rows after it are read as if it were not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.tables.delimited import find_delimiter, read_delimited


def rows(words: str, name: str = "a.csv"):
    return read_delimited(words.splitlines(keepends=True), Path(name))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_most_lines_agree_on(delimiter: str) -> None:
    lines = [delimiter.join(("id", "text, with one", "x")) + "\n"] * 5 + ["torn\n"]
    assert find_delimiter(lines, likely=",") == delimiter


def test_a_single_column_keeps_the_likely_delimiter() -> None:
    assert find_delimiter(["text\n", "one\n"], likely="\t") == "\t"


def test_quoted_line_breaks_and_commas_are_one_cell() -> None:
    found = rows('id,text\n1,"a, b\nc ""d"""\n2,e\n')
    assert [row.cells for row in found] == [["id", "text"], ["1", 'a, b\nc "d"'], ["2", "e"]]
    assert [row.number for row in found] == [1, 2, 3]


def test_an_identifier_guarded_as_a_formula_is_itself() -> None:
    assert rows('id,text\n="007",a\n')[1].cells == ["007", "a"]


def test_a_quote_that_never_closes_swallows_no_row() -> None:
    found = rows('id,text\n1,"open\n2,b\n3,c\n')
    assert [row.cells for row in found] == [["id", "text"], ["1", "open"], ["2", "b"], ["3", "c"]]
    assert "quotation mark" in found[1].remarks[0]
    assert not found[2].remarks


def test_a_quote_that_closes_in_the_next_row_swallows_none() -> None:
    found = rows('id,text\n1,"open\n2,"b",\n3,c\n')
    assert [row.cells[0] for row in found] == ["id", "1", "2", "3"]


def test_a_quote_inside_a_cell_is_read_as_it_is() -> None:
    found = rows('id,text\n1,"the "big" one"\n2,b\n')
    assert found[1].cells[0] == "1"
    assert "big" in found[1].cells[1]
    assert found[1].remarks
    assert not found[1].lost


def test_thousands_of_open_quotes_take_no_time() -> None:
    found = rows("id,text\n" + '1,"open\n' * 20_000)
    assert len(found) == 20_001


def test_a_cell_over_the_bound_loses_its_row_only() -> None:
    found = rows(f"id,text\n1,{'x' * 10_000_001}\n2,b\n")
    assert [row.lost for row in found] == [False, True, False]
    assert "cannot be read" in found[1].remarks[0]
