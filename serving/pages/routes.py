"""The routes of the pages: one line of work each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request
from starlette.responses import Response

from features.errors import AccessError, InputError
from serving import compare, fairness, unseen
from serving.access import sessions
from serving.access.sessions import SignIn
from serving.api.guard import Serving
from serving.pages import quarantine_routes, request_routes, signing, way_back
from serving.pages.card import card
from serving.pages.comparison import compare_view
from serving.pages.examples import EXAMPLES
from serving.pages.fairness import fairness_view
from serving.pages.matrix import matrix, promises
from serving.pages.overview import overview
from serving.pages.problems import SIGN_IN, problem_page
from serving.pages.rendering import REPORTS, Pages, pages_of, reader_of, respond
from serving.pages.request_page import request_page
from serving.pages.review_form import TypedReview
from serving.pages.signing import Proof, proof_of, to
from serving.pages.trial import NOTHING, Draft, Fault, Trial, attempt, draft_of
from serving.pages.visitors import (
    SESSION_COOKIE,
    Visitor,
    is_theirs,
    let_in,
    let_out,
    require_same_origin,
    require_visitor,
    visitor_of,
)
from serving.services import Services

__all__ = ["mount", "problem_page", "router"]

router = APIRouter(
    include_in_schema=False,
    # A Chinese character takes nine bytes in a form: the longest text that is stored must fit.
    form_limits={"max_part_size": 4_000_000, "max_fields": 100},
)


@dataclass(frozen=True)
class Picks:
    """The rows ticked to be compared. fault: the key of what is wrong with them."""

    fault: str | None = None
    ids: tuple[str, ...] = ()


NO_PICKS = Picks()
Typed = Annotated[Draft, Depends(draft_of)]
Token = Annotated[str, Form()]
Shown = Annotated[Proof, Depends(proof_of)]
Asked = Annotated[str, Depends(way_back.of_address)]
Wanted = Annotated[str, Depends(way_back.of_form)]
same_origin = Depends(require_same_origin)
ROUTERS = (router, request_routes.router, quarantine_routes.router)
"""Where the routes of the pages are; create_app adds the first by itself."""


def mount(app: FastAPI) -> None:
    """Read templates, words and files; create_app calls this once."""
    app.state.pages = Pages.read()
    for each in ROUTERS[1:]:
        app.include_router(each)


@router.get("/")
def first_page(request: Request, services: Serving) -> Response:
    """The form and the samples."""
    return _first_page(request, services, require_visitor(request, services), Trial())


@router.post("/", dependencies=[same_origin])
def try_request(request: Request, services: Serving, draft: Typed, csrf: Token = "") -> Response:
    """The same page with the answer to what was typed. A session that is over loses no words."""
    visitor = visitor_of(request, services)
    if visitor is None:
        return _sign_in_page(request, services, "sign_in.over", status=401, draft=draft)
    if not is_theirs(visitor, csrf):
        fault = Fault(key="fault.form", status=403)
        return _first_page(request, services, visitor, Trial(draft=draft, fault=fault))
    return _first_page(request, services, visitor, attempt(services, visitor.caller, draft))


@router.get("/compare")
def compare_page(
    request: Request,
    services: Serving,
    a: str = "",
    b: str = "",
    pick: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """Two requests side by side; the first page again, with a clear word, where not two were chosen."""
    visitor = require_visitor(request, services)
    picked = list(dict.fromkeys(pick or []))
    if len(picked) == 2:
        return to(request, f"/compare?{urlencode({'a': picked[0], 'b': picked[1]})}#main")
    if picked or not (a and b):
        return _first_page(request, services, visitor, Trial(), picks=Picks("pick.number", tuple(picked)))
    try:
        return _compare_page(request, services, visitor, a, b)
    except InputError:
        return _first_page(request, services, visitor, Trial(), picks=Picks("pick.same", (a,)))


@router.get("/fairness")
def fairness_page(request: Request, services: Serving) -> Response:
    """The fairness report, for whoever may read reports. Raises AccessError for others."""
    visitor = require_visitor(request, services)
    if not REPORTS.allows(visitor.caller):
        raise AccessError("The fairness report is for leads, scientists and admins.", known=True)
    reader = reader_of(request, services)
    view = fairness_view(reader, fairness.report(services))
    return respond(request, reader, "fairness.html", visitor=visitor, view=view)


@router.get("/sign-in")
def sign_in_page(request: Request, services: Serving, wanted: Asked, token: str | None = None) -> Response:
    """The form to sign in with a key; or signed in, where a one-time link led here."""
    if token is not None:
        return _redeem(request, services, token)
    if visitor_of(request, services) is not None:
        return to(request, wanted)
    return _sign_in_page(request, services, back=wanted)


@router.get("/sign-in/{token}")
def follow_link(request: Request, services: Serving, token: str) -> Response:
    """A one-time link."""
    return _redeem(request, services, token)


@router.post("/sign-in", dependencies=[same_origin])
def sign_in(
    request: Request, services: Serving, draft: Typed, proof: Shown, review: TypedReview, wanted: Wanted
) -> Response:
    """Sign in by a password or a key; what was typed before the session was over stands in the box again, and
    who asked for a page comes to it."""
    try:
        signed = signing.signed_in(request, services, proof)
    except AccessError as error:
        why, status = signing.refusal(error)
        carried = review.pairs() if review.request_id else ()
        return _sign_in_page(request, services, why, status=status, draft=draft, carried=carried, back=wanted)
    visitor = Visitor(sessions.caller_of(signed.session), signed.session.csrf, signed.session.id)
    if review.request_id:
        page = request_page(request, services, visitor, review.request_id, typed=review, fault="review.again")
        return _let_in(request, services, signed, page)
    if draft.is_empty:
        return _let_in(request, services, signed, to(request, wanted))
    return _let_in(request, services, signed, _first_page(request, services, visitor, Trial(draft=draft)))


@router.post("/sign-out", dependencies=[same_origin])
def sign_out(request: Request, services: Serving, csrf: Token = "") -> Response:
    """End the session. Raises AccessError where the form is not theirs."""
    visitor = visitor_of(request, services)
    if visitor is not None and not is_theirs(visitor, csrf):
        raise AccessError("This form is from another session; go back and try again.", known=True)
    sessions.sign_out(services, request.cookies.get(SESSION_COOKIE, ""))
    response = to(request, SIGN_IN)
    let_out(request, response)
    return response


@router.get("/sessions")
def sessions_page(request: Request, services: Serving) -> Response:
    """Where one is signed in; for an admin, where anybody is."""
    visitor, reader = require_visitor(request, services), reader_of(request, services)
    rows = signing.sessions_view(reader, visitor, sessions.listed(services, visitor.caller))
    return respond(request, reader, "sessions.html", visitor=visitor, rows=rows)


@router.post("/sessions/end", dependencies=[same_origin])
def end_session(
    request: Request, services: Serving, csrf: Token = "", session: Annotated[str, Form()] = ""
) -> Response:
    """End a session. Raises AccessError where the form is not theirs."""
    visitor = require_visitor(request, services)
    if not is_theirs(visitor, csrf):
        raise AccessError("This form is from another session; go back and try again.", known=True)
    sessions.end(services, visitor.caller, session)
    return to(request, "/sessions")


@router.get("/static/{name}")
def static(request: Request, name: str, v: str = "") -> Response:
    """One of the files that pages link to."""
    return pages_of(request).assets.respond(name, v)


def _compare_page(request: Request, services: Services, visitor: Visitor, a: str, b: str) -> Response:
    reader = reader_of(request, services)
    unseen.refuse(services, visitor.caller, a, b)
    made = compare.compare(services, visitor.caller, a, b)
    view = compare_view(reader, made)
    return respond(request, reader, "compare.html", visitor=visitor, kept=(("a", a), ("b", b)), view=view)


def _first_page(
    request: Request,
    services: Services,
    visitor: Visitor,
    trial: Trial,
    *,
    picks: Picks = NO_PICKS,
) -> Response:
    reader = reader_of(request, services)
    seen = overview(reader, picked=picks.ids)
    names = {each.id: each.name for _, tier in seen.customers for each in tier}
    customer = names.get(trial.draft.customer_id, trial.draft.customer_id) or None
    answer = trial.answer
    return respond(
        request,
        reader,
        "triage.html",
        visitor=visitor,
        status=422 if picks.fault else trial.status,
        kept=[("pick", each) for each in picks.ids],
        pick_fault=picks.fault,
        pick_number=len(picks.ids),
        overview=seen,
        examples=EXAMPLES,
        draft=trial.draft,
        fault=trial.fault,
        card=None if answer is None else card(reader, answer.assessment, customer=customer),
        matrix=matrix(reader),
        promises=promises(reader),
    )


def _sign_in_page(
    request: Request,
    services: Services,
    fault: str | None = None,
    *,
    status: int = 200,
    draft: Draft = NOTHING,
    carried: Sequence[tuple[str, str]] = (),
    back: str = "/",
) -> Response:
    """back: the page to go to afterwards, where nothing that was typed waits."""
    reader, kept = reader_of(request, services), [] if back == "/" else [(way_back.NEXT, back)]
    return respond(
        request,
        reader,
        "sign_in.html",
        status=status,
        kept=kept,
        fault=fault,
        draft=draft,
        carried=[*carried, *kept],
        typed=bool(carried),
    )


def _redeem(request: Request, services: Services, token: str) -> Response:
    """Signed in by a one-time link. A browser that only loads ahead must not use it up."""
    if "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=503)
    try:
        signed = sessions.redeem(services, token)
    except AccessError:
        if visitor_of(request, services) is not None:
            return to(request, "/")
        return _sign_in_page(request, services, "sign_in.used_link", status=401)
    if sessions.caller_of(signed.session).is_intake:
        sessions.sign_out(services, signed.secret)
        return _sign_in_page(request, services, "sign_in.intake", status=403)
    return _let_in(request, services, signed, to(request, "/"))


def _let_in(request: Request, services: Services, signed: SignIn, response: Response) -> Response:
    let_in(request, response, signed, hours=services.settings.session_hours)
    return response
