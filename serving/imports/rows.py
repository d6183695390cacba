"""A file of requests to items as the API takes them, one for each row, or what is wrong with the row."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from features import tables
from features.channels import channel_of
from features.errors import InputError, TableError
from features.tables import Export
from features.tables.dates import day_first, parse_moment, rfc3339
from features.tables.rows import REPEATS_HEADER
from serving.imports.columns import Columns

SUFFIXES = (".csv", ".tsv", ".xlsx", ".xls", ".jsonl")
UNPACKED = 4
"""A workbook may be so many times as large unpacked as the largest file."""
_TIMES = ("received_at", "closed_at")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a file. number: as a spreadsheet shows it. item: None where it cannot be read; faults: field
    and why."""

    number: int
    item: Mapping[str, Any] | None
    faults: tuple[tuple[str, str], ...] = ()


def read_file(raw: bytes, name: str, *, largest: int, most_rows: int) -> Export:
    """The table in a file of some name. largest: bytes of a file.

    Raises TableError in one sentence, naming the file as its sender does.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise TableError(f"file: {name[:200]!r} must end in {', '.join(SUFFIXES)}.", field="file")
    with tempfile.TemporaryDirectory(prefix="triage-upload-") as folder:
        path = Path(folder, f"file{suffix}")
        path.write_bytes(raw)
        try:
            export = tables.read_export(path, largest=UNPACKED * largest)
        except TableError as error:
            told = str(error).replace(str(path), repr(name[:200])[1:-1])
            raise TableError(told, field="file") from error
    if len(export.rows) > most_rows:
        told = f"file: it has {len(export.rows):,} rows; at most {most_rows:,} are taken at once: part it."
        raise TableError(told, field="file")
    return export


def rows_of(export: Export, columns: Columns, *, zone: tzinfo, now: datetime) -> list[Row]:
    """A row for each of the table's that is not its header again. zone: of times that name none."""
    first = {part: day_first(export.column(name)) for part, name in columns.single.items() if part in _TIMES}
    made = []
    for row in export.rows:
        if row.lost:
            if REPEATS_HEADER not in row.remarks:
                made.append(Row(number=row.number, item=None, faults=(("", " ".join(row.remarks)),)))
            continue
        cells = dict(zip(export.columns, row.cells, strict=True))
        made.append(_row(row.number, cells, columns, zone=zone, first=first, now=now))
    return made


def _row(
    number: int,
    cells: Mapping[str, str],
    columns: Columns,
    *,
    zone: tzinfo,
    first: Mapping[str, bool | None],
    now: datetime,
) -> Row:
    item: dict[str, Any] = {
        "text": "\n".join(_parts(cells, columns.text)),
        "subject": " ".join(_parts(cells, columns.subject)) or None,
    }
    faults: list[tuple[str, str]] = []
    for part, name in columns.single.items():
        value = " ".join(cells[name].split())
        if value and part in _TIMES:
            try:
                value = rfc3339(parse_moment(value, zone=zone, day_first=first[part], now=now))
            except InputError as error:
                faults.append((part, str(error)))
        item[part] = (channel_of(value) if part == "channel" else value) or None
    if item.get("status") not in (None, "closed"):  # any other state is work to do
        item["status"] = item["closed_at"] = None
    return Row(number=number, item=None if faults else item, faults=tuple(faults))


def _parts(cells: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """What some columns say, without what an earlier one said already."""
    parts: list[str] = []
    for column in columns:
        part = cells[column].replace("\r\n", "\n").replace("\r", "\n").strip()
        if part and not any(part in earlier for earlier in parts):
            parts.append(part)
    return parts
