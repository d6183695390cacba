"""What the first page shows beside the form: the samples, how many of each grade, whom one can pick."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from features.customer import value
from features.records import Customer, Grade
from serving import worth
from serving.pages.rows import Row, row
from serving.pages.words import Reader
from serving.store import customers, requests
from serving.store.requests import Stored

SHOWN = 30
MOST_CUSTOMERS = 300
"""Up to this many customers, all can be picked; of a larger base those of the samples shown."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A customer that can be picked."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many of the samples shown have a grade."""

    grade: str
    name: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The rows in the order of work; the customers by tier, most valued tier first."""

    rows: tuple[Row, ...]
    counts: tuple[Count, ...]
    customers: tuple[tuple[str, tuple[Choice, ...]], ...]


def overview(reader: Reader, *, picked: Collection[str] = ()) -> Overview:
    """Read it all in one go. picked: identifiers of rows that are ticked.

    Raises StorageError where the database cannot.
    """
    with reader.services.store.read() as connection:
        stored = requests.spread_samples(connection, count=SHOWN)
        known = _known(connection, stored)
        choices = _by_tier(reader, connection, known)
    by_id = {each.id: each for each in known}
    rows = tuple(
        row(
            reader,
            each,
            each.assessment,
            by_id.get(each.request.customer_id or ""),
            picked=each.id in picked,
        )
        for each in stored
        if each.assessment is not None
    )
    return Overview(rows=rows, counts=_counts(reader, rows), customers=choices)


def _known(connection: Connection, stored: Sequence[Stored]) -> list[Customer]:
    if customers.count(connection) <= MOST_CUSTOMERS:
        return customers.everyone(connection)
    ids = sorted({each.request.customer_id for each in stored if each.request.customer_id})
    found = [customers.get(connection, each) for each in ids]
    return [each.customer for each in found if each is not None]


def _by_tier(
    reader: Reader, connection: Connection, known: Sequence[Customer]
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    scale, rules = worth.scale_in_force(connection), reader.services.policy.value
    tiers: dict[str, list[tuple[float, Choice]]] = {}
    for each in known:
        found = value(each, scale, rules)
        choice = Choice(id=each.id, name=each.name or each.id)
        tiers.setdefault(found.tier, []).append((found.value or 0.0, choice))
    ranked = sorted(tiers.items(), key=lambda item: -max(worth for worth, _ in item[1]))
    return tuple(
        (reader.tier(tier), tuple(choice for _, choice in sorted(members, key=lambda each: each[1].name)))
        for tier, members in ranked
    )


def _counts(reader: Reader, rows: Sequence[Row]) -> tuple[Count, ...]:
    return tuple(
        Count(
            grade=grade.value,
            name=reader.grade(grade.value),
            number=sum(each.grade == grade.value for each in rows),
        )
        for grade in Grade
    )
