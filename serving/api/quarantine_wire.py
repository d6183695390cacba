"""What is set aside as the JSON of version 1: identifiers and evidence, no words of requests."""

from __future__ import annotations

from features.set_aside import Batch
from serving import set_aside
from serving.api import wire
from serving.api.wire import Json
from serving.services import Services
from serving.set_aside import Report


def report(services: Services, made: Report, *, language: str) -> Json:
    """Every batch: those that wait, the oldest first, then those that were released, the newest first."""
    found = (*made.waiting, *made.released)
    return {
        "name": made.name,
        "waiting": made.number,
        "items": [batch(services, each, language=language) for each in found],
    }


def batch(services: Services, made: Batch, *, language: str) -> Json:
    """A batch. at: when it was set aside. reviews: identifiers. released: null while it waits."""
    released = made.released
    return {
        "id": made.id,
        "kind": made.kind,
        "field": made.field,
        "of": made.of,
        "seen": made.seen,
        "among": made.among,
        "expected": made.expected,
        "sentence": set_aside.sentence(made, services.taxonomy, language),
        "at": wire.moment(made.at),
        "reviews": list(made.reviews),
        "released": None
        if released is None
        else {"by": released.by, "at": wire.moment(released.at), "reason": released.reason},
    }
