"""What is to be regraded, and the writing of it.

A request is stale where the policy or the customer's facts that its grade was made with (its basis) are
not those in force. That is a comparison, not a queue: nothing can be lost, and what was done by another
process is simply no longer found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from serving.store import assessments as made
from serving.store import placing
from serving.store import requests as stored_requests
from serving.store.assessments import Basis, Made
from serving.store.placing import Place
from serving.store.requests import Status, Stored
from serving.store.tables import assessments, customers, policies, requests
from serving.store.writing import insert_unless_there

_IS_OPEN = requests.c.status == Status.OPEN.value


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What looking at a stale request came to. made: a new assessment, None where the grade stands."""

    before: Stored
    basis: Basis
    made: Made | None
    place: Place | None


def policy_in_force(connection: Connection) -> str | None:
    """The hash of the policy of the service that started last; None before the first."""
    newest = select(policies.c.hash).order_by(policies.c.number.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def put_in_force(
    connection: Connection, *, policy_hash: str, version: int, body: Mapping[str, Any], at: datetime
) -> bool:
    """Note that a policy is in force from now on; False where it is already."""
    if policy_in_force(connection) == policy_hash:
        return False
    last = connection.execute(select(func.max(policies.c.number))).scalar() or 0
    row = {"number": last + 1, "hash": policy_hash, "version": version, "body": body, "in_force_from": at}
    return insert_unless_there(connection, policies, row)


def under_other_policies(connection: Connection, policy_hash: str, *, limit: int) -> list[Stored]:
    """Open requests graded under another policy, oldest first."""
    other = or_(requests.c.policy_hash < policy_hash, requests.c.policy_hash > policy_hash)  # by the index
    return stored_requests.to_regrade(connection, other, limit=limit)


def of_customer(connection: Connection, customer_id: str, facts_version: int, *, limit: int) -> list[Stored]:
    """Open requests of a customer that were graded with other facts than those of this version."""
    stale = (requests.c.customer_id == customer_id, requests.c.facts_version != facts_version)
    return stored_requests.to_regrade(connection, *stale, limit=limit)


def open_requests(connection: Connection, customer_ids: Iterable[str]) -> dict[str, int]:
    """How many open requests each of these customers has; those with none are left out."""
    counted = select(requests.c.customer_id, func.count()).where(
        requests.c.customer_id.in_(list(customer_ids)), _IS_OPEN
    )
    return dict(connection.execute(counted.group_by(requests.c.customer_id)).all())


def make_due(connection: Connection, customer_ids: Iterable[str]) -> None:
    """Have the sweep look at the open requests of these customers."""
    due = update(customers).where(customers.c.id.in_(list(customer_ids)))
    connection.execute(due.values(regrade_due=True))


def due(connection: Connection, *, after: str = "", limit: int) -> list[str]:
    """Customers whose open requests are to be looked at, by identifier."""
    found = select(customers.c.id).where(customers.c.regrade_due, customers.c.id > after)
    return list(connection.execute(found.order_by(customers.c.id).limit(limit)).scalars())


def done(connection: Connection, customer_id: str) -> None:
    """Have the sweep look no more. The caller holds the customer and found nothing stale."""
    connection.execute(update(customers).where(customers.c.id == customer_id).values(regrade_due=False))


def keep(connection: Connection, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Store outcomes; those whose request changed since it was read are left out, and found stale again.

    What comes back was stored.
    """
    present = _standing(connection, [each.before.id for each in outcomes])
    kept = [each for each in outcomes if present.get(each.before.id) == _mark(each.before)]
    regraded = [each.made for each in kept if each.made is not None]
    if regraded:
        connection.execute(insert(assessments), [made.row(each) for each in regraded])
    if kept:
        connection.execute(_CHANGE, [_change(each) for each in kept])
    return kept


_CHANGE = (
    update(requests)
    .where(requests.c.id == bindparam("its_id"))
    .values(
        assessment_id=bindparam("its_assessment"),
        version=bindparam("its_version"),
        policy_hash=bindparam("its_policy"),
        facts_version=bindparam("its_facts"),
        **{name: bindparam(f"its_{name}") for name in placing.COLUMNS},
    )
)


def _change(outcome: Outcome) -> dict[str, Any]:
    before, new = outcome.before, outcome.made
    return {
        "its_id": before.id,
        "its_assessment": before.assessment_id if new is None else new.id,
        "its_version": before.version + (new is not None),
        "its_policy": outcome.basis.policy_hash,
        "its_facts": outcome.basis.facts_version,
        **{f"its_{name}": value for name, value in placing.columns(outcome.place).items()},
    }


def _standing(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """What marks the state of each request, its row held until the transaction ends."""
    marks = select(
        requests.c.id,
        requests.c.version,
        requests.c.status,
        requests.c.policy_hash,
        requests.c.facts_version,
    )
    held = marks.where(requests.c.id.in_(ids)).order_by(requests.c.id).with_for_update()
    return {number: tuple(rest) for number, *rest in connection.execute(held)}


def _mark(stored: Stored) -> tuple[Any, ...]:
    return stored.version, stored.status.value, stored.basis.policy_hash, stored.basis.facts_version
