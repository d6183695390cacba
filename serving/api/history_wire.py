"""How a request came to its present grade, as the JSON of version 1."""

from __future__ import annotations

from serving.access.roles import Caller
from serving.api import message_wire, review_wire, wire
from serving.api.wire import Json
from serving.intake import History
from serving.services import Services
from serving.store.assessments import Cause, Made
from serving.store.requests import Stored
from serving.unseen import hidden
from serving.wording import choose_language

WHY = {Cause.RECEIVED: "received", Cause.REVIEW: "reviewed", Cause.FOLLOW_UP: "followed"}
"""What a cause is told as; the others regrade."""


def history(
    services: Services,
    caller: Caller,
    course: History,
    *,
    accept: str | None = None,
) -> Json:
    """Every assessment of a request and message to it as the caller may see them; every review for staff. Of
    what they are to judge unseen, messages and their own reviews alone."""
    stored = course.stored
    unseen = bool(hidden(services, caller, [stored]))
    items = [] if unseen else [_made(services, caller, stored, each, accept) for each in course.made]
    told = {"id": stored.id, "version": stored.version, "status": stored.status.value, "items": items}
    told |= {"messages": message_wire.items(caller, course.messages)}
    if caller.is_intake:
        return told
    reviews = [each for each in course.reviews if not unseen or each.reviewer == caller.name]
    return told | {"reviews": review_wire.items(stored, reviews)}


def _made(services: Services, caller: Caller, stored: Stored, made: Made, accept: str | None) -> Json:
    """One assessment. why: `received`, `reviewed`, `followed` or `regraded`; cause: what changed, None where
    nothing did or the caller may not know of it."""
    assessment = made.assessment
    language = choose_language(
        locale=stored.request.locale, accept=accept, detected=assessment.prediction.language
    )
    is_known = made.cause in (Cause.POLICY, Cause.REVIEW, Cause.FOLLOW_UP) or (
        made.cause is Cause.CUSTOMER and caller.sees_value
    )
    return {
        "assessment_id": made.id,
        "at": wire.moment(made.at),
        "why": WHY.get(made.cause, "regraded"),
        "cause": made.cause.value if is_known else None,
        "customer": wire.worth(assessment.customer) if caller.sees_value else None,
        "grade": assessment.grade.value,
        "score": assessment.score if caller.sees_value else None,
        "reasons": wire.reasons(services, caller, assessment, language),
        "respond_by": wire.moment(assessment.respond_by),
        "resolve_by": wire.moment(assessment.resolve_by),
        "team": assessment.team,
        "lane": assessment.lane,
        "model": wire.reference(assessment.prediction.model),
        "policy_version": assessment.policy_version,
    }
