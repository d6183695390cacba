"""The routes that say why, and what is alike: one line of work each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from serving import similar, unseen, why
from serving.api import why_wire
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.routes import Accept

router = APIRouter(prefix="/v1/requests/{request_id}", route_class=GuardedRoute)


@router.get("/why")
def say_why(
    request_id: str,
    services: Serving,
    caller: Asking,
    accept: Accept = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Any:
    """The words that moved each field's label, at most `limit` of them, and the labels that came next.

    409: it waits for its assessment, its words were erased, or the caller is to judge it before its
    prediction is shown.
    """
    unseen.refuse(services, caller, request_id)
    return why_wire.why(services, caller, why.why(services, caller, request_id), limit=limit, accept=accept)


@router.get("/similar")
def find_similar(
    request_id: str,
    services: Serving,
    caller: Asking,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Any:
    """Past requests that are like it, the nearest first; of near-duplicates the nearest, and how many more.

    409: its words were erased, or the caller is to judge it before its prediction is shown.
    """
    unseen.refuse(services, caller, request_id)
    return why_wire.similar(services, caller, similar.similar(services, caller, request_id, limit=limit))
