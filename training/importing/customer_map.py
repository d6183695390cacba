"""The map of a customers' file: which column is which fact, and in what unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from features.errors import InputError
from features.records import CustomerFacts
from training.importing.map_file import FORMAT, flag, one, read_yaml, refuse_unknown, row_numbers

FACTS = tuple(each.name for each in fields(CustomerFacts))
SINCE = "customer_since"
"""Not a fact itself: the day of the first contract, from which the years with us are counted."""
_KEYS = ("format", "kind", "sheet", "header", "id", "name", "facts")


@dataclass(frozen=True, kw_only=True)
class FactMap:
    """A fact's column. unit: what a bare number in it is multiplied by. percent: bare numbers are per cent.

    currency: of its sums, where the column's name says it.
    """

    column: str
    unit: float = 1.0
    percent: bool = False
    currency: str | None = None


@dataclass(frozen=True, kw_only=True)
class CustomerMap:
    """sheet, header: where the table is. id, name: columns. facts: fact or `customer_since` -> its column."""

    id: str
    name: str | None = None
    facts: Mapping[str, FactMap] = field(default_factory=dict)
    sheet: str | None = None
    header: tuple[int, ...] = ()

    def used(self) -> list[tuple[str, str]]:
        """Every column that is read, with the key of the map that names it."""
        named = [("id", self.id)] + ([("name", self.name)] if self.name else [])
        return named + [(f"facts.{fact}", each.column) for fact, each in self.facts.items()]

    def check(self, columns: Sequence[str]) -> None:
        """Raises InputError where a file lacks a column."""
        for key, column in self.used():
            if column not in columns:
                raise InputError(
                    f"{key}: the file has no column {column!r}; it has {', '.join(columns)}.", field=key
                )


def read_customer_map(path: Path) -> CustomerMap:
    """Read a map of customers. Raises InputError naming the file and the key."""
    raw = read_yaml(path, kind="customers")
    try:
        return _map(raw)
    except InputError as error:
        raise InputError(f"{path}: {error}", field=error.field) from error


def as_data(mapping: CustomerMap) -> dict[str, Any]:
    """The map as plain data, without what is empty; `read_customer_map` reads it back."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "kind": "customers",
        "sheet": mapping.sheet,
        "header": list(mapping.header),
        "id": mapping.id,
        "name": mapping.name,
        "facts": {fact: _fact_data(each) for fact, each in mapping.facts.items()},
    }
    return {key: value for key, value in data.items() if value not in (None, [], {})}


def _fact_data(each: FactMap) -> str | dict[str, Any]:
    data: dict[str, Any] = {"column": each.column}
    if each.unit != 1:
        data["unit"] = int(each.unit) if float(each.unit).is_integer() else each.unit
    if each.percent:
        data["percent"] = True
    if each.currency:
        data["currency"] = each.currency
    return data if len(data) > 1 else each.column


def _map(raw: Mapping[str, Any]) -> CustomerMap:
    refuse_unknown(raw, _KEYS, "")
    key, facts = one(raw.get("id"), "id"), raw.get("facts") or {}
    if key is None:
        raise InputError("id: name the column that tells one customer from another.", field="id")
    if not isinstance(facts, dict):
        raise InputError(f"facts: expected facts and their columns, found {facts!r}.", field="facts")
    refuse_unknown(facts, (*FACTS, SINCE), "facts.")
    return CustomerMap(
        id=key,
        name=one(raw.get("name"), "name"),
        facts={fact: _fact(each, f"facts.{fact}") for fact, each in facts.items()},
        sheet=one(raw.get("sheet"), "sheet"),
        header=row_numbers(raw.get("header")),
    )


def _fact(raw: Any, key: str) -> FactMap:
    given = raw if isinstance(raw, dict) else {"column": raw}
    refuse_unknown(given, ("column", "unit", "percent", "currency"), f"{key}.")
    column, unit = one(given.get("column"), f"{key}.column"), given.get("unit", 1)
    if column is None:
        raise InputError(f"{key}.column: name a column.", field=f"{key}.column")
    if isinstance(unit, bool) or not isinstance(unit, int | float) or not unit > 0:
        raise InputError(f"{key}.unit: {unit!r} must be a number over 0.", field=f"{key}.unit")
    return FactMap(
        column=column,
        unit=float(unit),
        percent=bool(flag(given.get("percent"), f"{key}.percent")),
        currency=one(given.get("currency"), f"{key}.currency"),
    )
