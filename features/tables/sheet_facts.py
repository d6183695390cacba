"""What readers of values leave out of an xlsx sheet: its formulas without a value, and how far it spans.

A file made by a program that calculates nothing looks empty without the first; one stray cell in the last
corner makes a reader reserve room for 17 billion without the second.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?r:id=\"([^\"]+)\"")
_LINK = re.compile(rb"<Relationship\s[^>]*>")
_FORMULA = re.compile(rb"<f[ >/]")
_PLACE = re.compile(rb"\br=\"([A-Z]+)(\d+)\"")
_VALUE = re.compile(rb"<v>[^<]")
_ERROR = re.compile(rb"\bt=\"e\"")
_WORDS = re.compile(rb"\bt=\"str\"")
_FILLED = re.compile(rb"<c r=\"([A-Z]+)(\d+)\"[^>]*(?<!/)>")


@dataclass(frozen=True, kw_only=True)
class SheetFacts:
    """cells: rows times columns up to the last ones that hold anything. formulas: how many cells are one.

    without_value: row number -> cells (`C7`) whose formula gives nothing or an error.
    """

    cells: int = 0
    formulas: int = 0
    without_value: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def look_into(raw: bytes, index: int) -> SheetFacts:
    """The facts of the sheet at a position in the workbook. None in xls, which is small."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            part = _part(archive, index)
            return _facts(archive.read(part)) if part else SheetFacts()
    except (zipfile.BadZipFile, KeyError):
        return SheetFacts()


def _part(archive: zipfile.ZipFile, index: int) -> str | None:
    sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
    if index >= len(sheets):
        return None
    for link in _LINK.findall(archive.read("xl/_rels/workbook.xml.rels")):
        target = re.search(rb'Target="([^"]+)"', link)
        if b'Id="%s"' % sheets[index] in link and target is not None:
            name = target.group(1).decode()
            return name.removeprefix("/") if name.startswith("/") else f"xl/{name}"
    return None


def _facts(sheet: bytes) -> SheetFacts:
    rows, columns = set[bytes](), set[bytes]()
    for column, row in _FILLED.findall(sheet):
        rows.add(row)
        columns.add(column)
    count, empty = _formulas(sheet) if _FORMULA.search(sheet) else (0, {})
    cells = max(map(int, rows), default=0) * max(map(_position, columns), default=0)
    return SheetFacts(cells=cells, formulas=count, without_value=empty)


def _position(column: bytes) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    place = 0
    for letter in column:
        place = place * 26 + letter - 64
    return place


def _formulas(sheet: bytes) -> tuple[int, dict[int, tuple[str, ...]]]:
    count, empty = 0, dict[int, tuple[str, ...]]()
    for cell in sheet.split(b"<c ")[1:]:
        if _FORMULA.search(cell):
            count += 1
            place, opening = _PLACE.search(cell), cell.partition(b">")[0]
            gives = _VALUE.search(cell) or _WORDS.search(opening)
            if place and (_ERROR.search(opening) or not gives):
                row = int(place.group(2))
                empty[row] = (*empty.get(row, ()), place.group(1).decode() + place.group(2).decode())
    return count, empty
