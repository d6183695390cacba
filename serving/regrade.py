"""Regrading open requests when a customer's facts or the policy change: a new assessment from the same
prediction, stored only where something that is told changed. Deadlines count from the receipt, as ever.

A customer with few open requests is done in the transaction that changes the facts; the rest, and a new
policy, by the sweep, in batches. Any number of processes may do so at once: what changed since it was read
is left out, and found again. A new scale of value alone regrades nothing: a value counts as of then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from features.errors import InputError
from features.records import Assessment, Reason
from serving import assess, worth
from serving.audit import SERVICE, Action, note
from serving.placing import place
from serving.store import customers, regrading
from serving.store.assessments import Basis, Cause, Made
from serving.store.regrading import Outcome
from serving.store.requests import Stored
from serving.worth import Base

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)

AT_ONCE = 100
"""So many open requests are regraded in the transaction that changes customers; more by the sweep."""
BATCH = 200
REGRADED = "regraded"
"""The code of the reason that says so."""

Stop = Callable[[], bool]


def announce(services: Services) -> None:
    """Say that this service's policy is in force from now on, if another was."""
    policy = services.policy
    with services.store.read() as connection:
        if regrading.policy_in_force(connection) == policy.hash:
            return
    with services.store.write() as connection:
        new = regrading.put_in_force(
            connection,
            policy_hash=policy.hash,
            version=policy.version,
            body=policy.as_data(),
            at=services.tools.clock(),
        )
        if new:
            _note_policy(services, connection)
    if new:
        log.info("Policy version %s (%s) is in force.", policy.version, policy.hash[:12])


def _note_policy(services: Services, connection: Connection) -> None:
    policy, about = services.policy, f"policy {services.policy.hash}"
    at = services.tools.clock()
    note(
        connection, SERVICE, action=Action.POLICY_IN_FORCE, about=about, at=at, policy_version=policy.version
    )


def after_change(services: Services, connection: Connection, customer_ids: Iterable[str]) -> None:
    """Regrade the open requests of customers whose facts were just told; many, later.

    The caller's transaction holds the customers.
    """
    waiting = regrading.open_requests(connection, customer_ids)
    if not waiting:
        return
    if sum(waiting.values()) > AT_ONCE or not _may(services, connection):
        regrading.make_due(connection, waiting)
        return
    versions = customers.facts_versions(connection, waiting)
    for customer_id, version in versions.items():
        stale = regrading.of_customer(connection, customer_id, version, limit=AT_ONCE)
        if len(_regraded(services, connection, stale)) < len(stale):
            regrading.make_due(connection, [customer_id])


def look(services: Services, *, stop: Stop = lambda: False) -> int:
    """Regrade what is stale now; how many requests got a new assessment."""
    with services.store.read() as connection:
        if not _may(services, connection):
            return 0
    return _customers(services, stop) + _policy(services, stop)


def _may(services: Services, connection: Connection) -> bool:
    """Whether this process can regrade: it has a model's taxonomy, and no later service another policy."""
    in_force = regrading.policy_in_force(connection)
    return services.engine.model is not None and in_force in (None, services.policy.hash)


def _policy(services: Services, stop: Stop) -> int:
    """Regrade what was graded under another policy."""

    def stale(connection: Connection) -> list[Stored]:
        return regrading.under_other_policies(connection, services.policy.hash, limit=BATCH)

    return _batches(services, stale, stop)


def _customers(services: Services, stop: Stop) -> int:
    """Regrade the requests of customers that are due."""
    count, last = 0, ""
    while not stop():
        with services.store.read() as connection:
            due = regrading.due(connection, after=last, limit=BATCH)
        for customer_id in due:
            count += _customer(services, customer_id, stop)
        if not due:
            break
        last = due[-1]
    return count


def _customer(services: Services, customer_id: str, stop: Stop) -> int:
    def stale(connection: Connection) -> list[Stored]:
        version = customers.facts_versions(connection, [customer_id]).get(customer_id, 0)
        return regrading.of_customer(connection, customer_id, version, limit=BATCH)

    count = _batches(services, stale, stop)
    with services.store.write() as connection:
        customers.lock(connection, [customer_id])
        if not stale(connection):
            regrading.done(connection, customer_id)
    return count


def _batches(services: Services, stale: Callable[[Connection], list[Stored]], stop: Stop) -> int:
    """Regrade batch after batch until nothing is stale: read and graded first, then written in a short
    transaction."""
    count = 0
    while not stop():
        with services.store.read() as connection:
            batch = stale(connection)
            outcomes = _outcomes(services, connection, batch)
        if not batch:
            break
        with services.store.write() as connection:
            kept = regrading.keep(connection, outcomes)
        count += sum(each.made is not None for each in kept)
    return count


def _regraded(services: Services, connection: Connection, batch: Sequence[Stored]) -> list[Outcome]:
    return regrading.keep(connection, _outcomes(services, connection, batch))


def _outcomes(services: Services, connection: Connection, batch: Sequence[Stored]) -> list[Outcome]:
    base = worth.base_of(services, connection, [stored.request for stored in batch])
    return [_outcome(services, base, stored) for stored in batch]


def _outcome(services: Services, base: Base, stored: Stored) -> Outcome:
    """What a stale request comes to now. Where it cannot be graded, its grade stands, and the log says so.

    An erased request keeps its grade: what its team hung on is gone.
    """
    basis = Basis(policy_hash=services.policy.hash, facts_version=base.facts_version(stored.request))
    was, now = stored.assessment, None
    if was is not None and not stored.erased:
        now = _judged(services, base, stored, was)
    stands = now or was
    where = None if stands is None else place(services, stored, stands, stored.said)
    if was is None or now is None or told(now) == told(was):
        return Outcome(before=stored, basis=basis, made=None, place=where)
    cause = Cause.CUSTOMER if basis.policy_hash == stored.basis.policy_hash else Cause.POLICY
    numbers = {"cause": cause.value, "before": was.grade.value, "after": now.grade.value}
    now = replace(now, reasons=(*now.reasons, Reason(code=REGRADED, numbers=numbers)))
    made = Made(
        id=services.tools.new_id(),
        request_id=stored.id,
        at=services.tools.clock(),
        cause=cause,
        assessment=now,
    )
    return Outcome(before=stored, basis=basis, made=made, place=where)


def _judged(services: Services, base: Base, stored: Stored, was: Assessment) -> Assessment | None:
    try:
        customer = base.value(stored.request, facts_trusted=stored.facts_trusted)
        return assess.judged(services, stored.request, was.prediction, customer, stored.said)
    except InputError as error:  # such as a currency that the new policy has no rate for
        log.warning("Request %s keeps its grade: %s", stored.id, error)
        return None


def told(assessment: Assessment) -> tuple[Any, ...]:
    """What a change of is worth a new assessment."""
    customer = assessment.customer
    return (
        assessment.grade,
        assessment.score,
        assessment.team,
        assessment.lane,
        assessment.respond_by,
        assessment.resolve_by,
        None if customer is None else (customer.tier, customer.account_manager),
    )
