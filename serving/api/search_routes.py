"""The route of full-text search."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from serving import search
from serving.api import cursors, wire
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.routes import Accept

router = APIRouter(prefix="/v1", route_class=GuardedRoute)


@router.get("/search")
def find(
    q: str,
    services: Serving,
    caller: Asking,
    accept: Accept = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Any:
    """Requests whose subject, text or external id hold all words of the query, newest first.

    Chinese is found by any run of characters, from one on.
    """
    found, more = search.search(services, q, limit=limit, before=cursors.read_number(cursor))
    items = wire.answers(services, caller, found, accept=accept)
    return {"items": items, "next": cursors.write_number(more)}
