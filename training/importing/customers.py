"""A company's customers as its CRM exports them, to the facts that grading reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from features.customer.facts import parse_facts
from features.errors import InputError
from features.policy import Policy
from features.tables import Export, Row
from features.tables.columns import customer_role
from features.tables.dates import day_first, parse_moment
from training.importing import facts as words
from training.importing.convert import Became, Outcome
from training.importing.customer_map import FACTS, SINCE, CustomerMap, FactMap

DAYS_A_YEAR = 365.25
_FLAGS = ("has_contract", "key_account")
_SUMS = ("revenue", "contract_amount")
_SHARES = ("payment_punctuality", "growth")
_DAYS = ("as_of", SINCE)
_WORDS: Mapping[str, Callable[[str], Any]] = {
    "has_contract": words.flag,
    "key_account": words.flag,
    "currency": words.currency,
    "tier": words.tier,
    "account_manager": str,
    "tenure_years": words.years,
}


def propose_customers(export: Export, *, sheet: str | None) -> CustomerMap:
    """A map from the columns' names and units. Raises InputError where no column is the customers' id."""
    roles = dict[str, tuple[int, str]]()
    for name in export.columns:
        found = customer_role(name) or customer_role(words.without_unit(words.without_unit(name)))
        if found and any(cell.strip() for cell in export.column(name)):
            role, place = found
            roles[role] = min(roles.get(role, (place, name)), (place, name), key=lambda each: each[0])
    columns = {role: name for role, (_, name) in roles.items()}
    key = columns.get("id") or columns.get("name")
    if key is None:
        raise InputError(
            "id: no column looks like the customers' number or name; name it in a map. The file has "
            f"{', '.join(export.columns)}.",
            field="id",
        )
    facts = {
        fact: _fact_map(fact, columns[fact], export.column(columns[fact]))
        for fact in (*FACTS, SINCE)
        if fact in columns and not (fact == SINCE and "tenure_years" in columns)
    }
    header = () if export.header == (0,) else export.header
    return CustomerMap(id=key, name=columns.get("name"), facts=facts, sheet=sheet, header=header)


def convert_customers(
    export: Export, mapping: CustomerMap, *, now: datetime
) -> tuple[list[dict[str, str]], list[Outcome]]:
    """Every row under a map that fits the file: what is written, and what became of each row.

    A fact that cannot be read is left empty and remarked; a customer without an id or named twice is left
    out. Never raises because of a row.
    """
    rows, outcomes, seen = list[dict[str, str]](), list[Outcome](), dict[str, int]()
    reader = _Reader.of(export, mapping, now)
    for row in export.rows:
        remarks = list(row.remarks)
        made = {} if row.lost else reader.read(row, remarks)
        key = made.get("id", "")
        if not row.lost and (not key or key in seen):
            remarks.append(f"Row {seen[key]} is the same customer." if key else "It has no id.")
        if row.lost or not key or key in seen:
            outcomes.append(Outcome(row.number, key, Became.LEFT_OUT, tuple(remarks)))
            continue
        seen[key] = row.number
        rows.append(made)
        became = Became.CHANGED if remarks else Became.TAKEN
        outcomes.append(Outcome(row.number, key, became, tuple(remarks)))
    return rows, outcomes


def _fact_map(fact: str, column: str, cells: list[str]) -> FactMap:
    """The unit that the column's name says, else what shares and marks must be by their size."""
    unit, currency, percent = words.unit_of(column)
    if fact not in (*_SUMS, *_SHARES, "satisfaction"):
        return FactMap(column=column)
    highest = max((number for cell in cells if (number := _bare(cell)) is not None), default=0.0)
    if fact == "payment_punctuality" and not percent:
        percent = 1 < highest <= 100
    if fact == "satisfaction" and 10 < highest <= 100:
        unit, percent = 0.1, False
    return FactMap(column=column, unit=unit, percent=percent, currency=currency if fact in _SUMS else None)


def _bare(cell: str) -> float | None:
    try:
        return None if "%" in words.plain(cell) else words.amount(cell).number
    except InputError:
        return None


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """What is the same for every row. first: whether the day stands first, for each column of days."""

    mapping: CustomerMap
    columns: tuple[str, ...]
    facts: tuple[str, ...]
    first: Mapping[str, bool | None]
    currencies: frozenset[str]
    now: datetime

    @classmethod
    def of(cls, export: Export, mapping: CustomerMap, now: datetime) -> _Reader:
        wanted = set(mapping.facts)
        wanted |= {"tenure_years"} if SINCE in wanted else set()
        wanted |= {"currency"} if wanted & set(_SUMS) else set()
        days = [fact for fact in _DAYS if fact in mapping.facts]
        return cls(
            mapping=mapping,
            columns=export.columns,
            facts=tuple(fact for fact in FACTS if fact in wanted),
            first={fact: day_first(export.column(mapping.facts[fact].column)) for fact in days},
            currencies=frozenset(Policy.default().value.currencies),
            now=now,
        )

    def read(self, row: Row, remarks: list[str]) -> dict[str, str]:
        """The row as it is written; what could not be read is remarked."""
        cells = dict(zip(self.columns, row.cells, strict=True))
        made = {"id": " ".join(cells[self.mapping.id].split())}
        if self.mapping.name:
            made["name"] = cells[self.mapping.name].strip()
        found, currencies = dict[str, Any](), set[str]()
        for fact, each in self.mapping.facts.items():
            value = cells[each.column].strip()
            if not value or (words.plain(value) in words.UNKNOWN and fact not in _FLAGS):
                continue
            try:
                found[fact] = self._value(fact, value, each, currencies)
            except InputError as error:
                remarks.append(f"{fact} was left empty: {error}")
        self._settle_currency(found, currencies, remarks)
        self._count_years(found)
        return made | {fact: self._checked(fact, found.get(fact), remarks) for fact in self.facts}

    def _value(self, fact: str, value: str, each: FactMap, currencies: set[str]) -> Any:
        if fact in _WORDS:
            return _WORDS[fact](value)
        if fact in _DAYS:
            return parse_moment(value, zone=UTC, day_first=self.first[fact], now=self.now).date()
        amount = words.amount(value, unit=each.unit, percent=each.percent)
        if fact in _SUMS and (code := amount.currency or each.currency):
            currencies.add(code)
        return amount.number

    def _settle_currency(self, found: dict[str, Any], currencies: set[str], remarks: list[str]) -> None:
        """One known currency for all sums of a row, its own column's or the one that the sums name."""
        named = currencies | ({found["currency"]} if found.get("currency") else set())
        if len(named) == 1 and named <= self.currencies:
            found["currency"] = named.pop()
        elif named:
            told = f"they are in {' and '.join(sorted(named))}"
            why = told if len(named) > 1 else f"{told}, for which the policy has no rate"
            for fact in (*_SUMS, "currency"):
                found.pop(fact, None)
            remarks.append(f"Its sums were left empty: {why}.")

    def _count_years(self, found: dict[str, Any]) -> None:
        since = found.pop(SINCE, None)
        if since is not None and "tenure_years" not in found:
            until: date = found.get("as_of") or self.now.date()
            found["tenure_years"] = round(max((until - since).days, 0) / DAYS_A_YEAR, 2)

    def _checked(self, fact: str, value: Any, remarks: list[str]) -> str:
        """A fact as it is written in the file; the empty string where it is unknown or cannot be."""
        if value is None:
            return ""
        if isinstance(value, float):
            value = int(value) if value.is_integer() else float(f"{value:.10g}")
        told = value.isoformat() if isinstance(value, date) else str(value)
        try:
            parse_facts({fact: told}, path="customer", currencies=self.currencies)
        except InputError as error:
            remarks.append(f"{fact} was left empty: {str(error).removeprefix(f'customer.{fact}: ')}")
            return ""
        return told
