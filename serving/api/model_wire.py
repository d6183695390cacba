"""Versions of the model and the gate's verdict as the JSON of version 1."""

from __future__ import annotations

from dataclasses import asdict

from features.verdicts import Example, Judgement
from features.versions import Move, Version
from serving import model_versions, redaction
from serving.api import wire
from serving.api.wire import Json
from serving.model_versions import Report
from serving.redaction import Output
from serving.services import Services

EXCERPT = 120
"""Characters of a request that stand for it."""


def models(services: Services, made: Report, *, language: str) -> Json:
    """Everything that the page of models shows."""
    kept = made.kept
    return {
        "name": made.name,
        "as_of": None if kept is None else wire.moment(kept.at),
        "versions": [] if kept is None else [_version(made, each) for each in kept.versions],
        "moves": [_move(each) for each in made.moves],
        "asked": None if made.asked is None else made.asked.reference.version,
        "verdict": None if made.verdict is None else _verdict(services, made, made.verdict, language),
    }


def _version(made: Report, version: Version) -> Json:
    return {
        "version": version.reference.version,
        "standing": model_versions.standing_of(version) or None,
        "created_at": wire.moment(version.created_at),
        "data": dict(version.data),
        "metrics": dict(version.metrics),
        "gate": None if not version.verdict else {"result": version.verdict, "against": version.against},
        "run": made.link(version),
    }


def _move(move: Move) -> Json:
    return {
        "at": wire.moment(move.at),
        "kind": move.kind,
        "from": move.replaced,
        "to": move.version,
        "actor": move.actor,
        "reason": move.reason,
        "verdict": move.verdict,
    }


def _verdict(services: Services, made: Report, verdict: Judgement, language: str) -> Json:
    return {
        "result": verdict.result,
        "champion": verdict.champion,
        "challenger": verdict.challenger,
        "as_of": verdict.as_of or None,
        "rows": dict(verdict.rows),
        "sentences": list(verdict.sentences.get(language, ())),
        "tests": [asdict(each) for each in verdict.figures],
        "fields": [asdict(each) for each in verdict.fields],
        "examples": [_example(services, made, each) for each in verdict.examples],
    }


def _example(services: Services, made: Report, example: Example) -> Json:
    """excerpt: None where the request is no longer stored, or its words were erased."""
    stored = made.requests.get(example.request_id)
    words = None
    if stored is not None and not stored.erased:
        joined = " ".join(filter(None, (stored.request.subject, stored.request.text)))
        words = redaction.leaving(joined, services, output=Output.SIMILAR)[:EXCERPT]
    return asdict(example) | {"excerpt": words}
