"""xls and xlsx: the values a spreadsheet last showed, merged cells filled, as strings."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.errors import TableError
from features.tables.rows import MERGED, Row
from features.tables.sheet_facts import SheetFacts, look_into

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_CELLS = 60_000_000
"""A table of a million rows and sixty columns: what a reader may reserve room for."""
_PIECE = 1 << 20
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(raw: bytes, path: Path, *, sheet: str | None) -> tuple[list[Row], tuple[str, ...]]:
    """The rows of one sheet, by default the first visible one that holds anything, and notes.

    Dates come as `2024-03-05 15:20:00`, whole numbers without a point, a merged cell's value in each of
    its cells. Raises TableError: a password, a damaged file, no such sheet, an empty one.
    """
    book = _open(raw, path)
    names = [sheet] if sheet is not None else [each.name for each in book.sheets_metadata if _shown(each)]
    if sheet is not None and sheet not in book.sheet_names:
        raise TableError(
            f"{path} has no sheet {sheet!r}; it has {', '.join(map(repr, book.sheet_names))}.", field="sheet"
        )
    for name in names:
        facts = look_into(raw, book.sheet_names.index(name))
        if facts.cells > MOST_CELLS:
            raise TableError(
                f"{path}: the sheet {name!r} spans {facts.cells:,} cells, more than {MOST_CELLS:,}; delete "
                "what stands far below or right of the table, or save the sheet as csv.",
                field="sheet",
            )
        opened = book.get_sheet_by_name(name)
        if opened.height:
            others = [each for each in book.sheet_names if each != name]
            return _rows(opened, facts), _notes(opened, facts, others, path)
    raise TableError(
        f"{path}: the sheet{'s' * (len(names) > 1)} {', '.join(map(repr, names))} "
        f"{'are' if len(names) > 1 else 'is'} empty; choose another sheet.",
        field="sheet",
    )


def unpacked_size(raw: bytes) -> int:
    """How many bytes an xlsx file becomes when unpacked; 0 for what is no zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return sum(each.file_size for each in archive.infolist())
    except zipfile.BadZipFile:
        return 0


def refuse_false_sizes(raw: bytes, path: Path) -> None:
    """Unpack every part of an xlsx file, a piece at a time, to see that it is no longer than the file says.

    The reader of workbooks believes what a file says of itself and makes room for what comes. Raises
    TableError naming the part. To be called once what is said is known to be within bounds.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for part in archive.infolist():
                said, found = part.file_size, 0
                part.file_size += 1  # else reading stops where the part is said to end
                with archive.open(part) as unpacked:
                    while found <= said and (piece := unpacked.read(_PIECE)):
                        found += len(piece)
                if found != said:
                    raise TableError(
                        f"{path}: the part {part.filename!r} unpacks to another size than the file says; "
                        "it is damaged, or made to do harm."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        if zipfile.is_zipfile(io.BytesIO(raw)):
            raise TableError(f"{path} is damaged: {str(error).rstrip('.')}.") from error


def _open(raw: bytes, path: Path) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    locked = f"{path} is protected by a password: save a copy without one and import that."
    if _ENCRYPTED in raw[: 1 << 20] or _ENCRYPTED in raw[-(1 << 20) :]:
        raise TableError(locked)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(raw))
    except PasswordError as error:
        raise TableError(locked) from error
    except CalamineError as error:
        raise TableError(f"{path} is not a workbook that can be read: {error}.") from error


def _shown(sheet: Any) -> bool:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return bool(sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet)


def _rows(sheet: CalamineSheet, facts: SheetFacts) -> list[Row]:
    grid = [[_string(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    filled = _fill_merged(grid, sheet.merged_cell_ranges or [])
    rows = []
    for number, cells in enumerate(grid, start=1):
        remarks = []
        if number in filled:
            remarks.append(MERGED)
        if number in facts.without_value:
            empty = ", ".join(facts.without_value[number])
            remarks.append(f"A formula without a value was read as empty: {empty}.")
        rows.append(Row(number, cells, tuple(remarks)))
    return rows


def _fill_merged(grid: list[list[str]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> set[int]:
    """Copy each merged cell's value; the numbers of the rows that got one from above."""
    filled = set()
    for (top, left), (bottom, right) in ranges:
        if top >= len(grid) or left >= len(grid[top]) or not grid[top][left]:
            continue
        for y in range(top, min(bottom, len(grid) - 1) + 1):
            row = grid[y]
            for x in range(left, min(right, len(row) - 1) + 1):
                row[x] = grid[top][left]
            if y > top:
                filled.add(y + 1)
    return filled


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        seconds = value.replace(microsecond=0)  # a serial number's fraction is never quite a second
        return (seconds + timedelta(seconds=value.microsecond >= 500_000)).isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _notes(sheet: CalamineSheet, facts: SheetFacts, others: list[str], path: Path) -> tuple[str, ...]:
    notes = []
    if others:
        notes.append(f"{path}: the sheet {sheet.name!r} was read, and not {', '.join(map(repr, others))}.")
    if sheet.merged_cell_ranges:
        merged = len(sheet.merged_cell_ranges)
        notes.append(f"Merged cells: {merged}; each of their parts was read as if it held the value.")
    if facts.formulas:
        empty = sum(map(len, facts.without_value.values()))
        notes.append(
            f"Cells with formulas: {facts.formulas}; the values last calculated were taken"
            + (f", and those without a value or with an error are empty: {empty}." if empty else ".")
        )
    return tuple(notes)
