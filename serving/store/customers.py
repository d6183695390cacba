"""Customers, their facts with history (the newest are the present ones), and the scales of value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from features.records import Customer, CustomerFacts
from serving.store import bodies
from serving.store.tables import customer_facts, customers, value_scales
from serving.store.writing import insert_unless_there


@dataclass(frozen=True, kw_only=True)
class StoredCustomer:
    """A customer with the present facts. version: how often the facts were told."""

    customer: Customer
    version: int
    sample: bool
    created_at: datetime
    updated_at: datetime


def put(
    connection: Connection,
    customer: Customer,
    *,
    facts_id: str,
    actor: str,
    at: datetime,
    sample: bool = False,
) -> bool:
    """Keep a customer and its facts as they are now; earlier facts stay as history. True where it is new.

    A sample customer whose facts someone tells is theirs from then on, and no sample any more.
    """
    return put_all(connection, [customer], facts_ids=[facts_id], actor=actor, at=at, sample=sample) == 1


def put_all(
    connection: Connection,
    told: Sequence[Customer],
    *,
    facts_ids: Sequence[str],
    actor: str,
    at: datetime,
    sample: bool = False,
) -> int:
    """Keep customers of different identifiers as `put` does; how many are new."""
    lock(connection, [each.id for each in told])
    versions = facts_versions(connection, [each.id for each in told])
    _keep_rows(connection, told, versions, {"updated_at": at, "sample": sample})
    rows = [
        {
            "id": facts_id,
            "customer_id": each.id,
            "version": versions.get(each.id, 0) + 1,
            "facts": bodies.of_facts(each.facts),
            "actor": actor,
            "created_at": at,
        }
        for facts_id, each in zip(facts_ids, told, strict=True)
    ]
    if rows:
        connection.execute(insert(customer_facts), rows)
    return sum(each.id not in versions for each in told)


def _keep_rows(
    connection: Connection, told: Sequence[Customer], known: Mapping[str, int], change: Mapping[str, Any]
) -> None:
    new = [each for each in told if each.id not in known]
    old = [{"its_id": each.id, "name": each.name, **change} for each in told if each.id in known]
    if new:
        made = {**change, "created_at": change["updated_at"]}
        connection.execute(insert(customers), [{"id": each.id, "name": each.name, **made} for each in new])
    if old:
        connection.execute(update(customers).where(customers.c.id == bindparam("its_id")), old)


def lock(connection: Connection, ids: Iterable[str]) -> None:
    """Hold these customers, known or not, until the transaction ends: whoever tells their facts or stores
    a grade made of them waits. SQLite has one writer at a time, so there it holds by itself."""
    if connection.dialect.name == "postgresql":
        for number in sorted(ids):
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(number, 0))))


def facts_versions(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """How often the facts of each of these customers were told; those not known are left out."""
    told = select(customer_facts.c.customer_id, func.max(customer_facts.c.version))
    found = told.where(customer_facts.c.customer_id.in_(list(ids))).group_by(customer_facts.c.customer_id)
    return {number: int(version) for number, version in connection.execute(found)}


@dataclass(frozen=True, kw_only=True)
class Told:
    """The facts of a customer as someone told them."""

    id: str
    version: int
    facts: CustomerFacts
    actor: str
    at: datetime


def history(connection: Connection, customer_id: str, *, limit: int, before: str | None = None) -> list[Told]:
    """What was told of a customer, newest first. before: the id of facts to go on from."""
    kept = select(customer_facts).where(customer_facts.c.customer_id == customer_id)
    if before is not None:
        seen = select(customer_facts.c.version).where(customer_facts.c.id == before)
        kept = kept.where(customer_facts.c.version < seen.scalar_subquery())
    return [
        Told(
            id=row.id,
            version=row.version,
            facts=bodies.to_facts(row.facts) or CustomerFacts(),
            actor=row.actor,
            at=row.created_at,
        )
        for row in connection.execute(kept.order_by(customer_facts.c.version.desc()).limit(limit))
    ]


def get(connection: Connection, customer_id: str) -> StoredCustomer | None:
    """A customer by our identifier."""
    row = connection.execute(_present().where(customers.c.id == customer_id)).one_or_none()
    return None if row is None else _customer(row)


def several(connection: Connection, ids: Iterable[str]) -> dict[str, StoredCustomer]:
    """Customers by identifier; those not known are left out."""
    found = _present().where(customers.c.id.in_(list(ids)))
    return {row.id: _customer(row) for row in connection.execute(found)}


def names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """What these customers are called; those without a name left out."""
    asked = select(customers.c.id, customers.c.name).where(customers.c.id.in_(list(ids)))
    return {row.id: row.name for row in connection.execute(asked) if row.name}


def everyone(connection: Connection) -> list[Customer]:
    """Every customer with the present facts."""
    return [_customer(row).customer for row in connection.execute(_present().order_by(customers.c.id))]


def count(connection: Connection) -> int:
    """How many customers are known."""
    return int(connection.execute(select(func.count()).select_from(customers)).scalar_one())


def clear_samples(connection: Connection) -> int:
    """Take every sample customer out, with its facts; how many there were."""
    samples = select(customers.c.id).where(customers.c.sample)
    connection.execute(delete(customer_facts).where(customer_facts.c.customer_id.in_(samples)))
    return connection.execute(delete(customers).where(customers.c.sample)).rowcount


def _present() -> Select[tuple[object, ...]]:
    told = customer_facts.alias()
    newest = (
        select(func.max(told.c.version))
        .where(told.c.customer_id == customers.c.id)
        .correlate(customers)
        .scalar_subquery()
    )
    present = (customer_facts.c.customer_id == customers.c.id) & (customer_facts.c.version == newest)
    return select(customers, customer_facts.c.facts, customer_facts.c.version).select_from(
        customers.join(customer_facts, present)
    )


def _customer(row: Row[tuple[object, ...]]) -> StoredCustomer:
    facts = bodies.to_facts(row.facts) or CustomerFacts()
    return StoredCustomer(
        customer=Customer(id=row.id, name=row.name, facts=facts),
        version=row.version,
        sample=row.sample,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


@dataclass(frozen=True, kw_only=True)
class StoredScale:
    """A scale of value as stored: plain data, of how many customers, as of when."""

    version: int
    customers: int
    body: bodies.Document
    as_of: datetime


def newest_scale(connection: Connection) -> StoredScale | None:
    """The scale in force, or None while the packaged anchors are used."""
    row = connection.execute(
        select(value_scales).order_by(value_scales.c.version.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return None
    return StoredScale(version=row.version, customers=row.customers, body=row.body, as_of=row.as_of)


def add_scale(connection: Connection, scale: StoredScale) -> bool:
    """Store a scale; False where another process stored that version first."""
    row = {
        "version": scale.version,
        "customers": scale.customers,
        "body": scale.body,
        "as_of": scale.as_of,
    }
    return insert_unless_there(connection, value_scales, row)
