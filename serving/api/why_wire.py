"""Why, and what is alike, as the JSON of version 1."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from features.explain import FieldExplanation
from features.outcome import NOTHING_SAID, outcomes
from features.records import ModelReference, Request
from features.taxonomy import Field
from serving import redaction
from serving.access.roles import Caller
from serving.api import wire
from serving.api.wire import Json
from serving.redaction import Output
from serving.services import Services
from serving.similar import Found, Like
from serving.unseen import hidden
from serving.why import Why
from serving.wording import choose_language

EXCERPT = 120
"""Characters of a request that stand for it in a list."""
_DIGITS = 4


def why(services: Services, caller: Caller, said: Why, *, limit: int, accept: str | None) -> Json:
    """Why a request has its labels. limit: how many words of a field are told, those that moved most."""
    assessment, fields = said.assessment, services.taxonomy.fields
    language = choose_language(
        locale=said.stored.request.locale, accept=accept, detected=assessment.prediction.language
    )
    assessed = {code: each.label for code, each in assessment.prediction.fields.items()}
    told = {code: _field(each, fields.get(code), limit=limit) for code, each in said.fields.items()}
    return {
        "id": said.stored.id,
        "version": said.stored.version,
        "model": wire.reference(said.model),
        "assessed_by": wire.reference(assessment.prediction.model),
        "same_model": not said.is_by_another_model,
        "notes": _notes(services, said, language),
        "read": said.read.words,
        "truncated": said.read.truncated,
        "fields": {code: each | {"assessed_label": assessed.get(code)} for code, each in told.items()},
        "grade": assessment.grade.value,
        "reasons": wire.reasons(services, caller, assessment, language),
    }


def _field(said: FieldExplanation, field: Field | None, *, limit: int) -> Json:
    return {
        "label": said.label,
        "name": wire.name_of(field, said.label),
        "probability": round(said.probability, 6),
        "runners_up": [
            {
                "label": each.label,
                "name": wire.name_of(field, each.label),
                "probability": round(each.probability, 6),
            }
            for each in said.runners_up
        ],
        "method": said.method,
        "words": [
            asdict(each) | {"weight": round(each.weight, _DIGITS), "share": round(each.share, _DIGITS)}
            for each in said.words[:limit]
        ],
        "words_left_out": max(len(said.words) - limit, 0),
    }


def _notes(services: Services, said: Why, language: str) -> list[str]:
    methods = sorted({each.method for each in said.fields.values()})
    notes = [services.wording.say(f"why.method.{method}", language) for method in methods]
    if said.is_by_another_model:
        names = {"model": _called(said.model), "assessed": _called(said.assessment.prediction.model)}
        notes.append(services.wording.say("why.other_model", language, **names))
    return notes


def _called(model: ModelReference | None) -> str:
    return "-" if model is None else f"{model.name} {model.version}"


def similar(services: Services, caller: Caller, found: Found) -> Json:
    """What is like a request. Of one that the caller is to judge unseen neither grade nor outcome is told."""
    unseen = hidden(services, caller, [each.answer.stored for each in found.like])
    return {
        "id": found.stored.id,
        "model": wire.reference(found.model),
        "searched": found.searched,
        "items": [_like(services, each, unseen) for each in found.like],
    }


def _like(services: Services, like: Like, unseen: Collection[str]) -> Json:
    answer, stored = like.answer, like.answer.stored
    is_unseen = stored is not None and stored.id in unseen
    said = NOTHING_SAID if stored is None else stored.said
    return {
        "id": None if stored is None else stored.id,
        "cosine": round(like.cosine, _DIGITS),
        "duplicates": like.duplicates,
        "excerpt": _excerpt(services, answer.request),
        "received_at": wire.moment(answer.request.received_at),
        "status": None if stored is None else stored.status.value,
        "sample": stored is not None and stored.sample,
        "grade": None if is_unseen else answer.assessment.grade.value,
        "outcome": {
            code: {"label": each.label, "source": each.source.value}
            for code, each in outcomes(answer.assessment.prediction, said).items()
            if not is_unseen
        },
    }


def _excerpt(services: Services, request: Request) -> str:
    """The beginning of a request on one line, its subject first."""
    words = " ".join(filter(None, (request.subject, request.text[:2000])))
    words = " ".join(redaction.leaving(words, services, output=Output.SIMILAR).split())
    return words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1]}…"
