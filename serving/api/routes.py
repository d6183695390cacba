"""The routes of version 1 but for customers: one line of work each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import JSONResponse

from features.errors import UnavailableError
from serving import compare, fairness, intake, unseen
from serving.api import compared, cursors, history_wire, wire
from serving.api.conditions import IdempotencyKey, use_of
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.schemas import RequestIn
from serving.fairness.sentences import as_data
from serving.wording import OTHERWISE, choose_language

router = APIRouter(prefix="/v1", route_class=GuardedRoute)

MAIL = {
    "requestBody": {"content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}}},
}
"""The other kind of body that a request may come in (serving.api.mail_routes)."""
Accept = Annotated[str | None, Header(alias="Accept-Language")]


@router.post("/triage")
def triage(body: RequestIn, services: Serving, caller: Asking, accept: Accept = None) -> JSONResponse:
    """Assess a request and store nothing."""
    record = body.record(currencies=services.policy.value.currencies)
    answer = intake.triage(services, caller, record)
    return JSONResponse(wire.answer(services, caller, answer, accept=accept))


@router.post("/requests", status_code=201, openapi_extra=MAIL)
def receive(
    body: RequestIn,
    request: Request,
    services: Serving,
    caller: Asking,
    key: IdempotencyKey = None,
    accept: Accept = None,
) -> JSONResponse:
    """Store a request, then assess it. 200: it was stored before. 202: it is assessed later.

    The same Idempotency-Key with the same body is one request. A mail can be sent as it is, as
    message/rfc822; an answer to an earlier one follows the request that that became.
    """
    record = body.record(currencies=services.policy.value.currencies)
    crowded = bool(getattr(request.state, "crowded", False))
    use = use_of(services, caller, request, key, body)
    outcome, answer = intake.receive(services, caller, record, crowded=crowded, use=use)
    told = wire.answer(services, caller, answer, accept=accept)
    return JSONResponse(told, outcome.value, headers=wire.etag(answer))


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
    items = wire.answers(services, caller, found, accept=accept)
    return {"items": items, "next": cursors.write(more)}


@router.get("/requests/{request_id}")
def read(request_id: str, services: Serving, caller: Asking, accept: Accept = None) -> JSONResponse:
    """One request, as received and as it stands. ETag: its version, for If-Match."""
    answer = intake.read(services, caller, request_id)
    told = wire.answer(services, caller, answer, accept=accept, whole=True)
    return JSONResponse(told, headers=wire.etag(answer))


@router.get("/compare")
def side_by_side(a: str, b: str, services: Serving, caller: Asking, accept: Accept = None) -> Any:
    """Two requests step by step, which stands higher and which the queue has first, and what decides."""
    unseen.refuse(services, caller, a, b)
    return compared.comparison(services, caller, compare.compare(services, caller, a, b), accept=accept)


@router.get("/reports/fairness")
def fairness_report(services: Serving, accept: Accept = None) -> Any:
    """Grades, promises and waiting by tier, and what the grades would be without value."""
    language = choose_language(locale=None, accept=accept, detected=OTHERWISE)
    return as_data(services, fairness.report(services), language)


@router.get("/requests/{request_id}/history")
def history(request_id: str, services: Serving, caller: Asking, accept: Accept = None) -> Any:
    """Every assessment of a request, oldest first, and why each was made; messages; for staff reviews too."""
    course = intake.history(services, caller, request_id)
    return history_wire.history(services, caller, course, accept=accept)


@router.get("/model")
def model(services: Serving) -> Any:
    """The model that answers now."""
    if services.engine.model is None:
        raise UnavailableError("There is no model to answer yet; try again soon.")
    return wire.model(services.engine.model, services.policy)
