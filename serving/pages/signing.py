"""Signing in on a page, and where one is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from features.errors import AccessError
from serving.access import sessions
from serving.access.sessions import PasswordError, SignIn
from serving.pages.rows import iso
from serving.pages.visitors import Visitor, root_of
from serving.pages.words import Reader
from serving.services import Services
from serving.store.sessions import Session


@dataclass(frozen=True)
class Proof:
    """What someone shows to be let in: a name and a password, or a key."""

    key: str
    name: str
    password: str


def proof_of(
    key: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Proof:
    """What the form holds."""
    return Proof(key=key.strip(), name=name, password=password)


def signed_in(request: Request, services: Services, proof: Proof) -> SignIn:
    """The session begun. Raises AccessError where the proof lets nobody in."""
    if not proof.name:
        return sessions.sign_in_with_key(services, proof.key)
    address = "unknown" if request.client is None else request.client.host
    return sessions.sign_in_with_password(services, proof.name, proof.password, address=address)


def refusal(error: AccessError) -> tuple[str, int]:
    """The key of the sentence that says so, and the status."""
    if isinstance(error, PasswordError):
        return "sign_in.wrong_password", 401
    return ("sign_in.intake", 403) if error.known else ("sign_in.unknown_key", 401)


def to(request: Request, path: str) -> Response:
    """The way to another page, after a form."""
    return RedirectResponse(root_of(request) + path, 303)


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session as shown. here: whether it is this browser's."""

    id: str
    name: str
    role: str
    began: str
    began_iso: str
    ends: str
    ends_iso: str
    here: bool


def sessions_view(reader: Reader, visitor: Visitor, found: Sequence[Session]) -> list[SessionRow]:
    """The rows of the page of sessions."""
    return [
        SessionRow(
            id=each.id,
            name=each.name,
            role=reader.name("role", each.role),
            began=reader.moment(each.created_at),
            began_iso=iso(each.created_at),
            ends=reader.moment(each.expires_at),
            ends_iso=iso(each.expires_at),
            here=each.id == visitor.session_id,
        )
        for each in found
    ]
