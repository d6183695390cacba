"""The queue as the JSON of version 1."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import partial

from features.policy.work import FIRST
from features.records import Request
from serving import redaction
from serving.access.roles import Caller
from serving.api import cursors, wire
from serving.api.wire import Json
from serving.queue import Entry
from serving.redaction import Output
from serving.services import Services
from serving.store.queue import Position
from serving.unseen import hidden

SHOWN_CHARACTERS = 200


def page(
    services: Services,
    caller: Caller,
    entries: Sequence[Entry],
    more: Position | None,
    accept: str | None,
) -> Json:
    """A page of the queue, and the cursor to go on with."""
    unseen = hidden(services, caller, [each.answer.stored for each in entries])
    items = [_entry(services, caller, each, accept, unseen) for each in entries]
    return {"items": items, "next": cursors.write_place(more)}


def _is_of(unseen: Collection[str], entry: Entry) -> bool:
    return entry.answer.stored is not None and entry.answer.stored.id in unseen


def _entry(
    services: Services, caller: Caller, entry: Entry, accept: str | None, unseen: Collection[str]
) -> Json:
    """An answer with the beginning of its text, and what put it where it stands, null where hidden."""
    answer, lead = entry.answer, entry.lead
    told = wire.answer(services, caller, answer, accept=accept, unseen=unseen)
    order = {
        "key": wire.moment(entry.key),
        "lead_hours": {
            "grade": FIRST if math.isinf(lead.grade) else lead.grade,
            "score": round(lead.score, 2),
            "uncertainty": round(lead.uncertainty, 2),
        },
    }
    order_told = None if _is_of(unseen, entry) else order
    return told | {"order": order_told, "excerpt": _excerpt(services, answer.request)}


def _excerpt(services: Services, request: Request) -> Json:
    told = partial(redaction.leaving, services=services, output=Output.QUEUE)
    return {
        "subject": None if request.subject is None else told(request.subject),
        "text": told(request.text)[:SHOWN_CHARACTERS],
        "channel": request.channel,
        "customer_id": request.customer_id,
        "received_at": wire.moment(request.received_at),
    }
