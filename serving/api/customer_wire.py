"""Customers as the JSON of version 1: facts, value, tier, and why, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from serving import customer_why
from serving.api.customer_schemas import Fault
from serving.api.wire import Json, moment
from serving.customers import Known
from serving.services import Services
from serving.store import bodies
from serving.store.customers import Told
from serving.wording import choose_language


def customer(services: Services, known: Known, *, accept: str | None = None) -> Json:
    """A customer with facts, value, tier, what each fact added, and the same as sentences.

    accept: the caller's Accept-Language.
    """
    stored, worth, scale = known.stored, known.worth, known.scale
    language = choose_language(locale=None, accept=accept, detected="")
    return {
        "id": stored.customer.id,
        "name": stored.customer.name,
        "version": stored.version,
        "facts": bodies.of_facts(stored.customer.facts),
        "value": worth.value,
        "tier": worth.tier,
        "scale_version": worth.scale_version,
        "scale": {
            "version": scale.version,
            "as_of": None if scale.as_of is None else scale.as_of.isoformat(),
            "n": scale.n,
            "anchors": not scale.version,
            "anchored": list(scale.anchored),
        },
        "shares": {
            fact: {"percentile": percentile, "points": points}
            for fact, (percentile, points) in worth.shares.items()
        },
        "missing": list(worth.missing),
        "why": [
            {"code": each.code, **each.numbers, "text": each.text}
            for each in customer_why.lines(services.wording, known, language=language)
        ],
        "updated_at": moment(stored.updated_at),
    }


def history(customer_id: str, told: Iterable[Told], more: str | None) -> Json:
    """What was told of a customer, newest first. more: the cursor to go on with."""
    items = [
        {
            "version": each.version,
            "facts": bodies.of_facts(each.facts),
            "by": each.actor,
            "at": moment(each.at),
        }
        for each in told
    ]
    return {"id": customer_id, "items": items, "next": more}


def bulk(kept: int, new: int, faults: Iterable[Fault]) -> Json:
    """What became of many customers: how many were kept, and what is wrong with the others."""
    errors = [
        {
            "index": each.index,
            "id": each.id,
            "errors": [{"field": field, "message": message} for field, message in each.errors],
        }
        for each in faults
    ]
    return {"kept": kept, "new": new, "errors": errors}
