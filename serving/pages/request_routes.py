"""The routes of the queue's page and of a request's: one line of work each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, Response

from features.errors import ConflictError, InputError, UnavailableError
from features.reviews import Purpose
from serving import claims, model_versions, progress, quality, review, undo
from serving.api.guard import Serving
from serving.holding import OutdatedError
from serving.pages import deciding
from serving.pages.admission import admitted, check_role, theirs
from serving.pages.models_view import models_view
from serving.pages.quality import quality_view
from serving.pages.quarantine_view import waiting_told
from serving.pages.queue_address import Asked, asked, asked_in
from serving.pages.queue_view import queue_view
from serving.pages.rendering import reader_of, respond
from serving.pages.request_page import request_page, sign_in_first
from serving.pages.review_form import PREVIEW, TypedReview
from serving.pages.signing import to
from serving.pages.visitors import Visitor, is_theirs, require_same_origin, visitor_of
from serving.services import Services

router = APIRouter(include_in_schema=False)
same_origin = Depends(require_same_origin)
Word = Annotated[str, Form()]
FAULTS = {"reason": "review.fault.reason", "fields": "review.fault.nothing"}
"""The box at fault -> the key of the sentence that says so."""


@router.get("/queue")
def queue_page(request: Request, services: Serving, done: str = "") -> Response:
    """Open requests in the order of work."""
    visitor, reader = admitted(request, services, "GET", "/queue"), reader_of(request, services)
    wish = asked(request.query_params.multi_items())
    may_review = deciding.MAY_REVIEW.allows(visitor.caller)
    view = queue_view(reader, visitor, wish, may_review=may_review)
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("lang", "done")]
    last = deciding.last_review(reader, visitor, done)
    return respond(
        request,
        reader,
        "queue.html",
        visitor=visitor,
        kept=kept,
        view=view,
        last=last,
        may_review=may_review,
    )


@router.get("/quality")
def quality_page(request: Request, services: Serving) -> Response:
    """How good answers and reviews are, for whoever may read reports."""
    visitor, reader = admitted(request, services, "GET", "/quality"), reader_of(request, services)
    view = quality_view(reader, quality.report(services))
    told = waiting_told(reader)
    return respond(request, reader, "quality.html", visitor=visitor, view=view, set_aside=told)


@router.get("/models")
def models_page(request: Request, services: Serving, version: str | None = None) -> Response:
    """Versions of the model and the gate's verdict on one of them, for whoever may read reports."""
    visitor, reader = admitted(request, services, "GET", "/models"), reader_of(request, services)
    view = models_view(reader, model_versions.report(services, version=version))
    kept = [] if version is None else [("version", version)]
    told = waiting_told(reader)
    return respond(request, reader, "models.html", visitor=visitor, kept=kept, view=view, set_aside=told)


@router.post("/queue/next", dependencies=[same_origin])
def take_next(
    request: Request, services: Serving, csrf: Word = "", filters: Word = "", skip: Word = ""
) -> Response:
    """Claim the first request that nobody is at and nobody has judged, and go there. skip: not this one."""
    visitor = theirs(request, services, "/queue/next", csrf)
    if skip:
        deciding.keep_away(services, visitor.caller, skip)
    return _next(request, services, visitor, asked_in(filters))


@router.get("/requests/{request_id}")
def show_request(request: Request, services: Serving, request_id: str) -> Response:
    """One request, with the form to review it."""
    visitor = admitted(request, services, "GET", "/requests/{request_id}")
    return request_page(request, services, visitor, request_id)


@router.post("/requests/{request_id}", dependencies=[same_origin])
def add_review(
    request: Request, services: Serving, request_id: str, typed: TypedReview, csrf: Word = ""
) -> Response:
    """Keep a review, or show what it would come to. Whatever goes wrong, what was typed stands again."""
    visitor = visitor_of(request, services)
    if visitor is None:
        return sign_in_first(request, services, request_id, typed)
    check_role(visitor, "POST", "/requests/{request_id}")

    def again(fault: str | None, status: int, *, previewed: bool = False) -> Response:
        return request_page(
            request,
            services,
            visitor,
            request_id,
            typed=typed,
            fault=fault,
            status=status,
            previewed=previewed,
        )

    if not is_theirs(visitor, csrf):
        return again("fault.form", 403)
    if typed.do == PREVIEW:
        return again(None, 200, previewed=True)
    try:
        purpose = deciding.keep(services, visitor.caller, request_id, typed)
    except OutdatedError:
        return again("review.outdated", 412)
    except ConflictError:
        return again("review.refused", 409)
    except InputError as error:
        return again(FAULTS.get(error.field or "", "review.fault.other"), 422)
    except UnavailableError:
        return again("review.offline", 503)
    if purpose is Purpose.BLIND or not typed.go_on:
        query = urlencode({"done": request_id, "filters": typed.filters})
        return to(request, f"/requests/{request_id}?{query}")
    deciding.let_go(services, visitor.caller, request_id)
    return _next(request, services, visitor, asked_in(typed.filters), done=request_id)


@router.post("/requests/{request_id}/preview", dependencies=[same_origin])
def preview(
    request: Request, services: Serving, request_id: str, typed: TypedReview, csrf: Word = ""
) -> Response:
    """The grade that a review would come to, for the page's script."""
    visitor = theirs(request, services, "/requests/{request_id}/preview", csrf)
    told = deciding.foreseen(reader_of(request, services), visitor.caller, request_id, typed)
    return JSONResponse({"grade": told.grade, "words": told.words, "waits": told.waits})


@router.post("/requests/{request_id}/undo", dependencies=[same_origin])
def undo_review(
    request: Request,
    services: Serving,
    request_id: str,
    csrf: Word = "",
    review_id: Word = "",
    version: Annotated[int, Form()] = 0,
) -> Response:
    """Take one's own newest review back."""
    visitor = theirs(request, services, "/requests/{request_id}/undo", csrf)
    return _changed(
        request,
        services,
        visitor,
        request_id,
        lambda: undo.undo(services, visitor.caller, request_id, review_id, versions={version}),
    )


@router.post("/requests/{request_id}/second", dependencies=[same_origin])
def second_word(
    request: Request,
    services: Serving,
    request_id: str,
    csrf: Word = "",
    review_id: Word = "",
    do: Word = "",
    version: Annotated[int, Form()] = 0,
) -> Response:
    """Confirm or reject an override that waits for a second person."""
    visitor = theirs(request, services, "/requests/{request_id}/second", csrf)
    said, seen = do == "confirm", {version}
    return _changed(
        request,
        services,
        visitor,
        request_id,
        lambda: review.second(services, visitor.caller, request_id, review_id, confirmed=said, versions=seen),
    )


@router.post("/requests/{request_id}/work", dependencies=[same_origin])
def work_on(request: Request, services: Serving, request_id: str, csrf: Word = "", do: Word = "") -> Response:
    """Claim it, let it go, note the first answer, close it or open it again."""
    visitor = theirs(request, services, "/requests/{request_id}/work", csrf)
    caller = visitor.caller
    deeds = {
        "claim": lambda: claims.claim(services, caller, request_id),
        "take_over": lambda: claims.claim(services, caller, request_id, take_over=True),
        "release": lambda: claims.release(services, caller, request_id),
        "answered": lambda: progress.answered(services, caller, request_id),
        "close": lambda: progress.close(services, caller, request_id),
        "reopen": lambda: progress.reopen(services, caller, request_id),
    }
    if do not in deeds:
        raise InputError(f"do: there is no {do[:40]!r}; choose one of {', '.join(deeds)}.", field="do")
    return _changed(request, services, visitor, request_id, deeds[do])


def _next(request: Request, services: Services, visitor: Visitor, wish: Asked, *, done: str = "") -> Response:
    """The next request to judge, claimed; the queue where there is none."""
    number = deciding.claim_next(services, visitor.caller, wish)
    query = urlencode([each for each in (("done", done), ("filters", wish.filters)) if each[1]])
    if number is None:
        return to(request, f"/queue?{wish.filters}&done={done or 'none'}")
    return to(request, f"/requests/{number}?{query}")


def _changed(
    request: Request, services: Services, visitor: Visitor, request_id: str, change: Callable[[], object]
) -> Response:
    """The page after a change; with a word on why, where it could not be made."""
    try:
        change()
    except OutdatedError:
        return request_page(request, services, visitor, request_id, fault="review.outdated", status=412)
    except ConflictError:
        return request_page(request, services, visitor, request_id, fault="review.refused", status=409)
    return to(request, f"/requests/{request_id}")
