"""The routes of messages that follow a request: one line of work each."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from serving import messages
from serving.access.roles import Caller
from serving.api import message_wire, wire
from serving.api.conditions import IdempotencyKey, use_of
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.message_schemas import MessageIn
from serving.api.routes import Accept
from serving.messages import Followed
from serving.services import Services

router = APIRouter(prefix="/v1/requests/{request_id}", route_class=GuardedRoute)


@router.post("/messages", status_code=201)
def follow(
    request_id: str,
    body: MessageIn,
    request: Request,
    services: Serving,
    caller: Asking,
    key: IdempotencyKey = None,
    accept: Accept = None,
) -> JSONResponse:
    """Keep what was written after a request, and assess the request anew of all that was said.

    200: it was stored before. 202: it is kept, and read later. A message that only asks where the request is
    counts in `chased` and moves nothing. Labels that a person gave stand, and deadlines stay.
    """
    use = use_of(services, caller, request, key, body)
    return told(
        services, caller, messages.follow(services, caller, request_id, body.written(), use=use), accept
    )


@router.get("/messages")
def followed(request_id: str, services: Serving, caller: Asking) -> Any:
    """Every message to a request, oldest first."""
    return message_wire.messages(caller, *messages.of_request(services, caller, request_id))


def told(services: Services, caller: Caller, made: Followed, accept: str | None) -> JSONResponse:
    """The request as it stands, with the message."""
    answer = wire.answer(services, caller, made.answer, accept=accept)
    answer |= {"message": message_wire.message(caller, made.message)}
    return JSONResponse(answer, made.outcome.value, headers=wire.etag(made.answer))
