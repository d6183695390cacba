"""The routes of the queue and of claims: one line of work each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from serving import claims, queue, unseen
from serving.api import cursors, queue_wire
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.queue_schemas import QueueFilters, QueueQuery
from serving.api.review_routes import told
from serving.api.routes import Accept

router = APIRouter(prefix="/v1", route_class=GuardedRoute)


@router.get("/queue")
def read_queue(
    asked: Annotated[QueueQuery, Query()], services: Serving, caller: Asking, accept: Accept = None
) -> Any:
    """Open requests in the order of work, filtered; each with what its place is made of."""
    after = cursors.read_place(asked.cursor)
    wanted = unseen.listed(caller, asked.wanted_by(caller))
    entries, more = queue.page(services, wanted, limit=asked.limit, after=after)
    return queue_wire.page(services, caller, entries, more, accept)


@router.post("/queue/next", responses={204: {"description": "Nobody's request is left."}})
def claim_next(
    asked: Annotated[QueueFilters, Query()], services: Serving, caller: Asking, accept: Accept = None
) -> Response:
    """Claim the first request of the queue that nobody is at. 204: there is none.

    A request that is to be judged before its prediction is seen is passed over where the filters would tell
    the prediction.
    """
    answer = claims.claim_next(services, caller, asked.wanted())
    return Response(status_code=204) if answer is None else told(services, caller, answer, accept)


@router.post("/requests/{request_id}/claim")
def claim(
    request_id: str, services: Serving, caller: Asking, take_over: bool = False, accept: Accept = None
) -> Response:
    """Claim an open request for a while, or go on with one's own. 409: another is at it, and until when.

    take_over: though another is at it; for leads.
    """
    answer = claims.claim(services, caller, request_id, take_over=take_over)
    return told(services, caller, answer, accept)


@router.post("/requests/{request_id}/release")
def release(request_id: str, services: Serving, caller: Asking, accept: Accept = None) -> Response:
    """Let go of a request."""
    return told(services, caller, claims.release(services, caller, request_id), accept)
