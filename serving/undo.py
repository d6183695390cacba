"""A review taken back: by a new one that says so, after which the request is graded without the first."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from features.errors import AccessError, ConflictError, NotFoundError
from features.outcome import said, standing
from features.reviews import Review
from serving import intake, slices
from serving.access.roles import Caller
from serving.assess import Answer
from serving.audit import Action, actor_of, note
from serving.ground import ground_of, regrade
from serving.holding import held
from serving.store import draws, reviews
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services


def undo(
    services: Services, caller: Caller, request_id: str, review_id: str, *, versions: Collection[int]
) -> Answer:
    """Take one's own newest review back. versions: those of the request that the person may have seen.

    Raises NotFoundError where there is no such review, AccessError where it is another's, ConflictError
    where it is not the newest that stands or a second person has answered it, and as `held` does.
    """
    with services.store.write() as connection:
        found = held(services, connection, caller, request_id, versions=versions)
        kept = reviews.of_request(connection, found.stored.id)
        mine = next((each for each in kept if each.id == review_id.lower()), None)
        if mine is None:
            raise NotFoundError(f"This request has no review {review_id!r}.")
        _check(caller, mine, kept)
        made = _withdrawal(services, caller, found.stored, mine)
        after = [*kept, made]
        regrade(connection, ground_of(services, connection, found), said(after), review=made)
        slices.move_on(connection, draws.of_request(connection, found.stored.id), after)
        about = f"request {made.request_id}"
        actor = actor_of(caller)
        note(connection, actor, action=Action.REVIEW_WITHDRAWN, about=about, at=made.at, review=mine.id)
        return intake.standing(services, connection, intake.readable(connection, caller, request_id))


def is_open(caller_name: str, kept: Collection[Review]) -> Review | None:
    """The review that this person may take back: the newest that stands, where it is theirs; else None."""
    stand = standing(kept)
    newest = stand[-1] if stand else None
    if newest is None or newest.reviewer != caller_name:
        return None
    answered = newest.override is not None and newest.override.second is not None
    return None if answered else newest


def _check(caller: Caller, mine: Review, kept: Collection[Review]) -> None:
    if mine.reviewer != caller.name:
        raise AccessError("Only who said it takes a review back.", known=True)
    if is_open(caller.name, kept) != mine:
        raise ConflictError(
            "This review is not the newest that stands, or a second person has answered it; review again."
        )


def _withdrawal(services: Services, caller: Caller, stored: Stored, mine: Review) -> Review:
    return Review(
        id=services.tools.new_id(),
        request_id=stored.id,
        version=stored.version + 1,
        assessment_id=mine.assessment_id,
        at=services.tools.clock(),
        reviewer=caller.name,
        role=caller.role.value,
        purpose=mine.purpose,
        shown=mine.shown,
        withdraws=mine.id,
    )
