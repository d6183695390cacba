"""The route of the audit log."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from serving import audit
from serving.api import audit_wire, cursors
from serving.api.guard import GuardedRoute, Serving
from serving.store.audit import Wanted

router = APIRouter(prefix="/v1", route_class=GuardedRoute)


@router.get("/audit")
def read_audit(
    services: Serving,
    action: str | None = None,
    actor: str | None = None,
    about: Annotated[str | None, Query(alias="object")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Any:
    """Who did what to what, newest first. object: such as `request ID`."""
    wanted = Wanted(action=action, actor=actor, about=about)
    found, more = audit.newest(services, wanted, limit=limit, before=cursors.read_number(cursor))
    return {"items": [audit_wire.as_data(each) for each in found], "next": cursors.write_number(more)}
