"""The project's own tables: csv, jsonl and parquet with one header row, read strictly and written whole."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.errors import TableError
from features.tables.decoding import decode

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".jsonl", ".parquet")
LARGEST_CELL = 10_000_000


@dataclass(frozen=True)
class Table:
    """A table of strings, and what its reader should say aloud (in full sentences)."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


def read(path: Path) -> Table:
    """Read a csv, jsonl or parquet file as strings.

    Raises TableError, naming the file and where possible the line, where it is missing, of another kind,
    empty, torn, in no known encoding, or has two columns of one name.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise TableError(f"{str(path)!r}: expected a file ending in {', '.join(SUFFIXES)}.")
    if not path.is_file():
        raise TableError(f"There is no file {str(path)!r}.")
    if suffix == ".parquet":
        return Table(_parquet(path))
    words, notes = decode(path.read_bytes(), str(path))
    return Table(_csv(words, path) if suffix == ".csv" else _jsonl(words, path), notes)


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a table in the format its name asks for, whole or not at all.

    csv is UTF-8 with a byte-order mark, which Excel needs. Raises TableError where the name has no known
    ending or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise TableError(f"{str(path)!r}: expected a name ending in {', '.join(SUFFIXES)}.")
    try:
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=path.parent) as folder:
            part = Path(folder) / path.name
            if suffix == ".csv":
                frame.to_csv(part, index=False, encoding="utf-8-sig")
            elif suffix == ".jsonl":
                frame.to_json(part, orient="records", lines=True, force_ascii=False)
            else:
                frame.to_parquet(part, index=False)
            part.replace(path)
    except OSError as error:
        raise TableError(f"Cannot write {str(path)!r}: {error.strerror or error}.") from error


def _csv(words: str, path: Path) -> pd.DataFrame:
    previous = csv.field_size_limit(LARGEST_CELL)
    try:
        rows = list(csv.reader(io.StringIO(words, newline=""), strict=True))
    except csv.Error as error:
        raise TableError(f"{path} is not a csv file: {error}.") from error
    finally:
        csv.field_size_limit(previous)
    rows = [row for row in rows if row]
    if not rows:
        raise TableError(f"{path} is empty.")
    header = [name.strip() for name in rows[0]]
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise TableError(
                f"{path}, row {number}: {len(row)} cells under {len(header)} columns; "
                "a cell with a comma or a line break needs quotes."
            )
    return _frame([dict(zip(header, row, strict=True)) for row in rows[1:]], header, path)


def _jsonl(words: str, path: Path) -> pd.DataFrame:
    rows, header = [], dict[str, None]()
    for number, line in enumerate(words.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise TableError(f"{path}, line {number} is not JSON: {error}.") from error
        if not isinstance(row, dict):
            raise TableError(f"{path}, line {number}: expected an object, found {line[:40]!r}.")
        header |= dict.fromkeys(row)
        rows.append({name: as_string(value) for name, value in row.items()})
        _refuse_half_characters(rows[-1], f"{path}, line {number}")
    if not rows:
        raise TableError(f"{path} is empty.")
    return _frame([{name: row.get(name, "") for name in header} for row in rows], list(header), path)


def _refuse_half_characters(row: Mapping[str, str], where: str) -> None:
    """JSON may spell half a character, such as `\\ud800`; no table can hold it."""
    for words in (*row, *row.values()):
        stray = next((c for c in words if "\ud800" <= c <= "\udfff"), None)
        if stray is not None:
            raise TableError(f"{where} holds half a character (lone surrogate {stray!r}).")


def _parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise TableError(f"{path} is not a parquet file: {error}.") from error
    columns = {name: [as_string(value) for value in table[name].to_pylist()] for name in table.column_names}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return _frame(rows, list(columns), path)


def _frame(rows: list[dict[str, str]], header: Iterable[str], path: Path) -> pd.DataFrame:
    import pandas as pd

    header = list(header)
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise TableError(f"{path}: two columns are named {twice!r}.")
    if not rows:
        raise TableError(f"{path} has a header and no rows.")
    return pd.DataFrame(rows, columns=header, dtype="str")


def as_string(value: Any) -> str:
    """A value of JSON or parquet as a cell: nothing is the empty string, a list or an object its JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value != value:
        return ""
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
