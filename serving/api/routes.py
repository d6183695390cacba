"""The routes of version 1: one line of work each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import JSONResponse

from features.errors import UnavailableError
from serving import customers, intake
from serving.api import cursors, wire
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.schemas import CustomerIn, RequestIn

router = APIRouter(prefix="/v1", route_class=GuardedRoute)

Accept = Annotated[str | None, Header(alias="Accept-Language")]


@router.post("/triage")
def triage(body: RequestIn, services: Serving, caller: Asking, accept: Accept = None) -> Any:
    """Assess a request and store nothing."""
    record = body.record(currencies=services.policy.value.currencies)
    return wire.answer(services, caller, intake.triage(services, caller, record), accept=accept)


@router.post("/requests", status_code=201)
def receive(
    body: RequestIn, request: Request, services: Serving, caller: Asking, accept: Accept = None
) -> JSONResponse:
    """Store a request, then assess it. 200: it was stored before. 202: it is assessed later."""
    record = body.record(currencies=services.policy.value.currencies)
    crowded = bool(getattr(request.state, "crowded", False))
    outcome, answer = intake.receive(services, caller, record, crowded=crowded)
    return JSONResponse(wire.answer(services, caller, answer, accept=accept), outcome.value)


@router.get("/requests")
def newest(
    services: Serving,
    caller: Asking,
    accept: Accept = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Any:
    """The requests the caller may read, newest first."""
    found, more = intake.newest(services, caller, limit=limit, before=cursors.read(cursor))
    items = [wire.answer(services, caller, each, accept=accept) for each in found]
    return {"items": items, "next": cursors.write(more)}


@router.get("/requests/{request_id}")
def read(request_id: str, services: Serving, caller: Asking, accept: Accept = None) -> Any:
    """One request, as received and as it stands."""
    answer = intake.read(services, caller, request_id)
    return wire.answer(services, caller, answer, accept=accept, whole=True)


@router.put("/customers/{customer_id}")
def put_customer(customer_id: str, body: CustomerIn, services: Serving, caller: Asking) -> JSONResponse:
    """Tell a customer's facts as they are now. 201: it is new."""
    record = body.record(customer_id, currencies=services.policy.value.currencies)
    new, known = customers.put(services, caller, record)
    return JSONResponse(wire.customer(known), 201 if new else 200)


@router.get("/customers/{customer_id}")
def get_customer(customer_id: str, services: Serving) -> Any:
    """A customer with facts, value and tier."""
    return wire.customer(customers.get(services, customer_id))


@router.get("/model")
def model(services: Serving) -> Any:
    """The model that answers now."""
    if services.engine.model is None:
        raise UnavailableError("There is no model to answer yet; try again soon.")
    return wire.model(services.engine.model, services.policy)
