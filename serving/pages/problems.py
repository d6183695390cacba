"""An error as a page in the same look, for someone with a browser."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from features.errors import TriageError
from serving.pages import way_back
from serving.pages.rendering import reader_of, respond
from serving.pages.visitors import Visitor, root_of, visitor_of
from serving.services import Services

TOLD = frozenset({403, 404, 405, 413, 503})
"""Statuses with words of their own."""
SIGN_IN = "/sign-in"


def problem_page(request: Request, made: JSONResponse) -> Response | None:
    """The page of a problem: whoever must sign in is sent there; None for who wants no page."""
    if made.status_code == 401:
        return RedirectResponse(root_of(request) + SIGN_IN + way_back.asked_for(request), 303)
    if "text/html" not in request.headers.get("accept", ""):
        return None
    services: Services = request.app.state.services
    page = respond(
        request,
        reader_of(request, services),
        "problem.html",
        visitor=_whoever(request, services),
        status=made.status_code,
        kind=str(made.status_code) if made.status_code in TOLD else "other",
    )
    for name in ("Allow", "Connection"):
        if name in made.headers:
            page.headers[name] = made.headers[name]
    return page


def _whoever(request: Request, services: Services) -> Visitor | None:
    """Who is signed in, as far as that can be told: the page must come even without a database."""
    try:
        return visitor_of(request, services)
    except TriageError:
        return None
