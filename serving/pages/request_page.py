"""The page of one request as an answer, with whatever was typed into its form."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from features.errors import ConflictError, InputError
from serving.pages.deciding import MAY_REVIEW, Foreseen, foreseen, last_review
from serving.pages.dossier import dossier
from serving.pages.rendering import reader_of, respond
from serving.pages.request_view import request_view
from serving.pages.review_form import Typed
from serving.pages.trial import NOTHING
from serving.pages.visitors import Visitor
from serving.pages.words import Reader
from serving.review import LEADS
from serving.services import Services

BLANK = Typed(go_on=True)
"""The form of someone who just came."""


def request_page(
    request: Request,
    services: Services,
    visitor: Visitor,
    request_id: str,
    *,
    typed: Typed | None = None,
    fault: str | None = None,
    status: int = 200,
    previewed: bool = False,
) -> Response:
    """The page. typed: the form as it was sent, to stand there again; fault: the key of what is wrong.

    Raises NotFoundError where there is no such request.
    """
    reader, may_review = reader_of(request, services), MAY_REVIEW.allows(visitor.caller)
    sight = dossier(services, visitor.caller, request_id, may_review=may_review)
    filters = request.query_params.get("filters", "") if typed is None else typed.filters
    done = request.query_params.get("done", "")
    return respond(
        request,
        reader,
        "request.html",
        visitor=visitor,
        status=status,
        kept=[("filters", filters)] if filters else [],
        view=request_view(reader, visitor, sight, typed),
        typed=typed or BLANK,
        kept_form=typed is not None,
        filters=filters,
        key=services.tools.new_id(),
        fault=fault,
        told=_told(reader, visitor, request_id, typed) if typed and previewed else None,
        last=last_review(reader, visitor, done) if done else None,
        done=done,
        may_review=may_review,
        may_lead=visitor.caller.role in LEADS,
    )


def sign_in_first(request: Request, services: Services, request_id: str, typed: Typed) -> Response:
    """The way to sign in, with the review kept: its session was over."""
    reader = reader_of(request, services)
    carried = [*(pair for pair in typed.pairs() if pair[0] != "request_id"), ("request_id", request_id)]
    return respond(
        request,
        reader,
        "sign_in.html",
        status=401,
        fault="sign_in.over",
        draft=NOTHING,
        carried=carried,
        typed=True,
    )


def _told(reader: Reader, visitor: Visitor, request_id: str, typed: Typed) -> Foreseen | None:
    try:
        return foreseen(reader, visitor.caller, request_id, typed)
    except (InputError, ConflictError):
        return None
