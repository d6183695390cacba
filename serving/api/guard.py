"""What stands before each route of the API: a key, its role, and a body of the kind that the route takes.

It is asked before the body is read, so whoever has no key has no say.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from features.errors import AccessError
from serving.access.roles import RULES, Caller, Rule
from serving.api.problems import problem
from serving.services import Services

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def services_of(request: Request) -> Services:
    """The services of the app that a request came to."""
    services: Services = request.app.state.services
    return services


def caller_of(request: Request) -> Caller:
    """Who asks; the guard found out."""
    caller: Caller = request.state.caller
    return caller


Serving = Annotated[Services, Depends(services_of)]
Asking = Annotated[Caller, Depends(caller_of)]


class GuardedRoute(APIRoute):
    """A route that asks the table of rules first. It is refused at start if the table has no rule for it."""

    def get_route_handler(self) -> Handler:
        """The handler, behind the guard."""
        handler = super().get_route_handler()
        takes_body = self.body_field is not None
        takes_form = self.body_field is not None and isinstance(self.body_field.field_info, Form)
        rules = {method: RULES[method, self.path_format] for method in self.methods or () if method != "HEAD"}

        async def guarded(request: Request) -> Response:
            request.state.caller = await run_in_threadpool(_admit, request, rules[request.method])
            if takes_form and not _is_form(request):
                return problem(415, "Send the file as multipart/form-data, in the field `file`.")
            if takes_body and not takes_form and not _is_json(request):
                return problem(415, "Send the body as application/json in UTF-8.")
            return await handler(request)

        return guarded


def _admit(request: Request, rule: Rule) -> Caller:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise AccessError("Send a key: Authorization: Bearer KEY.", known=False)
    services = services_of(request)
    caller = services.keys.verify(key.strip())
    services.rates.take(caller.key_id or caller.name)
    if not rule.allows(caller):
        raise AccessError(f"A key with the role {caller.role.value} may not do this.", known=True)
    return caller


def _is_form(request: Request) -> bool:
    kind, _, _ = request.headers.get("content-type", "").partition(";")
    return kind.strip().lower() == "multipart/form-data"


def _is_json(request: Request) -> bool:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    name, _, charset = parameters.strip().partition("=")
    utf8 = name.strip().lower() != "charset" or charset.strip(' "').lower() in ("utf-8", "utf8")
    return kind.strip().lower() == "application/json" and utf8
