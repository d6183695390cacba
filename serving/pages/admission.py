"""Who may see a page, and whose form it is: asked first by each route of the pages of staff."""

from __future__ import annotations

from starlette.requests import Request

from features.errors import AccessError
from serving.access.roles import PAGES
from serving.pages.visitors import Visitor, is_theirs, require_visitor
from serving.services import Services


def admitted(request: Request, services: Services, method: str, path: str) -> Visitor:
    """Who is signed in and may do this. Raises AccessError."""
    visitor = require_visitor(request, services)
    check_role(visitor, method, path)
    return visitor


def check_role(visitor: Visitor, method: str, path: str) -> None:
    """Raises AccessError where the role may not do this."""
    rule = PAGES[method, path]
    if rule is None or not rule.allows(visitor.caller):
        told = f"Someone with the role {visitor.caller.role.value} may not do this."
        raise AccessError(told, known=True)


def theirs(request: Request, services: Services, path: str, csrf: str) -> Visitor:
    """Who sent a form that is really theirs. Raises AccessError."""
    visitor = admitted(request, services, "POST", path)
    if not is_theirs(visitor, csrf):
        raise AccessError("This form is from another session; go back and try again.", known=True)
    return visitor
