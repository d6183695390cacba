"""Customers: their facts told, looked up, and the scale of value kept in step with how many there are.

Facts are told with the day they were true. One customer told without it was true today; in bulk, where a
file may be old, that is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from features.customer import Scale, TierReason, build_scale, tier_reason, value
from features.customer.scale import LEAST_CUSTOMERS
from features.errors import InputError, NotFoundError
from features.records import Customer, CustomerFacts, CustomerValue
from serving import regrade, worth
from serving.access.roles import Caller
from serving.store import customers
from serving.store.customers import StoredCustomer, StoredScale, Told

if TYPE_CHECKING:
    from serving.services import Services

CHANGE = 1.2
"""The scale is made anew when there are this many times more or fewer customers than it was made of."""


@dataclass(frozen=True)
class Known:
    """A customer as known now, what it is worth, on which scale, and what decided its tier."""

    stored: StoredCustomer
    worth: CustomerValue
    scale: Scale
    tier_reason: TierReason


def put(services: Services, caller: Caller, customer: Customer) -> tuple[bool, Known]:
    """Keep a customer's facts as they are now, regrade its open requests; whether it is new, and what it
    is worth. Facts without a day were true today, where the policy's calendar is.

    Raises InputError where the identifier cannot be kept.
    """
    check_id(customer.id)
    customer = _dated(services, customer)
    with services.store.write() as connection:
        new = _keep(services, connection, caller, [customer])
        return new == 1, _known(services, connection, customer.id)


def put_all(services: Services, caller: Caller, told: Sequence[Customer]) -> int:
    """Keep customers of different identifiers, all or, if the database fails, none; how many are new."""
    if not told:
        return 0
    with services.store.write() as connection:
        return _keep(services, connection, caller, told)


def _keep(services: Services, connection: Connection, caller: Caller, told: Sequence[Customer]) -> int:
    ids = [services.tools.new_id() for _ in told]
    at = services.tools.clock()
    new = customers.put_all(connection, told, facts_ids=ids, actor=caller.name, at=at)
    renew_scale(services, connection)
    regrade.after_change(services, connection, [each.id for each in told])
    return new


def _dated(services: Services, customer: Customer) -> Customer:
    facts = customer.facts
    if facts == CustomerFacts() or facts.as_of is not None:
        return customer
    today = services.tools.clock().astimezone(ZoneInfo(services.policy.calendar.timezone)).date()
    return replace(customer, facts=replace(facts, as_of=today))


def get(services: Services, customer_id: str) -> Known:
    """A customer as known now. Raises NotFoundError where there is none."""
    with services.store.read() as connection:
        return _known(services, connection, customer_id)


def history(
    services: Services, customer_id: str, *, limit: int, before: str | None
) -> tuple[list[Told], str | None]:
    """What was told of a customer, newest first, and the identifier to go on from, if there is more.

    Raises NotFoundError where there is no such customer.
    """
    with services.store.read() as connection:
        _stored(connection, customer_id)
        page = customers.history(connection, customer_id, limit=limit + 1, before=before)
    return page[:limit], page[limit - 1].id if len(page) > limit else None


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
    stored = _stored(connection, customer_id)
    scale, rules = worth.scale_in_force(connection), services.policy.value
    why = tier_reason(stored.customer, scale, rules)
    return Known(stored, value(stored.customer, scale, rules), scale, why)


def _stored(connection: Connection, customer_id: str) -> StoredCustomer:
    stored = customers.get(connection, customer_id) if _is_id(customer_id) else None
    if stored is None:
        raise NotFoundError(f"There is no customer {customer_id[:200]!r}.")
    return stored


def check_id(customer_id: str) -> None:
    """Raise InputError where an identifier cannot be kept or shown."""
    if not _is_id(customer_id):
        raise InputError(f"{customer_id[:200]!r} cannot be the id of a customer.", field="id")


def _is_id(customer_id: str) -> bool:
    return bool(customer_id.strip()) and len(customer_id) <= 200 and customer_id.isprintable()
