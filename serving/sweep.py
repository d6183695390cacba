"""The thread that assesses what was stored and not assessed: after an outage, a crash, a burst.

It also regrades what is stale (serving.regrade). It looks every few seconds (a setting). Any number of
processes may do so at once: each takes requests that nobody else is at, for as long as a lease lasts, and
the first to store an assessment of a request is the one that counts. One request that fails keeps no other
from its turn.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from features.errors import StorageError, TriageError
from features.records import Assessment, Prediction
from serving import assess, explanations_kept, follow_ups, regrade, vectors_kept, worth
from serving.store import schema, waiting
from serving.store.requests import Status, Stored
from serving.worth import Base

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)
LONGEST_PAUSE = timedelta(minutes=10)
"""Between two tries of a request that keeps failing."""


class Sweep:
    """Assesses waiting requests until stopped. `database_answers`: whether the last look succeeded;
    `schema_fits`: whether the database then had this release's schema."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._announced = False
        self.database_answers = True
        self.schema_fits = True

    def start(self) -> None:
        """Look from now on."""
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)
        self._thread.start()

    def stop(self, *, seconds: float = 5.0) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.wait(self._services.settings.sweep_seconds):
            try:
                self.look()
            except Exception:
                log.exception("A look at waiting or stale requests failed; it will be tried again.")

    def look(self) -> int:
        """Assess what waits now; how many were."""
        try:
            self.schema_fits = schema.status(self._services.store).current
            self.database_answers = True
            if not self.schema_fits:
                log.error("The database has another release's schema; nothing is assessed until it fits.")
                return 0
            self._announce()
            self._services.keys.note_uses()
            if self._services.engine.model is None:
                return 0
            done = sum(self._assess(batch) for batch in self._batches())
            follow_ups.look(self._services, stop=self._stop.is_set)
            regrade.look(self._services, stop=self._stop.is_set)
            vectors_kept.look(self._services, stop=self._stop.is_set)
            explanations_kept.look(self._services, stop=self._stop.is_set)
            return done
        except StorageError as error:
            self.database_answers = False
            log.warning("The database does not answer: %s", error)
            return 0

    def _announce(self) -> None:
        """Once, as soon as the database answers."""
        if not self._announced:
            regrade.announce(self._services)
            self._announced = True

    def _batches(self) -> Iterator[list[Stored]]:
        """What waits, without what a handler is most likely still at, nor another process.

        While callers wait for the model, one batch at a look: in a burst they come first. Requests that came
        in closed are last, and only if the settings say so.
        """
        settings = self._services.settings
        before = self._services.tools.clock() - timedelta(seconds=2 * settings.answer_seconds)
        last = [Status.CLOSED] if settings.assess_history else []
        for status in (Status.RECEIVED, *last):
            while not self._stop.is_set():
                batch = self._taken(before, status)
                if batch is None:
                    break
                yield [stored for stored in batch if not stored.erased]
                if self._services.engine.has_callers:
                    return

    def _taken(self, before: datetime, status: Status) -> list[Stored] | None:
        """The next batch of requests of a status, this process's for a lease; None where there is none."""
        settings, store = self._services.settings, self._services.store
        now = self._services.tools.clock()
        with store.read() as connection:
            if not waiting.any_due(connection, stored_before=before, at=now, status=status):
                return None
        with store.write() as connection:
            return waiting.take(
                connection,
                stored_before=before,
                at=now,
                until=now + timedelta(seconds=settings.lease_seconds),
                limit=settings.batch_size,
                status=status,
            )

    def _assess(self, batch: list[Stored]) -> int:
        """Ask the model, and store what it said; how many were assessed."""
        services = self._services
        answers = [services.engine.submit(stored.request) for stored in batch]
        wait(answers, timeout=services.settings.lease_seconds / 2)  # nobody waits for them here
        with services.store.read() as connection:
            base = worth.base_of(services, connection, [stored.request for stored in batch])
        pairs = zip(batch, answers, strict=True)
        judged = [(stored, self._judged(stored, answer, base)) for stored, answer in pairs]
        return self._keep([(stored, made) for stored, made in judged if made is not None])

    def _judged(self, stored: Stored, answer: Future[Prediction], base: Base) -> Assessment | None:
        """What the model's answer comes to; None where there is none, and the request waits on."""
        if not answer.done():
            answer.cancel()
            return None
        try:
            customer = base.value(stored.request, facts_trusted=stored.facts_trusted)
            request = assess.clocked(stored)
            return assess.judged(self._services, request, answer.result(), customer, stored.said)
        except TriageError as error:
            self._put_off(stored, error)
            return None

    def _keep(self, made: list[tuple[Stored, Assessment]]) -> int:
        """Store assessments in one transaction; one that fails is put off, and the others stored alone."""
        ordered = sorted(made, key=lambda pair: pair[0].request.customer_id or "")  # so are customers held
        try:
            ready = [(*pair, vectors_kept.read(self._services, pair[0])) for pair in ordered]
            if made:
                with self._services.store.write() as connection:
                    for stored, assessment, found in ready:
                        assess.keep_first(self._services, connection, stored, assessment, found)
        except StorageError:
            raise
        except TriageError as error:
            if len(made) > 1:
                return sum(self._keep([each]) for each in made)
            self._put_off(made[0][0], error)
            return 0
        return len(made)

    def _put_off(self, stored: Stored, error: TriageError) -> None:
        """Try a request that failed again after as long as it has waited: each time after twice as long."""
        now = self._services.tools.clock()
        least = timedelta(seconds=self._services.settings.sweep_seconds)
        pause = min(max(now - stored.stored_at, least), LONGEST_PAUSE)
        with self._services.store.write() as connection:
            waiting.put_off(connection, [stored.id], until=now + pause)
        log.warning("Request %s waits on, for %.0f s: %s", stored.id, pause / timedelta(seconds=1), error)
