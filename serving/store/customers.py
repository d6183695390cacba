"""Customers, their facts with history (the newest are the present ones), and the scales of value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

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
    row = {"id": customer.id, "name": customer.name, "sample": sample, "created_at": at, "updated_at": at}
    new = insert_unless_there(connection, customers, row)
    # This write also locks the row: the version below is counted by one at a time.
    change = {"name": customer.name, "updated_at": at, "sample": sample}
    connection.execute(update(customers).where(customers.c.id == customer.id).values(change))
    connection.execute(
        insert(customer_facts).values(
            id=facts_id,
            customer_id=customer.id,
            version=_facts_version(connection, customer.id) + 1,
            facts=bodies.of_facts(customer.facts),
            actor=actor,
            created_at=at,
        )
    )
    return new


def _facts_version(connection: Connection, customer_id: str) -> int:
    newest = select(func.max(customer_facts.c.version)).where(customer_facts.c.customer_id == customer_id)
    return int(connection.execute(newest).scalar() or 0)


def get(connection: Connection, customer_id: str) -> StoredCustomer | None:
    """A customer by our identifier."""
    row = connection.execute(_present().where(customers.c.id == customer_id)).one_or_none()
    return None if row is None else _customer(row)


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
