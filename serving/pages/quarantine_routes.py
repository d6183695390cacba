"""The routes of the page of reviews that are set aside."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from features.errors import ConflictError, InputError, NotFoundError
from serving import set_aside
from serving.access.roles import RULES
from serving.api.guard import Serving
from serving.pages.admission import admitted, theirs
from serving.pages.quarantine_view import quarantine_view
from serving.pages.rendering import reader_of, respond
from serving.pages.signing import to
from serving.pages.visitors import Visitor, require_same_origin
from serving.services import Services

router = APIRouter(include_in_schema=False)
MAY_RELEASE = RULES["POST", "/v1/quarantine/{batch}/release"]
LONGEST = 2000
"""Characters of a reason."""
Start = Annotated[int, Query(alias="from", ge=0, le=1_000_000)]


@router.get("/quarantine")
def quarantine_page(
    request: Request, services: Serving, batch: str = "", start: Start = 0, done: str = ""
) -> Response:
    """Reviews that are set aside, with the evidence. batch: one alone, its reviews from `from` on."""
    visitor = admitted(request, services, "GET", "/quarantine")
    return _page(request, services, visitor, alone=batch, start=start if batch else 0, done=done)


@router.post("/quarantine/{batch}/release", dependencies=[Depends(require_same_origin)])
def release(
    request: Request,
    services: Serving,
    batch: str,
    csrf: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Let the reviews of a batch be learnt from; where that cannot be, the page again with why."""
    visitor = theirs(request, services, "/quarantine/{batch}/release", csrf)
    if len(reason) > LONGEST:
        return _page(
            request, services, visitor, fault="quarantine.fault.long", status=422, typed=(batch, reason)
        )
    try:
        set_aside.release(services, visitor.caller, batch, reason=reason)
    except NotFoundError:
        return _page(request, services, visitor, fault="quarantine.fault.unknown", status=404)
    except ConflictError:
        return _page(request, services, visitor, fault="quarantine.fault.again", status=409)
    except InputError:
        return _page(request, services, visitor, fault="quarantine.fault.reason", status=422)
    return to(request, f"/quarantine?done={batch}")


def _page(
    request: Request,
    services: Services,
    visitor: Visitor,
    *,
    alone: str = "",
    start: int = 0,
    done: str = "",
    fault: str | None = None,
    status: int = 200,
    typed: tuple[str, str] = ("", ""),
) -> Response:
    """fault: the key of what is wrong with a form. typed: its batch and the reason that stood in it."""
    reader = reader_of(request, services)
    view = quarantine_view(reader, set_aside.report(services), alone=alone, start=start, done=done)
    kept = [("batch", alone)] if alone else []
    kept += [("from", str(start))] if start else []
    return respond(
        request,
        reader,
        "quarantine.html",
        visitor=visitor,
        status=status,
        kept=kept,
        view=view,
        fault=fault,
        typed=typed,
        longest=LONGEST,
        may_release=MAY_RELEASE.allows(visitor.caller),
    )
