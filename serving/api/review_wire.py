"""Reviews as the JSON of version 1, for staff."""

from __future__ import annotations

from collections.abc import Iterable

from features.outcome import Said
from features.reviews import Override, Review
from serving.api import wire
from serving.api.wire import Json
from serving.store.requests import Stored

POLICY = "policy"
"""The grade of a review that gives the grade back to the policy."""


def reviews(stored: Stored, kept: Iterable[Review]) -> Json:
    """A request and its reviews, in the order given."""
    told = {"id": stored.id, "version": stored.version, "status": stored.status.value}
    return told | {"items": items(stored, kept)}


def items(stored: Stored, kept: Iterable[Review]) -> list[Json]:
    """The reviews of a request, in the order given."""
    return [_review(each, stored.said) for each in kept]


def _review(review: Review, people: Said) -> Json:
    override = review.override
    return {
        "id": review.id,
        "version": review.version,
        "assessment_id": review.assessment_id,
        "at": wire.moment(review.at),
        "by": review.reviewer,
        "role": review.role,
        "purpose": review.purpose.value,
        "shown": review.shown,
        "fields": dict(review.labels),
        "grade": None if override is None else override.grade or POLICY,
        "override": None if override is None else _override(override, waits=people.waiting_id == review.id),
        "reason": review.reason,
        "note": review.note,
        "seconds": review.seconds,
        "selection_probability": review.selection_probability,
        "withdraws": review.withdraws,
    }


def _override(override: Override, *, waits: bool) -> Json:
    """state: `set` where nobody else had to be asked, `waits`, `confirmed`, `rejected`, or `replaced` where
    a later one came before a second person."""
    second = override.second
    if not override.waits:
        state = "set"
    elif second is not None:
        state = "confirmed" if second.confirmed else "rejected"
    else:
        state = "waits" if waits else "replaced"
    told = None
    if second is not None:
        told = {"by": second.by, "role": second.role, "at": wire.moment(second.at)}
    return {"state": state, "second": told}
