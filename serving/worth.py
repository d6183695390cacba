"""What a request's customer is worth as of now: stored facts or trusted inline ones, on the stored scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.customer import Scale, value
from features.records import Customer, CustomerFacts, CustomerValue, Request
from serving.store import customers

if TYPE_CHECKING:
    from serving.services import Services

UNNAMED = ""
"""The identifier of a customer of whom facts came with the request, and no name."""


def of_request(
    services: Services, connection: Connection, request: Request, *, facts_trusted: bool
) -> CustomerValue | None:
    """The value of a request's customer; None where there is none, or nothing that may count is known.

    Facts that came with the request count instead of stored ones, if whoever sent them is trusted.
    """
    facts = request.customer if facts_trusted else None
    if facts is None and request.customer_id is not None:
        stored = customers.get(connection, request.customer_id)
        facts = None if stored is None else stored.customer.facts
    if facts is None or facts == CustomerFacts():
        return None
    customer = Customer(id=request.customer_id or UNNAMED, facts=facts)
    return value(customer, scale_in_force(connection), services.policy.value)


def scale_in_force(connection: Connection) -> Scale:
    """The newest stored scale, the packaged anchors until there is one."""
    stored = customers.newest_scale(connection)
    return Scale.anchors() if stored is None else Scale.of(stored.body)
