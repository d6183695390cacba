"""Rows of an export to rows that training reads, each with what became of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

from features import text
from features.errors import InputError
from features.tables import Export, Row
from features.tables.dates import parse_moment, rfc3339
from features.tables.rows import MERGED, REPEATS_HEADER
from training.importing.labels import channel, is_no_label, joined
from training.importing.mapping import LabelMap, RequestMap

_FILLED = "By the map, the row above was read for an empty"
_SHORTENED = re.compile(r"\d(?:\.\d+)?E\+\d+")


class Became(StrEnum):
    """What became of a row: taken as the map says, changed beyond it, or left out."""

    TAKEN = "taken"
    CHANGED = "changed"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Outcome:
    """number: of the row in the file. remarks: what was changed, or why it was left out."""

    number: int
    id: str
    became: Became
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Imported:
    """rows: what is written. outcomes: one for each row of the file. labels: field -> (value, label): n."""

    rows: list[dict[str, str]]
    outcomes: list[Outcome]
    labels: Mapping[str, Counter[tuple[str, str]]] = field(default_factory=dict)

    def count(self, became: Became) -> int:
        """How many rows became this."""
        return sum(each.became is became for each in self.outcomes)


def convert(export: Export, mapping: RequestMap, *, zone: tzinfo, now: datetime) -> Imported:
    """Every row of an export, under a map that fits it. Never raises because of a row."""
    work = _Work(export=export, mapping=mapping, zone=zone, now=now)
    for row in export.rows:
        work.take(row)
    return Imported(rows=work.rows, outcomes=work.outcomes, labels=work.labels)


@dataclass(kw_only=True)
class _Work:
    """What is remembered from row to row."""

    export: Export
    mapping: RequestMap
    zone: tzinfo
    now: datetime
    rows: list[dict[str, str]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    labels: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    whole: dict[tuple[str, ...], int] = field(default_factory=dict)
    above: dict[str, list[str]] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        remarks = list(row.remarks)
        if row.lost:
            if REPEATS_HEADER not in remarks:
                self.above.clear()
            self.outcomes.append(Outcome(row.number, "", Became.LEFT_OUT, tuple(remarks)))
            return
        cells = dict(zip(self.export.columns, row.cells, strict=True))
        made, labels = self._made(cells, remarks)
        reason = self._reason_against(made)
        if reason is not None:
            self.outcomes.append(Outcome(row.number, made.get("id", ""), Became.LEFT_OUT, (*remarks, reason)))
            return
        self.whole[tuple(made.values())] = row.number
        self._make_unique(made, row.number, remarks)
        for code, value in labels.items():
            self.labels.setdefault(code, Counter())[value, made[code]] += 1
        self.rows.append(made)
        became = Became.CHANGED if _are_changes(remarks) else Became.TAKEN
        self.outcomes.append(Outcome(row.number, made.get("id", ""), became, tuple(remarks)))

    def _made(self, cells: Mapping[str, str], remarks: list[str]) -> tuple[dict[str, str], dict[str, str]]:
        """The row as it is written, and the value that each label came from."""
        made = {part: _tidy(cells[column]) for part, column in self.mapping.single.items()}
        if made.get("received_at"):
            made["received_at"] = self._moment(made["received_at"], remarks)
        if "channel" in made:
            made["channel"] = channel(made["channel"])
        if self.mapping.subject:
            made["subject"] = " ".join(_parts(cells, self.mapping.subject))
        made["text"] = "\n".join(_parts(cells, self.mapping.text))
        values = {code: self._value(code, each, cells, remarks) for code, each in self.mapping.labels.items()}
        for code, value in values.items():
            told = self.mapping.labels[code].values
            made[code] = (told[value] or "") if value in told else "" if is_no_label(value) else value
        return made, values

    def _moment(self, value: str, remarks: list[str]) -> str:
        try:
            moment = parse_moment(value, zone=self.zone, day_first=self.mapping.day_first, now=self.now)
        except InputError as error:
            remarks.append(f"Its time was left empty: {error}")
            return ""
        return rfc3339(moment)

    def _value(self, code: str, each: LabelMap, cells: Mapping[str, str], remarks: list[str]) -> str:
        levels = [_tidy(cells[column]) for column in each.columns]
        if len(levels) == 1:
            return levels[0]
        if each.fill_down:
            levels = self._filled(code, levels, remarks)
        value, changed = joined(levels)
        if changed:
            remarks.append(f"A slash inside a level of {code} became ／.")
        return value

    def _filled(self, code: str, levels: list[str], remarks: list[str]) -> list[str]:
        above = self.above.get(code, [""] * len(levels))
        deepest = max((at for at, level in enumerate(levels) if level), default=-1)
        filled, same = list(levels), True
        for at in range(deepest + 1):
            if not levels[at] and same:
                filled[at] = above[at]
            same = same and filled[at] == above[at]
        if deepest >= 0:
            self.above[code] = filled
        if not all(filled[: deepest + 1]):
            remarks.append(
                f"An upper level of {code} stays empty, since no row above it that could be read has one."
            )
        elif filled != levels:
            remarks.append(f"{_FILLED} level of {code}.")
        return filled

    def _reason_against(self, made: Mapping[str, str]) -> str | None:
        try:
            text.check(made["text"], made.get("subject"))
        except InputError as error:
            return str(error)
        earlier = self.whole.get(tuple(made.values())) if made.get("id") else None
        return None if earlier is None else f"It says the same as row {earlier}, under the same id."

    def _make_unique(self, made: dict[str, str], number: int, remarks: list[str]) -> None:
        given = made.get("id")
        if not given:
            return
        if _SHORTENED.fullmatch(given):
            remarks.append(f"Its id {given!r} was shortened by a spreadsheet.")
        wanted, copy = given, 1
        while wanted in self.ids:
            copy += 1
            wanted = f"{given} ({copy})"
        if wanted != given:
            remarks.append(f"Row {self.ids[given]} has its id too; this one became {wanted!r}.")
            made["id"] = wanted
        self.ids[wanted] = number


def _are_changes(remarks: Sequence[str]) -> bool:
    """Whether remarks tell more than how merged cells were read."""
    return any(remark != MERGED and not remark.startswith(_FILLED) for remark in remarks)


def _tidy(cell: str) -> str:
    return " ".join(cell.split())


def _parts(cells: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """What some columns say, without what an earlier one said already."""
    parts = list[str]()
    for column in columns:
        part = cells[column].replace("\r\n", "\n").replace("\r", "\n").strip()
        if part and not any(part in earlier for earlier in parts):
            parts.append(part)
    return parts
