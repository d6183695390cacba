"""A table that another program wrote, as messy as they come: never stopped by a row, nothing lost unsaid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from features.errors import TableError
from features.tables.columns import is_known
from features.tables.decoding import decode_lines, is_broken
from features.tables.delimited import read_delimited
from features.tables.header import LOOKED_AT, Header, find_header, header_of, tidy
from features.tables.objects import read_objects
from features.tables.rows import REPEATS_HEADER, Row
from features.tables.strict import read
from features.tables.workbook import read_workbook, refuse_false_sizes, unpacked_size

EXPORT_SUFFIXES = (".xlsx", ".xls", ".csv", ".tsv", ".jsonl", ".parquet")
LARGEST_FILE = 256 * 1024 * 1024
"""Bytes, of a workbook unpacked: some 800,000 requests. A file is read whole and takes about fifteen times
its size of memory (experiments/importing)."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, kw_only=True)
class Export:
    """columns: unique names, in order. rows: as wide as the columns, or lost. header: its rows' numbers."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header: tuple[int, ...]
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> list[str]:
        """The cells of a column, in the rows that are not lost."""
        at = self.columns.index(name)
        return [row.cells[at] for row in self.rows if not row.lost]


def read_export(
    path: Path, *, sheet: str | None = None, header: Sequence[int] = (), largest: int = LARGEST_FILE
) -> Export:
    """Read an xlsx, xls, csv, tsv, jsonl or parquet file of any make.

    sheet: of a workbook; by default the first that holds anything. header: the numbers of its rows where
    they cannot be found. largest: bytes; a larger file is refused before it is read.
    Raises TableError in one sentence where there is nothing to be read at all.
    """
    suffix = path.suffix.lower()
    if suffix not in EXPORT_SUFFIXES:
        raise TableError(f"{str(path)!r}: expected a file ending in {', '.join(EXPORT_SUFFIXES)}.")
    if not path.is_file():
        raise TableError(f"There is no file {str(path)!r}.")
    _check_size(path.stat().st_size, path, largest)
    if suffix == ".parquet":
        frame = read(path).frame
        cells = [Row(number, row) for number, row in enumerate(frame.to_numpy().tolist(), start=1)]
        return _export([Row(0, list(frame.columns)), *cells], (0,), (), path)
    rows, notes = _rows(path.read_bytes(), path, sheet=sheet, largest=largest)
    return _export(rows, (0,) if suffix == ".jsonl" else header, notes, path)


def _check_size(size: int, path: Path, largest: int, state: str = "") -> None:
    if size > largest:
        raise TableError(
            f"{path} has {size / 1e6:,.0f} MB{state}, more than {largest / 1e6:,.0f} MB: part it, for "
            "instance by year, or raise the limit where the machine has fifteen times that memory.",
            field="file",
        )


def _rows(raw: bytes, path: Path, *, sheet: str | None, largest: int) -> tuple[list[Row], tuple[str, ...]]:
    """By what the bytes are before what the name says: exports named .xls are often something else."""
    workbook = path.suffix.lower() in (".xlsx", ".xls")
    if raw.startswith((_ZIP, _OLE)):
        _check_size(unpacked_size(raw), path, largest, " unpacked")
        refuse_false_sizes(raw, path)
        return read_workbook(raw, path, sheet=sheet)
    if sheet is not None:
        raise TableError(f"{path} is no workbook, so it has no sheet {sheet!r}.", field="sheet")
    if not raw.strip():
        raise TableError(f"{path} is empty.")
    if workbook and raw.lstrip()[:1] == b"<":
        raise TableError(
            f"{path} is a web page or XML under the name of a workbook: open it in a spreadsheet and save it "
            "as xlsx."
        )
    read_lines = decode_lines(raw, str(path))
    if path.suffix.lower() == ".jsonl":
        return read_objects(read_lines.lines), read_lines.notes
    told = (f"{path} is no workbook but plain text; it was read as such.",) if workbook else ()
    return read_delimited(read_lines.lines, path), (*told, *read_lines.notes)


def _export(rows: list[Row], header: Sequence[int], notes: tuple[str, ...], path: Path) -> Export:
    filled = [row for row in rows if row.lost or not row.is_blank]
    if not filled:
        raise TableError(f"{path} is empty.")
    found = _header(filled, header, path)
    data = [row for row in filled if row.number > found.numbers[-1]]
    if not data:
        raise TableError(f"{path} has a header and no rows.")
    above = [row.number for row in filled if row.number < found.numbers[0]]
    if above:
        told = f"row {above[0]} stands" if len(above) == 1 else f"rows {above[0]}-{above[-1]} stand"
        notes = (*notes, f"{path}: {told} above the header and hold{'s' * (len(above) == 1)} no request.")
    common = Counter(len(row.cells) for row in data if not row.lost).most_common(1)
    usual = common[0][0] if common else len(found.names)
    cut = found.without_tail(usual)
    return Export(columns=cut.names, rows=tuple(_fitted(data, cut, usual)), header=found.numbers, notes=notes)


def _header(rows: list[Row], numbers: Sequence[int], path: Path) -> Header:
    if numbers:
        named = [row for row in rows if row.number in numbers]
        if len(named) != len(numbers) or any(row.lost for row in named):
            raise TableError(f"{path}: the header is said to be row {list(numbers)}, which cannot be read.")
        return header_of(named, is_known=is_known)
    found = find_header(rows, is_known=is_known)
    if found is None:
        raise TableError(
            f"{path}: none of the first {LOOKED_AT} rows looks like a header; give its row in a map, as "
            "`header: [3]`."
        )
    return found


def _fitted(rows: list[Row], header: Header, common: int) -> Iterator[Row]:
    """Each row as wide as the header, or lost. A surplus of empty cells counts only if most rows have it."""
    width = len(header.names)
    for row in rows:
        if row.lost:
            yield row
        elif len(row.cells) not in (width, max(width, common)) or any(map(str.strip, row.cells[width:])):
            yield row.lose(f"It has {len(row.cells)} cells under {width} columns.")
        elif is_broken("".join(row.cells)):
            yield row.lose("It holds half a character (a lone surrogate) or bytes of no known encoding.")
        elif [tidy(cell) for cell in row.cells[:width]] in header.written:
            yield row.lose(REPEATS_HEADER)
        else:
            yield row._replace(cells=row.cells[:width])
