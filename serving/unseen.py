"""From whom a prediction is hidden: a reviewer who is to judge a request unseen.

Until they have, nothing they may ask tells what the model said of it, nor what others said. Leads, admins and
the systems of others see it: a lead decides over reviewers, and a system judges nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import ConflictError
from serving import slices
from serving.access.roles import Caller, Role
from serving.slices import UNSEEN, Stage
from serving.store import draws, reviews
from serving.store.queue import Wanted
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services

TELLING = frozenset({"grade", "type", "team", "lane", "decision"})
"""Filters of the queue that tell what the model said of whatever meets them."""
_STAGES = frozenset({Stage.BLIND.value, Stage.SECOND.value})


def hidden(services: Services, caller: Caller, asked: Iterable[Stored | None]) -> frozenset[str]:
    """The identifiers of those of these requests whose prediction this caller may not see."""
    return _among(services, caller, [each.id for each in asked if each is not None])


def refuse(services: Services, caller: Caller, *request_ids: str) -> None:
    """Raises ConflictError where the caller is to judge one of these requests, as asked for, unseen."""
    if _among(services, caller, [_stored(each) for each in request_ids]):
        raise ConflictError("This request is judged before its prediction is shown: review it first.")


def unknown(wanted: Wanted) -> Wanted:
    """What is asked of the queue to be judged: where the filters tell what the model said of whatever meets
    them, without requests that are to be judged before that is seen."""
    return replace(wanted, stages_left_out=_STAGES) if tells(wanted) else wanted


def listed(caller: Caller, wanted: Wanted) -> Wanted:
    """What is asked of the queue to be listed: as `unknown`, to a reviewer."""
    return unknown(wanted) if caller.role is Role.REVIEWER else wanted


def uncounted(caller: Caller) -> frozenset[str]:
    """The stages of requests that this caller is told no grade of, were it by counts alone."""
    return _STAGES if caller.role is Role.REVIEWER else frozenset()


def tells(wanted: Wanted) -> bool:
    """Whether what is asked of the queue would tell what the model said."""
    named = any(wanted.one_of.get(name) for name in TELLING)
    return named or wanted.needs_review is not None or wanted.override_waits is not None


def _among(services: Services, caller: Caller, numbers: Collection[str]) -> frozenset[str]:
    if caller.role is not Role.REVIEWER or not numbers:
        return frozenset()
    with services.store.read() as connection:
        return _hidden(connection, caller, numbers)


def _hidden(connection: Connection, caller: Caller, numbers: Collection[str]) -> frozenset[str]:
    drawn = draws.of_requests(connection, numbers)
    return frozenset(
        number
        for number, draw in drawn.items()
        if draw.stage in _STAGES
        and slices.purpose_for(draw, reviews.of_request(connection, number), name=caller.name, leads=False)
        in UNSEEN
    )


def _stored(request_id: str) -> str:
    """The identifier as it is stored; what is none meets no request."""
    try:
        return str(uuid.UUID(request_id))
    except ValueError:
        return request_id
