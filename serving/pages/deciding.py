"""What a reviewer decides on a page: a review kept or foreseen, and which request comes next."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass

from features.errors import ConflictError, InputError, NotFoundError
from features.reviews import Purpose
from serving import claims, intake, review, slices, undo
from serving import preview as previews
from serving.access.roles import PAGES, Caller, Rule
from serving.pages.queue_address import Asked
from serving.pages.request_view import excerpt
from serving.pages.review_form import Typed
from serving.pages.summary import summary
from serving.pages.visitors import Visitor
from serving.pages.words import Reader
from serving.review import LEADS
from serving.services import Services
from serving.slices import UNSEEN
from serving.store import draws, idempotency
from serving.store.idempotency import Use

MAY_REVIEW = PAGES["POST", "/requests/{request_id}"] or Rule(frozenset())
"""Who may review."""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What a review would come to: the grade, and a sentence on it."""

    grade: str
    words: str
    waits: bool


@dataclass(frozen=True, kw_only=True)
class LastReview:
    """The review that was just made. undo_id: empty where it can no longer be taken back."""

    id: str
    excerpt: str
    grade: str
    grade_name: str
    undo_id: str
    version: int


def keep(services: Services, caller: Caller, request_id: str, typed: Typed) -> Purpose:
    """Keep the review in a form; as what it was asked for. Raises as serving.review.review does."""
    purpose = purpose_of(services, caller, request_id)
    given = typed.given(purpose, shown=purpose not in UNSEEN)
    review.review(
        services,
        caller,
        request_id,
        given,
        versions={typed.version},
        use=_use(services, caller, request_id, typed),
    )
    return purpose


def purpose_of(services: Services, caller: Caller, request_id: str) -> Purpose:
    """As what this person is asked to judge a request."""
    course = intake.history(services, caller, request_id)
    with services.store.read() as connection:
        drawn = draws.of_request(connection, course.stored.id)
    return slices.purpose_for(drawn, course.reviews, name=caller.name, leads=caller.role in LEADS)


def _use(services: Services, caller: Caller, request_id: str, typed: Typed) -> Use | None:
    """The use of the form's own key: a form that is sent twice is one review."""
    if not typed.key:
        return None
    said = {name: value for name, value in asdict(typed).items() if name not in ("seconds", "do", "go_on")}
    return Use(
        key=idempotency.checked(typed.key),
        caller=caller.name,
        route=f"page {request_id}",
        body_hash=idempotency.hash_of(said),
        at=services.tools.clock(),
    )


def foreseen(reader: Reader, caller: Caller, request_id: str, typed: Typed) -> Foreseen:
    """The grade that a form would come to.

    Raises InputError on a label or grade that is none, ConflictError where the prediction is hidden:
    the grade would tell it.
    """
    purpose = purpose_of(reader.services, caller, request_id)
    if purpose in UNSEEN:
        raise ConflictError("This request is judged before its grade is shown.")
    made = previews.preview(reader.services, caller, request_id, typed.given(purpose, shown=True))
    after = made.after.grade.value
    words = summary(reader, made.after.reasons)
    if made.waits:
        words = f"{words} {reader.say('review.will_wait')}"
    return Foreseen(grade=after, words=f"{after} {reader.grade(after)}. {words}", waits=made.waits)


def claim_next(services: Services, caller: Caller, wish: Asked) -> str | None:
    """Claim the first request of the queue that nobody is at and nobody has judged; None without one.

    What waits for a second person was judged already: a filter that asks for it says it all.
    """
    waits = wish.query.stage is not None or wish.query.override_waits
    reviewed = wish.query.reviewed if waits else False
    query = wish.query.model_copy(update={"reviewed": reviewed, "claimed": None})
    answer = claims.claim_next(services, caller, query.wanted())
    return None if answer is None or answer.stored is None else answer.stored.id


def keep_away(services: Services, caller: Caller, request_id: str) -> None:
    """Pass a request over for a while: it is claimed, so that it is not the next again."""
    with contextlib.suppress(ConflictError, NotFoundError):
        claims.claim(services, caller, request_id)


def let_go(services: Services, caller: Caller, request_id: str) -> None:
    """Let go of a request that was judged; another's claim stays."""
    with contextlib.suppress(ConflictError, NotFoundError):
        claims.release(services, caller, request_id)


def last_review(reader: Reader, visitor: Visitor, request_id: str) -> LastReview | None:
    """The newest review of a request, where it is this visitor's."""
    try:
        course = intake.history(reader.services, visitor.caller, request_id)
    except (NotFoundError, InputError):
        return None
    mine, stored = undo.is_open(visitor.caller.name, course.reviews), course.stored
    if mine is None or stored.assessment is None:
        return None
    grade = stored.assessment.grade.value
    return LastReview(
        id=stored.id,
        excerpt=excerpt(reader, (stored.request.subject or stored.request.text,)),
        grade=grade,
        grade_name=reader.grade(grade),
        undo_id=mine.id,
        version=stored.version,
    )
