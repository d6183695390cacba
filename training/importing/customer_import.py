"""Import a company's customers: read, map, convert, join, write, say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from features import tables
from features.errors import TableError
from training.importing.customer_map import CustomerMap, as_data, read_customer_map
from training.importing.customers import convert_customers, propose_customers
from training.importing.joining import join, join_lines, key_column
from training.importing.map_file import write_map
from training.importing.report import beside, outcome_lines, rows_frame
from training.importing.requests import Source, check_place

if TYPE_CHECKING:
    import pandas as pd


def import_customers(
    source: Source, out: Path, *, other: Path | None, now: datetime, say: Callable[[str], None]
) -> None:
    """Write `out`, the remark on every row beside it, the map if it was proposed, and what does not join.

    other: a file of requests whose customers are looked for. Raises InputError or TableError in one
    sentence, never because of a row, unless none is left.
    """
    check_place(out, source.file)
    given = read_customer_map(source.map) if source.map else None
    sheet = source.sheet or (given.sheet if given else None)
    header = given.header if given else ()
    export = tables.read_export(source.file, sheet=sheet, header=header, largest=source.largest)
    for note in export.notes:
        say(note)
    mapping = given or _proposed(source, export, out, say)
    mapping.check(export.columns)
    rows, outcomes = convert_customers(export, mapping, now=now)
    remarks = beside(out, ".rows.csv")
    tables.write(rows_frame(outcomes), remarks)
    for line in _origins(mapping):
        say(line)
    for line in outcome_lines(outcomes):
        say(line)
    if not rows:
        raise TableError(f"No row of {source.file} could be taken; {remarks} says why of each.")
    tables.write(_frame(rows), out)
    say(f"Wrote {len(rows)} customers to {out}, and what became of every row to {remarks}.")
    if other is not None:
        _join(rows, other, out, source.largest, say)


def _proposed(source: Source, export: tables.Export, out: Path, say: Callable[[str], None]) -> CustomerMap:
    mapping = propose_customers(export, sheet=source.sheet)
    place = beside(out, ".map.yaml")
    used = {column for _, column in mapping.used()}
    unused = [f"Not used: {name}" for name in export.columns if name not in used]
    comments = [f"Proposed for {source.file.name}; edit it and give it back with --map.", *unused]
    write_map(as_data(mapping), place, comments=comments)
    say(f"Proposed a map, kept in {place}: look at it, and give it back with --map once it is right.")
    return mapping


def _origins(mapping: CustomerMap) -> list[str]:
    told = [f"{key.removeprefix('facts.'):<20} <- {column}" for key, column in mapping.used()]
    for at, (key, _) in enumerate(mapping.used()):
        each = mapping.facts.get(key.removeprefix("facts."))
        if each is not None:
            told[at] += f" (times {each.unit:g})" if each.unit != 1 else ""
            told[at] += " (per cent)" if each.percent else ""
            told[at] += f" ({each.currency})" if each.currency else ""
    return told


def _join(
    rows: list[dict[str, str]], other: Path, out: Path, largest: int, say: Callable[[str], None]
) -> None:
    requests = tables.read_export(other, largest=largest)
    found = join([row["id"] for row in rows], requests, key_column(requests))
    for line in join_lines(found, [row.get("name", "") for row in rows]):
        say(line)
    place = beside(out, ".unjoined.csv")
    tables.write(_frame(found.rows(), ("side", "key", "rows", "first_row", "remark")), place)
    say(f"Wrote every key that does not join, of both files, to {place}.")


def _frame(rows: list[dict[str, str]], columns: tuple[str, ...] | None = None) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=columns, dtype="str")
