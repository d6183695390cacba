"""What a request's customer is worth as of now: stored facts or trusted inline ones, on the stored scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.customer import Scale, value
from features.policy.parts import ValueRules
from features.records import Customer, CustomerFacts, CustomerValue, Request
from serving.store import customers
from serving.store.customers import StoredCustomer

if TYPE_CHECKING:
    from serving.services import Services

UNNAMED = ""
"""The identifier of a customer of whom facts came with the request, and no name."""


@dataclass(frozen=True)
class Base:
    """The customers of some requests as known at one moment, and the scale they are compared on; None where
    none of the requests has a customer."""

    known: Mapping[str, StoredCustomer]
    scale: Scale | None
    rules: ValueRules

    def value(self, request: Request, *, facts_trusted: bool) -> CustomerValue | None:
        """The value of a request's customer; None where there is none, or nothing that may count is known.

        Facts that came with the request count instead of stored ones, if whoever sent them is trusted.
        """
        facts = request.customer if facts_trusted else None
        if facts is None and (stored := self._customer(request)) is not None:
            facts = stored.customer.facts
        if self.scale is None or facts is None or facts == CustomerFacts():
            return None
        return value(Customer(id=request.customer_id or UNNAMED, facts=facts), self.scale, self.rules)

    def facts_version(self, request: Request) -> int:
        """How often the facts of a request's customer were told; 0 where none were."""
        stored = self._customer(request)
        return 0 if stored is None else stored.version

    def _customer(self, request: Request) -> StoredCustomer | None:
        return None if request.customer_id is None else self.known.get(request.customer_id)


def base_of(services: Services, connection: Connection, requests: Sequence[Request]) -> Base:
    """The base of some requests, as stored now."""
    ids = {each.customer_id for each in requests if each.customer_id is not None}
    known = customers.several(connection, ids) if ids else {}
    told = any(each.customer is not None for each in requests)
    return Base(known, scale_in_force(connection) if ids or told else None, services.policy.value)


def of_request(
    services: Services, connection: Connection, request: Request, *, facts_trusted: bool
) -> CustomerValue | None:
    """The value of one request's customer as of now; see Base.value."""
    if request.customer_id is None and (request.customer is None or not facts_trusted):
        return None
    return base_of(services, connection, [request]).value(request, facts_trusted=facts_trusted)


def scale_in_force(connection: Connection) -> Scale:
    """The newest stored scale, the packaged anchors until there is one."""
    stored = customers.newest_scale(connection)
    return Scale.anchors(n=customers.count(connection)) if stored is None else Scale.of(stored.body)
