"""Customers: their facts told, looked up, and the scale of value kept in step with how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.customer import build_scale, value
from features.customer.scale import LEAST_CUSTOMERS
from features.errors import InputError, NotFoundError
from features.records import Customer, CustomerValue
from serving import worth
from serving.access.roles import Caller
from serving.store import customers
from serving.store.customers import StoredCustomer, StoredScale

if TYPE_CHECKING:
    from serving.services import Services

CHANGE = 1.2
"""The scale is made anew when there are this many times more or fewer customers than it was made of."""


@dataclass(frozen=True)
class Known:
    """A customer as known now, and what it is worth."""

    stored: StoredCustomer
    worth: CustomerValue


def put(services: Services, caller: Caller, customer: Customer) -> tuple[bool, Known]:
    """Keep a customer's facts as they are now; whether it is new, and what it is worth.

    Raises InputError where the identifier cannot be kept.
    """
    if not _is_id(customer.id):
        raise InputError(f"{customer.id[:200]!r} cannot be the id of a customer.", field="id")
    with services.store.write() as connection:
        new = customers.put(
            connection,
            customer,
            facts_id=services.tools.new_id(),
            actor=caller.name,
            at=services.tools.clock(),
        )
        renew_scale(services, connection)
        return new, _known(services, connection, customer.id)


def get(services: Services, customer_id: str) -> Known:
    """A customer as known now. Raises NotFoundError where there is none."""
    if not _is_id(customer_id):
        raise NotFoundError(f"There is no customer {customer_id[:200]!r}.")
    with services.store.read() as connection:
        return _known(services, connection, customer_id)


def renew_scale(services: Services, connection: Connection) -> None:
    """Make and store a new scale where the last one was made of far fewer or far more customers.

    Under 20 customers it is the packaged anchors again.
    """
    known = customers.count(connection)
    last = customers.newest_scale(connection)
    if not _is_due(known, last):
        return
    now, version = services.tools.clock(), 1 if last is None else last.version + 1
    made = build_scale(
        customers.everyone(connection), version=version, as_of=now.date(), rules=services.policy.value
    )
    customers.add_scale(
        connection,
        StoredScale(version=version, customers=known, body=made.as_data(), as_of=now),
    )


def _is_due(known: int, last: StoredScale | None) -> bool:
    if last is None or last.customers < LEAST_CUSTOMERS:
        return known >= LEAST_CUSTOMERS
    return known >= CHANGE * last.customers or known * CHANGE <= last.customers


def _known(services: Services, connection: Connection, customer_id: str) -> Known:
    stored = customers.get(connection, customer_id)
    if stored is None:
        raise NotFoundError(f"There is no customer {customer_id!r}.")
    return Known(stored, value(stored.customer, worth.scale_in_force(connection), services.policy.value))


def _is_id(customer_id: str) -> bool:
    return bool(customer_id.strip()) and len(customer_id) <= 200 and customer_id.isprintable()
