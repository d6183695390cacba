"""A file of customers: one row each, an `id`, perhaps a `name`, and the facts by their names."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from features import tables
from features.customer.facts import parse_facts
from features.errors import TableError
from features.records import Customer, CustomerFacts


def read_customers(path: Path) -> tuple[Customer, ...]:
    """Read customers. An empty cell is an unknown fact; columns that are no fact are ignored.

    Raises TableError or InputError, naming the file, the row and the value.
    """
    frame = tables.read(path).frame
    if "id" not in frame:
        raise TableError(f"{path} has no column 'id'; it has {', '.join(frame.columns)}.", field="id")
    twice = frame["id"][frame["id"].duplicated()]
    if len(twice):
        raise TableError(f"{path}: two customers have the id {twice.iloc[0]!r}.", field="id")
    columns = [each.name for each in fields(CustomerFacts) if each.name in frame]
    return tuple(
        Customer(
            id=row["id"],
            name=row.get("name") or None,
            facts=parse_facts(
                {name: row[name] for name in columns if row[name]}, path=f"{path.name}, row {number}"
            ),
        )
        for number, row in enumerate(frame.to_dict("records"), start=2)
    )
