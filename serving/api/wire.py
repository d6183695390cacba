"""Records as the JSON of version 1, in the reader's language and to the reader's right to know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from features.outcome import NOTHING_SAID, outcomes
from features.policy import Policy
from features.records import Assessment, CustomerValue, FieldPrediction, ModelReference, Reason, Request
from features.taxonomy import Field, Taxonomy
from serving.access.roles import Caller
from serving.assess import Answer
from serving.engine import Model
from serving.services import Services
from serving.store import bodies
from serving.store.requests import Stored
from serving.unseen import hidden
from serving.wording import choose_language, is_hidden

Json = dict[str, Any]

KEYS = (
    "id",
    "version",
    "status",
    "erased",
    "assessment_id",
    "answered_at",
    "closed_at",
    "claim",
    "messages",
    "chased",
    "fields",
    "outcome",
    "language",
    "truncated",
    "out_of_scope",
    "scope_score",
    "customer",
    "grade",
    "grade_probabilities",
    "score",
    "reasons",
    "respond_by",
    "resolve_by",
    "team",
    "lane",
    "needs_review",
    "model",
    "policy_version",
    "taxonomy_version",
    "text_version",
)
"""The keys of an answer, in the order they are told."""


HIDDEN: Mapping[str, Any] = {
    **dict.fromkeys(("out_of_scope", "scope_score", "grade", "score", "respond_by", "resolve_by")),
    **dict.fromkeys(("team", "lane", "needs_review")),
    **{key: {} for key in ("fields", "outcome", "grade_probabilities")},
    "reasons": [],
}
"""What stands in an answer on a request that the caller is to judge before they see its prediction."""


def answers(services: Services, caller: Caller, given: Sequence[Answer], *, accept: str | None) -> list[Json]:
    """Several answers, as `answer` tells each."""
    unseen = hidden(services, caller, [each.stored for each in given])
    return [answer(services, caller, each, accept=accept, unseen=unseen) for each in given]


def answer(
    services: Services,
    caller: Caller,
    given: Answer,
    *,
    accept: str | None = None,
    whole: bool = False,
    unseen: Collection[str] | None = None,
) -> Json:
    """An answer. accept: the caller's Accept-Language. whole: with the request as received. unseen: requests
    whose prediction is hidden from the caller, where they were looked up before."""
    assessment, request = given.assessment, given.request
    spoken = choose_language(locale=request.locale, accept=accept, detected=assessment.prediction.language)
    made = {
        **_standing(services, caller, given.stored),
        **_assessment(assessment, services.taxonomy),
        "outcome": _outcome(caller, given),
        "customer": worth(assessment.customer) if caller.sees_value else None,
        "score": assessment.score if caller.sees_value else None,
        "reasons": reasons(services, caller, assessment, spoken),
    }
    number = None if given.stored is None else given.stored.id
    if number is not None and number in (
        hidden(services, caller, [given.stored]) if unseen is None else unseen
    ):
        made |= HIDDEN
    told = {key: made[key] for key in KEYS}
    return told | {"request": _request(request)} if whole else told


def etag(given: Answer) -> dict[str, str]:
    """The header that names a stored request's version, for If-Match."""
    return {} if given.stored is None else {"ETag": f'"{given.stored.version}"'}


def _standing(services: Services, caller: Caller, stored: Stored | None) -> Json:
    if stored is None:
        return dict.fromkeys(KEYS[: KEYS.index("fields")])
    claim = None if caller.is_intake else stored.claim
    if claim is not None and not claim.holds(services.tools.clock()):
        claim = None
    return {
        "id": stored.id,
        "version": stored.version,
        "status": stored.status.value,
        "erased": stored.erased,
        "assessment_id": stored.assessment_id,
        "answered_at": moment(stored.answered_at),
        "closed_at": moment(stored.closed_at),
        "messages": stored.message_count,
        "chased": stored.chased,
        "claim": None if claim is None else {"by": claim.by, "until": moment(claim.until)},
    }


def _outcome(caller: Caller, given: Answer) -> Json:
    """What counts for each field, and whose word it is: a person's name is for staff."""
    people = NOTHING_SAID if given.stored is None else given.stored.said
    return {
        code: {"label": each.label, "source": each.source.value}
        | ({"by": each.by} if each.by is not None and not caller.is_intake else {})
        for code, each in outcomes(given.assessment.prediction, people).items()
    }


def _assessment(assessment: Assessment, taxonomy: Taxonomy) -> Json:
    prediction = assessment.prediction
    return {
        "fields": {code: _field(each, taxonomy.fields.get(code)) for code, each in prediction.fields.items()},
        "language": prediction.language,
        "truncated": prediction.truncated,
        "out_of_scope": prediction.out_of_scope,
        "scope_score": None if prediction.scope_score is None else round(prediction.scope_score, 3),
        "grade": assessment.grade.value,
        "grade_probabilities": _rounded(assessment.grade_probabilities),
        "respond_by": moment(assessment.respond_by),
        "resolve_by": moment(assessment.resolve_by),
        "team": assessment.team,
        "lane": assessment.lane,
        "needs_review": assessment.needs_review,
        "model": reference(prediction.model),
        "policy_version": assessment.policy_version,
        "taxonomy_version": prediction.taxonomy_version,
        "text_version": prediction.text_version,
    }


def _field(prediction: FieldPrediction, field: Field | None) -> Json:
    return {
        "label": prediction.label,
        "name": name_of(field, prediction.label),
        "confidence": round(prediction.confidence, 6),
        "decision": prediction.decision.value,
        "threshold": prediction.threshold,
        "probabilities": _rounded(prediction.probabilities),
        "path": [prediction.label] if field is None else list(field.path(prediction.label)),
        "parents": _rounded(prediction.parents),
    }


def name_of(field: Field | None, label: str) -> Mapping[str, str]:
    """What a label is called in each language; its code where nobody named it."""
    found = None if field is None else field.by_code.get(label)
    return {"zh": label, "en": label} if found is None else dict(found.name)


def _rounded(probabilities: Mapping[str, float]) -> dict[str, float]:
    return {str(label): round(share, 6) for label, share in probabilities.items()}


def worth(customer: CustomerValue | None) -> Json | None:
    """What a customer was worth when a request was graded."""
    if customer is None:
        return None
    return {
        "id": customer.id or None,
        "value": customer.value,
        "tier": customer.tier,
        "scale_version": customer.scale_version,
    }


def reasons(services: Services, caller: Caller, assessment: Assessment, language: str) -> list[Json]:
    """The reasons of a grade that the caller may know of, each with its sentence."""
    return [
        _reason(services, reason, language)
        for reason in assessment.reasons
        if caller.sees_value or not is_hidden(reason)
    ]


def _reason(services: Services, reason: Reason, language: str) -> Json:
    text = services.wording.sentence(
        reason, language=language, taxonomy=services.taxonomy, policy=services.policy
    )
    return {"code": reason.code, "text": text, **reason.numbers}


def _request(request: Request) -> Json:
    return {
        "text": request.text,
        "subject": request.subject,
        "channel": request.channel,
        "source": request.source,
        "external_id": request.external_id,
        "customer_id": request.customer_id,
        "customer": bodies.of_facts(request.customer),
        "contact": None if request.contact is None else asdict(request.contact),
        "attributes": dict(request.attributes),
        "received_at": moment(request.received_at),
        "locale": request.locale,
    }


def reference(model: ModelReference | None) -> Json | None:
    """Which model said it; None where none has."""
    return None if model is None else {"name": model.name, "version": model.version}


def model(answers: Model, policy: Policy) -> Json:
    """The model that answers now: version, fields and labels."""
    taxonomy = answers.taxonomy
    return {
        "name": answers.reference.name,
        "version": answers.reference.version,
        "fields": {
            code: {
                "name": dict(field.name),
                "ordered": field.ordered,
                "labels": [
                    {"label": label, "name": dict(field.by_code[label].name)} for label in field.codes
                ],
            }
            for code, field in taxonomy.fields.items()
        },
        "policy_version": policy.version,
        "taxonomy_version": taxonomy.version,
    }


def moment(value: datetime | None) -> str | None:
    """A time as RFC 3339 in UTC, ending in Z."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
