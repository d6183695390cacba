"""Many requests at once: each stored on its own account, so that a wrong one spoils no other.

All are stored first, some in a transaction, and only then assessed, in batches and as far as the time goes
that a caller waits; the rest is assessed later by itself. Callers of single requests come first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import StorageError, TriageError
from features.records import Assessment, Request
from serving import assess, intake, vectors_kept
from serving.access.roles import Caller
from serving.intake import Kept, Outcome
from serving.store import requests
from serving.store.idempotency import Use
from serving.store.requests import Status, Stored

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)
AT_ONCE = 50
"""So many are stored in a transaction: others who write wait no longer than for these."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A request of many. closed_at: of one that was worked and closed elsewhere. use: of a key."""

    request: Request
    closed_at: datetime | None = None
    use: Use | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of an item: the request as it stands, or why it was refused."""

    outcome: Outcome | None
    stored: Stored | None = None
    error: TriageError | None = None


def receive_all(
    services: Services, caller: Caller, items: Sequence[Item], *, seconds: float | None = None
) -> list[Done]:
    """Store requests, then assess them; what became of each, in order. Raises nothing because of an item.

    seconds: how long the model is waited for; None for not at all.
    """
    done: list[Done] = []
    for start in range(0, len(items), AT_ONCE):
        done += _stored(services, caller, items[start : start + AT_ONCE])
    new = [each.stored for each in done if each.outcome is Outcome.WAITING and each.stored is not None]
    waiting = [stored for stored in new if stored.status is Status.RECEIVED]
    if seconds is not None:
        _assess(services, waiting, until=services.tools.seconds() + seconds)
        done = _again(services, done)
    return done


def _stored(services: Services, caller: Caller, items: Sequence[Item]) -> list[Done]:
    """Store some in one transaction; if that fails, each in its own, so that one fails alone."""
    try:
        with services.store.write() as connection:
            return [_one(services, connection, caller, each) for each in items]
    except TriageError as error:
        if len(items) == 1:
            return [Done(outcome=None, error=error)]
        if isinstance(error, StorageError):
            return [Done(outcome=None, error=error) for _ in items]
        return [done for each in items for done in _stored(services, caller, [each])]


def _one(services: Services, connection: Connection, caller: Caller, item: Item) -> Done:
    """Store one, or say why not; what a refused one wrote until then is taken back."""
    try:
        with connection.begin_nested():
            request = intake.checked(services, caller, item.request)
            kept = intake.keep(services, connection, caller, request, use=item.use, closed_at=item.closed_at)
    except StorageError:
        raise
    except TriageError as error:
        return Done(outcome=None, error=error)
    return Done(outcome=_outcome(kept), stored=kept.stored)


def _outcome(kept: Kept) -> Outcome:
    if not kept.new:
        return Outcome.REPLAYED
    return Outcome.NEW if kept.stored.status is Status.CLOSED else Outcome.WAITING


def _assess(services: Services, waiting: Sequence[Stored], *, until: float) -> None:
    engine, size = services.engine, services.settings.batch_size
    for start in range(0, len(waiting), size):
        left = until - services.tools.seconds()
        if left <= 0 or engine.model is None or not engine.alive or engine.has_callers:
            return
        chunk = waiting[start : start + size]
        answers = [engine.submit(stored.request) for stored in chunk]
        wait(answers, timeout=left)
        ready = []
        for stored, answer in zip(chunk, answers, strict=True):
            if answer.done() and answer.exception() is None:
                ready.append((stored, answer.result()))
            else:
                answer.cancel()
        _keep(services, [(stored, assess.judged_now(services, stored, made)) for stored, made in ready])


def _keep(services: Services, made: Sequence[tuple[Stored, Assessment | None]]) -> None:
    """Store first assessments in one transaction; where that fails, they are made later."""
    ordered = sorted(made, key=lambda pair: pair[0].request.customer_id or "")  # so are customers held
    try:
        ready = [(stored, each, vectors_kept.read(services, stored)) for stored, each in ordered if each]
        with services.store.write() as connection:
            for stored, assessment, found in ready:
                assess.keep_first(services, connection, stored, assessment, found)
    except TriageError as error:
        log.warning("%d requests of a batch are assessed later: %s", len(made), error)


def _again(services: Services, done: Sequence[Done]) -> list[Done]:
    """What became of each, as the requests stand now."""
    ids = [each.stored.id for each in done if each.stored is not None]
    found: dict[str, Stored] = {}
    try:
        with services.store.read() as connection:
            for part in _parts(ids):
                found |= {stored.id: stored for stored in requests.several(connection, part)}
    except StorageError as error:
        log.warning("A batch is told as it was stored: %s", error)
    return [_standing(each, found) for each in done]


def _standing(done: Done, found: dict[str, Stored]) -> Done:
    stored = None if done.stored is None else found.get(done.stored.id)
    if stored is None:
        return done
    assessed = done.outcome is Outcome.WAITING and stored.assessment is not None
    return replace(done, stored=stored, outcome=Outcome.NEW if assessed else done.outcome)


def _parts(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
