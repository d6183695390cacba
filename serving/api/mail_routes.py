"""The route of mails as they are sent: the path of requests, told from JSON by the kind of the body."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse
from starlette.routing import Match
from starlette.types import Scope

from serving import mail_intake
from serving.api import message_routes, wire
from serving.api.body_bounds import is_mail
from serving.api.conditions import IdempotencyKey
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.routes import Accept
from serving.messages import Followed
from serving.store import idempotency
from serving.store.idempotency import Use


class MailRoute(GuardedRoute):
    """A route for bodies that are mails; others are left to the next route of the path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As ever, but only for a mail."""
        if scope["type"] != "http" or not is_mail(scope):
            return Match.NONE, {}
        return super().matches(scope)


router = APIRouter(prefix="/v1", route_class=MailRoute)


async def _body(request: Request) -> bytes:
    return await request.body()


@router.post("/requests", status_code=201, include_in_schema=False)
def receive_mail(
    raw: Annotated[bytes, Depends(_body)],
    request: Request,
    services: Serving,
    caller: Asking,
    key: IdempotencyKey = None,
    accept: Accept = None,
) -> JSONResponse:
    """Store a mail, then assess it; an answer to an earlier mail follows the request that that became."""
    use = None
    if key is not None:
        use = Use(
            key=idempotency.checked(key),
            caller=caller.name,
            route=f"{request.method} {request.url.path}",
            body_hash=mail_intake.body_hash(raw),
            at=services.tools.clock(),
        )
    crowded = bool(getattr(request.state, "crowded", False))
    made = mail_intake.receive(services, caller, raw, crowded=crowded, use=use)
    if isinstance(made, Followed):
        return message_routes.told(services, caller, made, accept)
    outcome, answer = made
    told = wire.answer(services, caller, answer, accept=accept)
    return JSONResponse(told, outcome.value, headers=wire.etag(answer))
