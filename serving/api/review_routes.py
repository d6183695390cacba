"""The routes of reviews and of a request's course: one line of work each."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from serving import progress, review, unseen
from serving.access.roles import Caller
from serving.api import review_wire, wire
from serving.api.conditions import IdempotencyKey, IfMatch, required_versions, use_of, versions
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.review_schemas import ReviewIn
from serving.api.routes import Accept
from serving.assess import Answer
from serving.services import Services

router = APIRouter(prefix="/v1/requests/{request_id}", route_class=GuardedRoute)


@router.post("/reviews", status_code=201)
def add_review(
    request_id: str,
    body: ReviewIn,
    request: Request,
    services: Serving,
    caller: Asking,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
    accept: Accept = None,
) -> JSONResponse:
    """Say what is right of a request, and grade it anew. If-Match: the version looked at.

    412: it is another by now, and the problem holds the request as it stands. 428: without If-Match. The
    same Idempotency-Key again is the same review.
    """
    seen, use = required_versions(if_match), use_of(services, caller, request, key, body)
    number, answer = review.review(services, caller, request_id, body.given(), versions=seen, use=use)
    made = wire.answer(services, caller, answer, accept=accept) | {"review_id": number}
    return JSONResponse(made, 201, headers=wire.etag(answer))


@router.get("/reviews")
def reviews(request_id: str, services: Serving, caller: Asking) -> Any:
    """Every review of a request, oldest first."""
    stored, kept = review.of_request(services, caller, request_id)
    if unseen.hidden(services, caller, [stored]):
        kept = [each for each in kept if each.reviewer == caller.name]
    return review_wire.reviews(stored, kept)


@router.post("/reviews/{review_id}:confirm")
def confirm(
    request_id: str,
    review_id: str,
    services: Serving,
    caller: Asking,
    if_match: IfMatch = None,
    accept: Accept = None,
) -> JSONResponse:
    """As the second person, confirm a review's override of the grade that waits for one."""
    seen = required_versions(if_match)
    answer = review.second(services, caller, request_id, review_id, confirmed=True, versions=seen)
    return told(services, caller, answer, accept)


@router.post("/reviews/{review_id}:reject")
def reject(
    request_id: str,
    review_id: str,
    services: Serving,
    caller: Asking,
    if_match: IfMatch = None,
    accept: Accept = None,
) -> JSONResponse:
    """As the second person, reject a review's override of the grade that waits for one."""
    seen = required_versions(if_match)
    answer = review.second(services, caller, request_id, review_id, confirmed=False, versions=seen)
    return told(services, caller, answer, accept)


@router.post("/answered")
def answered(
    request_id: str, services: Serving, caller: Asking, if_match: IfMatch = None, accept: Accept = None
) -> JSONResponse:
    """A person answered for the first time: the response clock stops. Again changes nothing."""
    answer = progress.answered(services, caller, request_id, versions=versions(if_match))
    return told(services, caller, answer, accept)


@router.post(":close")
def close(
    request_id: str, services: Serving, caller: Asking, if_match: IfMatch = None, accept: Accept = None
) -> JSONResponse:
    """There is nothing left to do: out of the queue."""
    answer = progress.close(services, caller, request_id, versions=versions(if_match))
    return told(services, caller, answer, accept)


@router.post(":reopen")
def reopen(
    request_id: str, services: Serving, caller: Asking, if_match: IfMatch = None, accept: Accept = None
) -> JSONResponse:
    """There is something left to do after all: back into the queue."""
    answer = progress.reopen(services, caller, request_id, versions=versions(if_match))
    return told(services, caller, answer, accept)


def told(services: Services, caller: Caller, answer: Answer, accept: str | None) -> JSONResponse:
    """A request as it stands, with its version."""
    return JSONResponse(wire.answer(services, caller, answer, accept=accept), headers=wire.etag(answer))
