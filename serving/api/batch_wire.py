"""What became of many requests, as the JSON of version 1: a line for each, and how many of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from features.errors import AccessError, StorageError, TriageError
from serving.api.batch_schemas import Faults, sendable
from serving.api.problems import STATUSES
from serving.api.wire import Json
from serving.batch import Done

REFUSED = 422
KINDS = {200: "replayed", 201: "stored", 202: "waiting"}
"""What an item's status is counted as; any other is `refused`."""


def batch(outcomes: Sequence[Done | Faults]) -> Json:
    """A line for each item, in order, and how many became what."""
    lines = [line(index, each) for index, each in enumerate(outcomes)]
    counts = Counter(KINDS.get(each["status"], "refused") for each in lines)
    return {**{kind: counts[kind] for kind in (*KINDS.values(), "refused")}, "items": lines}


def line(index: int, done: Done | Faults) -> Json:
    """One item. status: as a request alone would have got it."""
    if not isinstance(done, Done):
        return _refused(index, REFUSED, done)
    if done.error is not None or done.stored is None or done.outcome is None:
        return _failed(index, done.error)
    stored = done.stored
    return {
        "index": index,
        "status": done.outcome.value,
        "id": stored.id,
        "external_id": stored.request.external_id,
        "state": stored.status.value,
        "grade": None if stored.assessment is None else stored.assessment.grade.value,
        "needs_review": None if stored.assessment is None else stored.assessment.needs_review,
        "errors": [],
    }


def _failed(index: int, error: TriageError | None) -> Json:
    if error is None or isinstance(error, StorageError):
        return _refused(index, 503, (("", "The database does not answer now; send this item again."),))
    known = next((STATUSES[each] for each in type(error).__mro__ if each in STATUSES), 500)
    status = 403 if isinstance(error, AccessError) else known
    return _refused(index, status, ((getattr(error, "field", None) or "", sendable(str(error))),))


def _refused(index: int, status: int, faults: Faults) -> Json:
    errors = [{"field": field, "message": message} for field, message in faults]
    nothing = dict.fromkeys(("id", "external_id", "state", "grade", "needs_review"))
    return {"index": index, "status": status, **nothing, "errors": errors}
