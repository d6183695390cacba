"""csv and tsv as other programs write them: a torn row is a remark, and the rows after it are read."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from features.tables.decoding import is_broken
from features.tables.rows import Row
from features.tables.strict import LARGEST_CELL

DELIMITERS = (",", "\t", ";", "|")
_GUARDED = re.compile(r'^="([^"]*)"$')
"""How programs keep a spreadsheet from reading an identifier as a number: `="007"`."""
LOOKED_AT = 200
"""How many lines tell the delimiter."""


def read_delimited(lines: list[str], path: Path) -> list[Row]:
    """The rows of a csv or tsv file. Never raises: a row that cannot be read is `lost` and says why."""
    delimiter = find_delimiter(lines, likely="\t" if path.suffix.lower() == ".tsv" else ",")
    previous = csv.field_size_limit(LARGEST_CELL)
    try:
        return [_checked(row) for row in _records(lines, delimiter)]
    finally:
        csv.field_size_limit(previous)


def find_delimiter(lines: list[str], *, likely: str) -> str:
    """The delimiter under which most of the first lines have one and the same number of cells, over one.

    Of two that do equally well it is the one with more cells, and `likely` where none parts anything.
    """
    start = [line for line in lines[:LOOKED_AT] if line.strip()]
    scores = {each: _agreement(start, each) for each in sorted(DELIMITERS, key=lambda each: each != likely)}
    return max(scores, key=lambda each: scores[each])


def _agreement(lines: list[str], delimiter: str) -> tuple[int, int]:
    """How many lines have the commonest number of cells, and that number."""
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        counts = Counter(len(cells) for cells in reader if len(cells) > 1)
    except csv.Error:
        return 0, 0
    return max(((lines, cells) for cells, lines in counts.items()), default=(0, 0))


def _records(lines: list[str], delimiter: str) -> Iterator[Row]:
    at, number = 0, 0
    while at < len(lines):
        reader = csv.reader(_from(lines, at), strict=True, delimiter=delimiter)
        read = 0
        try:
            for cells in reader:
                number, read = number + 1, reader.line_num
                yield Row(number, cells)
        except csv.Error:
            number += 1
            yield _torn(lines[at + read], number, delimiter)
        else:
            return
        at += read + 1


def _from(lines: list[str], at: int) -> Iterator[str]:
    for index in range(at, len(lines)):
        yield lines[index]


def _torn(line: str, number: int, delimiter: str) -> Row:
    """A line whose quotes do not close or stand inside a cell, read alone and as far as it goes."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error as error:
        return Row(number, [], (f"It cannot be read: {error}.",), lost=True)
    cells = [cell.rstrip("\r\n") for cell in cells]
    return Row(number, cells, ("A quotation mark does not close or stands inside a cell; read as it is.",))


def _checked(row: Row) -> Row:
    if any(cell.startswith('="') for cell in row.cells):
        row = row._replace(cells=[_GUARDED.sub(r"\1", cell) for cell in row.cells])
    if any(is_broken(cell) for cell in row.cells if not cell.isascii()):
        return row.lose("It holds bytes that are neither UTF-8 nor GB18030.")
    return row
