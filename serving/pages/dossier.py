"""All that the page of one request is made of, read in one go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from features.errors import ConflictError, NotFoundError, TriageError, UnavailableError
from features.records import Assessment
from features.reviews import Purpose, Review
from serving import customers, intake, similar, slices, why
from serving.access.roles import Caller
from serving.customers import Known
from serving.intake import History
from serving.review import LEADS
from serving.similar import Found
from serving.slices import UNSEEN
from serving.store import draws
from serving.store.draws import Draw
from serving.store.requests import Stored
from serving.unseen import hidden
from serving.why import Why

if TYPE_CHECKING:
    from serving.services import Services

LIKE = 5


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """A request and what is known of it.

    purpose: as what this reader is asked to judge it. why, like: None where they cannot be told now, or are
    hidden. customer: None where none is known.
    """

    course: History
    assessment: Assessment
    purpose: Purpose
    draw: Draw | None
    customer: Known | None
    why: Why | None
    like: Found | None

    @property
    def stored(self) -> Stored:
        """The request as it stands."""
        return self.course.stored

    @property
    def reviews(self) -> list[Review]:
        """Every review of it, oldest first."""
        return self.course.reviews

    @property
    def is_unseen(self) -> bool:
        """Whether it is to be judged before the prediction is seen."""
        return self.purpose in UNSEEN


def dossier(services: Services, caller: Caller, request_id: str, *, may_review: bool) -> Dossier:
    """Read it. may_review: for who may not, nothing is hidden and nothing asked.

    Raises NotFoundError as `intake.read` does.
    """
    course = intake.history(services, caller, request_id)
    stored = course.stored
    with services.store.read() as connection:
        draw = draws.of_request(connection, stored.id)
        answer = intake.standing(services, connection, stored)
    purpose = Purpose.WORK
    if may_review and not stored.erased and stored.assessment is not None:
        purpose = slices.purpose_for(draw, course.reviews, name=caller.name, leads=caller.role in LEADS)
    told = purpose not in UNSEEN and not stored.erased
    return Dossier(
        course=course,
        assessment=answer.assessment,
        purpose=purpose,
        draw=draw,
        customer=_customer(services, stored),
        why=_why(services, caller, stored) if told else None,
        like=_like(services, caller, stored) if told else None,
    )


def _customer(services: Services, stored: Stored) -> Known | None:
    if stored.request.customer_id is None:
        return None
    try:
        return customers.get(services, stored.request.customer_id)
    except NotFoundError:
        return None


def _why(services: Services, caller: Caller, stored: Stored) -> Why | None:
    try:
        return why.why(services, caller, stored.id)
    except (UnavailableError, ConflictError):
        return None


def _like(services: Services, caller: Caller, stored: Stored) -> Found | None:
    """What is like it, without requests that the reader is to judge unseen."""
    try:
        found = similar.similar(services, caller, stored.id, limit=LIKE)
    except TriageError:  # a model without vectors, or none: the page is whole without it
        return None
    unseen = hidden(services, caller, [each.answer.stored for each in found.like])
    shown = (each for each in found.like if each.answer.stored is None or each.answer.stored.id not in unseen)
    return replace(found, like=tuple(shown))
