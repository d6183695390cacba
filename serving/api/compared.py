"""A comparison as the JSON of version 1."""

from __future__ import annotations

from typing import Any

from features.taxonomy import LANGUAGES
from serving.access.roles import Caller
from serving.api import wire
from serving.compare import Comparison, Side, sentences
from serving.compare.sides import WAITING, Rung
from serving.services import Services
from serving.wording import OTHERWISE, choose_language

Json = dict[str, Any]


def comparison(services: Services, caller: Caller, made: Comparison, *, accept: str | None = None) -> Json:
    """Both requests, which stands higher and why, which the queue has first, and every row."""
    language = choose_language(locale=None, accept=accept, detected=OTHERWISE)
    decision = made.decision
    return {
        "a": _side(services, caller, made.a, accept),
        "b": _side(services, caller, made.b, accept),
        "first": made.first,
        "queue": {
            "first": made.queue_first,
            "a": wire.moment(made.a.queue_key),
            "b": wire.moment(made.b.queue_key),
        },
        "decides": {
            "code": decision.code,
            "text": sentences.deciding(services, made, language),
            "step": decision.row,
            **decision.numbers,
        },
        "steps": [*_steps(services, made, language), *_parts(services, made, language)],
    }


def _side(services: Services, caller: Caller, side: Side, accept: str | None) -> Json:
    told = wire.answer(services, caller, side.answer, accept=accept)
    return told | {
        "received_at": wire.moment(side.answer.request.received_at),
        "waited_hours": side.waited_hours,
        "order_score": side.total,
        "customer_sentence": {
            language: sentences.for_customer(services, side.assessment, language) for language in LANGUAGES
        },
        "promise_passed": sentences.passed(side, services.tools.clock()),
    }


def _steps(services: Services, made: Comparison, language: str) -> list[Json]:
    return [
        {
            "step": step.value,
            "name": services.wording.say(f"step.{step.value}", language),
            "decides": made.decision.row == step.value,
            "a": _rung(services, made.a.rungs.get(step), language),
            "b": _rung(services, made.b.rungs.get(step), language),
        }
        for step in made.steps
    ]


def _rung(services: Services, rung: Rung | None, language: str) -> Json | None:
    if rung is None:
        return None
    return {
        "before": None if rung.before is None else rung.before.value,
        "after": rung.after.value,
        "code": None if rung.reason is None else rung.reason.code,
        "text": sentences.step(services, rung, language),
    }


def _parts(services: Services, made: Comparison, language: str) -> list[Json]:
    rows = []
    for part in made.a.parts:
        waits = part == WAITING
        code = WAITING if waits else f"score.{part}"
        mine, theirs = made.a.parts[part], made.b.parts.get(part, 0.0)
        rows.append(
            {
                "step": code,
                "name": services.wording.say(f"step.{code}", language),
                "decides": made.decision.row == code,
                "weight": None if waits else made.weights.get(part),
                "a": {"points": mine},
                "b": {"points": theirs},
                "difference": round(mine - theirs, 2),
            }
        )
    return rows
