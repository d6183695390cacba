"""The queue: open requests in the order of work, each with what its place is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from features.grading import queueing
from features.grading.queueing import Lead
from serving import intake
from serving.assess import Answer
from serving.store import queue, requests
from serving.store.queue import Position, Wanted

if TYPE_CHECKING:
    from serving.services import Services


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A request in the queue. key: where it stands; lead: the hours that put it there before its deadline,
    under the policy in force."""

    answer: Answer
    key: datetime
    lead: Lead


def page(
    services: Services, wanted: Wanted, *, limit: int, after: Position | None = None
) -> tuple[list[Entry], Position | None]:
    """The next requests of the queue, and the place to go on from, if there are more."""
    with services.store.read() as connection:
        now = services.tools.clock()
        places = queue.page(connection, wanted, now=now, limit=limit + 1, after=after)
        shown = places[:limit]
        found = requests.several(connection, [each.id for each in shown])
        answers = [intake.standing(services, connection, stored) for stored in found]
    entries = [_entry(services, each, answer) for each, answer in zip(shown, answers, strict=True)]
    return entries, shown[-1] if len(places) > limit else None


def _entry(services: Services, place: Position, answer: Answer) -> Entry:
    judged = () if answer.stored is None else answer.stored.said.labels
    lead = queueing.lead(services.policy, answer.assessment, judged=judged)
    return Entry(answer=answer, key=place.queue_key, lead=lead)
