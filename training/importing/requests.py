"""Import a company's requests: read, map, convert, write, say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from features import tables
from features.errors import InputError, TableError
from features.tables.dates import open_zone
from training.importing.convert import convert
from training.importing.map_file import as_data, read_map, write_map
from training.importing.mapping import RequestMap
from training.importing.propose import Proposal, propose
from training.importing.report import beside, rows_frame, summary

DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is imported, and how it is to be read where the map does not say or is overruled."""

    file: Path
    map: Path | None = None
    zone: str | None = None
    sheet: str | None = None
    largest: int = tables.LARGEST_FILE


def import_requests(source: Source, out: Path, *, now: datetime, say: Callable[[str], None]) -> None:
    """Write `out` (csv, jsonl or parquet), the remark on every row beside it, and the map if it was proposed.

    Raises InputError or TableError in one sentence where the file, the map or the place cannot be used;
    never because of a row, unless none is left.
    """
    check_place(out, source.file)
    given = read_map(source.map) if source.map else None
    sheet = source.sheet or (given.sheet if given else None)
    header = given.header if given else ()
    export = tables.read_export(source.file, sheet=sheet, header=header, largest=source.largest)
    for note in export.notes:
        say(note)
    proposal = _given(given, source, export.columns) if given else _proposed(source, export, out, say)
    mapping = proposal.mapping
    mapping.check(export.columns)
    imported = convert(export, mapping, zone=open_zone(mapping.zone or DEFAULT_ZONE), now=now)
    rows = beside(out, ".rows.csv")
    tables.write(rows_frame(imported.outcomes), rows)
    for line in summary(imported, mapping, proposal.unused):
        say(line)
    if not imported.rows:
        raise TableError(f"No row of {source.file} could be taken; {rows} says why of each.")
    _write(imported.rows, out)
    say(f"Wrote {len(imported.rows)} rows to {out}, and what became of every row to {rows}.")


def check_place(out: Path, file: Path) -> None:
    """Refuse an output that cannot be written or would write over its source. Raises InputError."""
    if out.suffix.lower() not in tables.SUFFIXES:
        raise InputError(
            f"{str(out)!r}: expected a name ending in {', '.join(tables.SUFFIXES)}.", field="out"
        )
    if not out.parent.is_dir():
        raise InputError(f"There is no folder {str(out.parent)!r} to write into.", field="out")
    if file.resolve() in (out.resolve(), beside(out, ".rows.csv").resolve()):
        raise InputError(f"{str(out)!r} would be written over the file that is imported.", field="out")


def _given(given: RequestMap, source: Source, columns: tuple[str, ...]) -> Proposal:
    used = {column for _, column in given.used()} | set(given.after_intake)
    unused = tuple((name, "not in the map") for name in columns if name not in used)
    return Proposal(replace(given, zone=source.zone or given.zone or DEFAULT_ZONE), unused)


def _proposed(source: Source, export: tables.Export, out: Path, say: Callable[[str], None]) -> Proposal:
    proposal = propose(export, sheet=source.sheet, zone=source.zone or DEFAULT_ZONE)
    place = beside(out, ".map.yaml")
    unused = (f"Not used: {name} ({hint})" for name, hint in proposal.unused)
    comments = [f"Proposed for {source.file.name}; edit it and give it back with --map.", *unused]
    write_map(as_data(proposal.mapping), place, comments=comments)
    say(f"Proposed a map, kept in {place}: look at it, and give it back with --map once it is right.")
    for note in proposal.notes:
        say(note)
    return proposal


def _write(rows: list[dict[str, str]], out: Path) -> None:
    import pandas as pd

    tables.write(pd.DataFrame(rows, dtype="str"), out)
