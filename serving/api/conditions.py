"""What a caller asks besides the body: only as I saw it (If-Match), and only once (Idempotency-Key)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from features.errors import InputError
from serving.access.roles import Caller
from serving.api import wire
from serving.api.guard import caller_of, services_of
from serving.api.problems import UnconditionalError, problem
from serving.holding import OutdatedError
from serving.services import Services
from serving.store import idempotency
from serving.store.idempotency import Use

IfMatch = Annotated[str | None, Header(alias="If-Match")]
IdempotencyKey = Annotated[str | None, Header(alias=idempotency.HEADER)]

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def versions(header: str | None) -> frozenset[int] | None:
    """The versions that an If-Match names; None where there is none.

    A weak one counts too: a proxy that compresses an answer makes it so, and it names the version as well.
    Raises InputError where it names no version.
    """
    if header is None:
        return None
    found = [_TAG.fullmatch(each.strip()) for each in header.split(",")]
    if not all(found):
        told = f'If-Match: {header[:40]!r} names no version; write it as the ETag has it, like "3".'
        raise InputError(told, field="If-Match")
    return frozenset(int(each[1]) for each in found if each)


def required_versions(header: str | None) -> frozenset[int]:
    """The versions that an If-Match names. Raises UnconditionalError where there is none."""
    found = versions(header)
    if found is None:
        raise UnconditionalError("Send If-Match with the version you looked at, as its ETag has it.")
    return found


def use_of(
    services: Services, caller: Caller, request: Request, key: str | None, body: BaseModel
) -> Use | None:
    """The use of the caller's key for a body; None without a key. Raises InputError where it is none."""
    if key is None:
        return None
    return Use(
        key=idempotency.checked(key),
        caller=caller.name,
        route=f"{request.method} {request.url.path}",
        body_hash=idempotency.hash_of(body.model_dump(mode="json", exclude_unset=True)),
        at=services.tools.clock(),
    )


def on_outdated(request: Request, error: Exception) -> Response:
    """412, with the request as it stands."""
    assert isinstance(error, OutdatedError)  # noqa: S101 - it is registered for these alone
    accept = request.headers.get("accept-language")
    present = wire.answer(services_of(request), caller_of(request), error.answer, accept=accept)
    return problem(412, str(error), headers=wire.etag(error.answer), present=present)
