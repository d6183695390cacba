"""The route of many requests at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter

from serving import batch
from serving.access.roles import Caller
from serving.api import batch_wire
from serving.api.batch_schemas import BatchIn, Faults, read_items
from serving.api.conditions import IdempotencyKey
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.batch import Done, Item
from serving.services import Services
from serving.store import idempotency
from serving.store.idempotency import Use

router = APIRouter(prefix="/v1", route_class=GuardedRoute)
ROUTE = "POST /v1/requests:batch"


@router.post("/requests:batch")
def receive_all(body: BatchIn, services: Serving, caller: Asking, key: IdempotencyKey = None) -> Any:
    """Store up to 1,000 requests, then assess them. A wrong item is told by its index, and the others kept.

    The status of an item is what the request alone would have got. With an Idempotency-Key each item is one
    request, however often the batch is sent; another item in its place is refused.
    """
    uses = uses_of(services, caller, key, body.items)
    read = read_items(services, body.items, uses)
    return batch_wire.batch(kept(services, caller, read, seconds=services.settings.answer_seconds))


def kept(
    services: Services, caller: Caller, read: Sequence[Item | Faults], *, seconds: float | None
) -> list[Done | Faults]:
    """What became of each item, those that could not be read among them, in order."""
    items = [each for each in read if isinstance(each, Item)]
    done = iter(batch.receive_all(services, caller, items, seconds=seconds))
    return [next(done) if isinstance(each, Item) else each for each in read]


def uses_of(services: Services, caller: Caller, key: str | None, items: Sequence[Any]) -> list[Use | None]:
    """A use for each item, of its place in what is sent under the caller's key; Nones without a key."""
    if key is None:
        return [None] * len(items)
    digest = hashlib.sha256(idempotency.checked(key).encode()).hexdigest()
    now = services.tools.clock()
    return [
        Use(
            key=f"batch {digest} {index}",
            caller=caller.name,
            route=ROUTE,
            body_hash=idempotency.hash_of(item),
            at=now,
        )
        for index, item in enumerate(items)
    ]
