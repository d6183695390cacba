"""The routes of customers: one line of work each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.responses import JSONResponse

from serving import customers
from serving.api import cursors, customer_wire
from serving.api.customer_schemas import CustomersIn, read_rows
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.schemas import CustomerIn

router = APIRouter(prefix="/v1", route_class=GuardedRoute)

Accept = Annotated[str | None, Header(alias="Accept-Language")]


@router.put("/customers/{customer_id}")
def put_customer(
    customer_id: str, body: CustomerIn, services: Serving, caller: Asking, accept: Accept = None
) -> JSONResponse:
    """Tell a customer's facts as they are now; without `as_of` they count as today's. 201: it is new.

    Its open requests are regraded.
    """
    record = body.record(customer_id, currencies=services.policy.value.currencies)
    new, known = customers.put(services, caller, record)
    return JSONResponse(customer_wire.customer(services, known, accept=accept), 201 if new else 200)


@router.post("/customers:bulk")
def put_customers(body: CustomersIn, services: Serving, caller: Asking) -> Any:
    """Tell the facts of up to 1,000 customers. A wrong row is named, and the others are kept.

    Facts need the day they were true, `as_of`; rows that share an id are all refused. Open requests are
    regraded, within seconds where there are many.
    """
    good, faults = read_rows(body.items, currencies=services.policy.value.currencies)
    new = customers.put_all(services, caller, good)
    return customer_wire.bulk(len(good), new, faults)


@router.get("/customers/{customer_id}")
def get_customer(customer_id: str, services: Serving, accept: Accept = None) -> Any:
    """A customer with facts, value and tier, and why."""
    return customer_wire.customer(services, customers.get(services, customer_id), accept=accept)


@router.get("/customers/{customer_id}/history")
def customer_history(
    customer_id: str,
    services: Serving,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Any:
    """A customer's facts as they were told, newest first."""
    told, more = customers.history(services, customer_id, limit=limit, before=cursors.read(cursor))
    return customer_wire.history(customer_id, told, cursors.write(more))
