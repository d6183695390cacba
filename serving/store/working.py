"""What is written on a request's row while it is worked: reviews, claims, the first answer, the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from features.reviews import Review
from serving.store import assessments as made_assessments
from serving.store import placing, reviews
from serving.store.assessments import Basis, Made
from serving.store.placing import Place
from serving.store.requests import Claim, Status, Stored
from serving.store.tables import assessments, requests


def hold(connection: Connection, request_id: str) -> None:
    """Hold a request's row until the transaction ends. SQLite has one writer, so there it holds by itself."""
    connection.execute(select(requests.c.id).where(requests.c.id == request_id).with_for_update())


def has_assessment(connection: Connection, request_id: str, assessment_id: str) -> bool:
    """Whether an assessment is one of this request."""
    named = (assessments.c.id == assessment_id, assessments.c.request_id == request_id)
    return connection.execute(select(assessments.c.id).where(*named)).first() is not None


def reviewed(
    connection: Connection,
    before: Stored,
    *,
    review: Review | None,
    made: Made | None,
    basis: Basis,
    place: Place,
) -> None:
    """Store a review, or what a second person said (None), with what it came to. The caller holds the row.

    made: the new assessment; None where the present one stands.
    """
    if made is not None:
        connection.execute(insert(assessments).values(made_assessments.row(made)))
    if review is not None:
        reviews.add(connection, review)
    change = {
        "assessment_id": before.assessment_id if made is None else made.id,
        "review_count": before.review_count + (review is not None),
        **({} if made is None else _regraded(basis, place)),
    }
    _change(connection, before, change)


def _regraded(basis: Basis, place: Place) -> dict[str, Any]:
    return {
        "policy_hash": basis.policy_hash,
        "facts_version": basis.facts_version,
        **placing.columns(place),
    }


def answered(connection: Connection, before: Stored, *, at: datetime) -> None:
    """Note a person's first answer. The caller holds the row."""
    _change(connection, before, {"answered_at": at})


def closed(connection: Connection, before: Stored, *, at: datetime) -> None:
    """Close an open request, and let go of it. The caller holds the row."""
    free = {"claimed_by": None, "claimed_until": None}
    _change(connection, before, {"status": Status.CLOSED.value, "closed_at": at, **free})


def reopened(connection: Connection, before: Stored) -> None:
    """Open a closed request again. The caller holds the row."""
    _change(connection, before, {"status": Status.OPEN.value, "closed_at": None})


def _change(connection: Connection, before: Stored, change: dict[str, Any]) -> None:
    its_row = update(requests).where(requests.c.id == before.id)
    connection.execute(its_row.values(version=before.version + 1, **change))


def claim(connection: Connection, request_id: str, claim: Claim, *, now: datetime, take_over: bool) -> bool:
    """Take an open request that nobody else is at; take_over: whoever is. False where it may not be had.

    A claim makes no new version: it says nothing of the request.
    """
    theirs = update(requests).where(requests.c.id == request_id, requests.c.status == Status.OPEN.value)
    if not take_over:
        theirs = theirs.where(or_(nobody_is_at(now), requests.c.claimed_by == claim.by))
    return connection.execute(theirs.values(claimed_by=claim.by, claimed_until=claim.until)).rowcount == 1


def release(connection: Connection, request_id: str) -> None:
    """Let go of a request. The caller holds the row."""
    its_row = update(requests).where(requests.c.id == request_id)
    connection.execute(its_row.values(claimed_by=None, claimed_until=None))


def nobody_is_at(now: datetime) -> ColumnElement[bool]:
    """That no claim on a request holds."""
    return or_(requests.c.claimed_until.is_(None), requests.c.claimed_until <= now)
