"""How a request came to its present grade, as the JSON of version 1."""

from __future__ import annotations

from collections.abc import Iterable

from features.reviews import Review
from serving.access.roles import Caller
from serving.api import review_wire, wire
from serving.api.wire import Json
from serving.services import Services
from serving.store.assessments import Cause, Made
from serving.store.requests import Stored
from serving.wording import choose_language

WHY = {Cause.RECEIVED: "received", Cause.REVIEW: "reviewed"}
"""What a cause is told as; the others regrade."""


def history(
    services: Services,
    caller: Caller,
    stored: Stored,
    kept: Iterable[Made],
    said: Iterable[Review],
    *,
    accept: str | None = None,
) -> Json:
    """Every assessment of a request, in the order given, as the caller may see it; every review for staff."""
    items = [_made(services, caller, stored, each, accept) for each in kept]
    told = {"id": stored.id, "version": stored.version, "status": stored.status.value, "items": items}
    return told if caller.is_intake else told | {"reviews": review_wire.items(stored, said)}


def _made(services: Services, caller: Caller, stored: Stored, made: Made, accept: str | None) -> Json:
    """One assessment. why: `received`, `reviewed` or `regraded`; cause: what changed, None where nothing did
    or the caller may not know of it."""
    assessment = made.assessment
    language = choose_language(
        locale=stored.request.locale, accept=accept, detected=assessment.prediction.language
    )
    is_known = made.cause in (Cause.POLICY, Cause.REVIEW) or (
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
