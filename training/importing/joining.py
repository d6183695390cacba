"""Which customers and which requests find each other, and which do not, both ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from features.errors import InputError
from features.tables import Export
from features.tables.columns import request_role
from training.importing.facts import plain

NAMED = 5
"""How many keys are named on the terminal."""


@dataclass(frozen=True, kw_only=True)
class Join:
    """by: the requests' column. requests: its keys and how many rows have each. first_rows: the first.

    customers: all their keys. without_key: rows of requests that name none.
    """

    by: str
    requests: Mapping[str, int]
    first_rows: Mapping[str, int]
    customers: tuple[str, ...]
    without_key: int

    @property
    def joined(self) -> list[str]:
        """Keys of requests that have a customer."""
        known = set(self.customers)
        return [key for key in self.requests if key in known]

    @property
    def unknown(self) -> list[str]:
        """Keys of requests that no customer has."""
        known = set(self.customers)
        return [key for key in self.requests if key not in known]

    @property
    def idle(self) -> list[str]:
        """Customers without a request."""
        return [key for key in self.customers if key not in self.requests]

    def rows(self) -> list[dict[str, str]]:
        """One row for each key that does not join: side, key, rows, first_row, remark."""
        alike = {plain(key): key for key in self.customers}
        told = [
            {
                "side": "requests",
                "key": key,
                "rows": str(self.requests[key]),
                "first_row": str(self.first_rows[key]),
                "remark": f"differs only in case, width or blanks from {alike[plain(key)]!r}"
                if plain(key) in alike
                else "",
            }
            for key in self.unknown
        ]
        return told + [
            {"side": "customers", "key": key, "rows": "0", "first_row": "", "remark": ""} for key in self.idle
        ]


def key_column(other: Export) -> str:
    """The column of a requests' file that names the customer. Raises InputError where none does."""
    ranked = [
        (role, place, name) for name in other.columns for role, place in [request_role(name) or ("", 0)]
    ]
    for wanted in ("customer_id", "customer_name"):
        found = sorted((place, name) for role, place, name in ranked if role == wanted)
        if found:
            return found[0][1]
    raise InputError(
        f"No column of the file to join names a customer (customer_id, 客户编号 ...); it has "
        f"{', '.join(other.columns)}.",
        field="join",
    )


def join(customers: Iterable[str], other: Export, by: str) -> Join:
    """Which keys meet exactly, as grading will look them up."""
    at = other.columns.index(by)
    counts, first, without = Counter[str](), dict[str, int](), 0
    for row in other.rows:
        key = "" if row.lost else " ".join(row.cells[at].split())
        if key:
            counts[key] += 1
            first.setdefault(key, row.number)
        elif not row.lost:
            without += 1
    return Join(by=by, requests=counts, first_rows=first, customers=tuple(customers), without_key=without)


def join_lines(found: Join, names: Sequence[str]) -> Iterator[str]:
    """What is said of it. names: the customers' names, to say where they would join better than the ids."""
    rows = sum(found.requests.values())
    met = sum(found.requests[key] for key in found.joined)
    yield (
        f"Joined by {found.by}: {met} of {rows} rows find their customer ({len(found.joined)} of "
        f"{len(found.customers)} customers); rows without a key: {found.without_key}."
    )
    if found.unknown:
        yield f"  keys of requests that no customer has ({len(found.unknown)}): {_named(found.unknown)}"
    if found.idle:
        yield f"  customers without a request ({len(found.idle)}): {_named(found.idle)}"
    better = sum(found.requests[key] for key in set(found.requests) & set(names))
    if better > met:
        yield (
            f"  By the customers' names {better} rows would join: in that case make the name's column the id "
            "in the map."
        )


def _named(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
    return ", ".join(keys[:NAMED]) + more
