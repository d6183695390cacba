"""Errors as RFC 9457 problems: one handler for the whole tree of features.errors.

A fault of ours is a 500 with an id that is in the log, next to where it happened and without its
message: a message may quote what a person wrote.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from features.errors import (
    AccessError,
    ConflictError,
    InputError,
    NotFoundError,
    RateError,
    StorageError,
    TriageError,
    UnavailableError,
)
from serving.api.root_path import route_path
from serving.intake import TooLongError

log = logging.getLogger(__name__)

ROOMS = tuple(Path(__file__).parents[2] / name for name in ("serving", "features"))
Errors = Sequence[Mapping[str, str | None]]
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "2"
FOR_PROGRAMS = ("/v1/", "/metrics")
"""Paths whose problems are never told as a page."""


class UnconditionalError(InputError):
    """A change that must name the version it was made of: 428."""


STATUSES: Mapping[type[TriageError], int] = {
    TooLongError: 413,
    UnconditionalError: 428,
    ConflictError: 409,
    InputError: 422,
    NotFoundError: 404,
    UnavailableError: 503,
}
"""The nearest class in an error's line decides; any other is a fault of ours."""


def problem(
    status: int, detail: str, *, errors: Errors = (), headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """A problem as JSON."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": list(errors),
        **more,
    }
    return JSONResponse(_sendable(content), status, dict(headers or {}), media_type=MEDIA_TYPE)


def of_error(error: TriageError, *, new_id: Callable[[], str]) -> JSONResponse:
    """One of this project's errors as a problem."""
    field = getattr(error, "field", None)
    errors = [{"field": field, "message": str(error)}] if field else []
    if isinstance(error, AccessError):
        headers = {} if error.known else {"WWW-Authenticate": "Bearer"}
        return problem(403 if error.known else 401, str(error), errors=errors, headers=headers)
    if isinstance(error, StorageError):
        return _away(error, new_id())
    if isinstance(error, RateError):
        return problem(429, str(error), headers={"Retry-After": str(error.seconds)})
    status = next((STATUSES[each] for each in type(error).__mro__ if each in STATUSES), None)
    if status is None:
        return fault(error, new_id=new_id)
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
    return problem(status, str(error), errors=errors, headers=headers)


def _away(error: StorageError, number: str) -> JSONResponse:
    log.error("Fault %s: %s", number, error)
    told = f"The database does not answer now; try again soon. The id of this is {number}."
    return problem(503, told, headers={"Retry-After": RETRY_SECONDS}, id=number)


def of_validation(error: RequestValidationError) -> JSONResponse:
    """What does not meet a schema: 400 where it is no JSON at all, else 422 with a line for each field."""
    found = error.errors()
    unread = next((each for each in found if _is_unread(each)), None)
    if unread is not None:
        reason = unread.get("ctx", {}).get("error", "it is empty")
        return problem(400, f"The body is not JSON: {reason}.")
    lines = [{"field": _dotted(each["loc"]), "message": str(each["msg"])} for each in found]
    return problem(422, "; ".join(f"{line['field']}: {line['message']}" for line in lines), errors=lines)


def _is_unread(found: Mapping[str, Any]) -> bool:
    kind, location = found["type"], tuple(found["loc"])
    return bool(kind == "json_invalid" or (kind == "missing" and location == ("body",)))


def _dotted(location: Sequence[str | int]) -> str:
    """`body.customer.revenue` is `customer.revenue` to the caller; `[key]` marks a fault in a name itself."""
    steps = [str(step) for step in (location[1:] if len(location) > 1 else location)]
    return ".".join(steps[:-1] if steps[-1] == "[key]" else steps)


def fault(error: Exception, *, new_id: Callable[[], str]) -> JSONResponse:
    """A fault of ours: logged with where it happened under an id, which is all that the caller is told."""
    number = new_id()
    frames = list(reversed(traceback.extract_tb(error.__traceback__)))
    ours = [frame for frame in frames if any(Path(frame.filename).is_relative_to(room) for room in ROOMS)]
    shown = dict.fromkeys(f"{each.filename}:{each.lineno} {each.name}" for each in [*frames[:1], *ours])
    where = " < ".join(list(shown)[:10])
    log.error("Fault %s: %s at %s", number, type(error).__name__, where)
    return problem(500, f"Something is wrong on our side; tell us the id {number}.", id=number)


def _sendable(value: Any) -> Any:
    """The content with half characters written out: a message may quote a key that holds one."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _sendable(each) for key, each in value.items()}
    return [_sendable(each) for each in value] if isinstance(value, list) else value


Page = Callable[[Request, JSONResponse], Response | None]
"""Makes a page of a problem, for someone with a browser; None where the JSON will do."""


def install(app: FastAPI, *, new_id: Callable[[], str], page: Page | None = None) -> None:
    """Answer every error of this app with a problem. page: for what is not for programs."""

    def shown(request: Request, made: JSONResponse) -> Response:
        if page is None or route_path(request.scope).startswith(FOR_PROGRAMS):
            return made
        return page(request, made) or made

    def on_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, TriageError)  # noqa: S101 - it is registered for these alone
        return shown(request, of_error(error, new_id=new_id))

    def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return shown(request, of_validation(error))

    def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        return shown(request, problem(error.status_code, str(error.detail), headers=error.headers))

    app.add_exception_handler(TriageError, on_error)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
