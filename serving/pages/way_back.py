"""The page that someone asked for before they had to sign in: a path of this service and nothing else."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.requests import Request

from serving.api.root_path import route_path

NEXT = "next"
LONGEST = 2000
_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""Printable ASCII without a backslash, and no second slash at the start: browsers read `//host` and `/\\host`
as the address of another site."""
_NOT_PAGES = ("/sign-in", "/sign-out", "/static/", "/v1/")


def asked_for(request: Request) -> str:
    """The address to sign in at, which leads back to the page that was asked for; without one for a form."""
    path = route_path(request.scope)
    query = request.url.query
    wanted = f"{path}?{query}" if query else path
    if request.method != "GET" or path == "/" or checked(wanted) != wanted:
        return ""
    return f"?{urlencode({NEXT: wanted})}"


def checked(path: str) -> str:
    """The path if it is one of this service's pages, else that of the first page."""
    if len(path) > LONGEST or not _PATH.fullmatch(path) or path.startswith(_NOT_PAGES):
        return "/"
    return path


def of_form(wanted: Annotated[str, Form(alias=NEXT)] = "/") -> str:
    """What a form says of it."""
    return checked(wanted)


def of_address(wanted: Annotated[str, Query(alias=NEXT)] = "/") -> str:
    """What an address says of it."""
    return checked(wanted)
