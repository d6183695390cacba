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
from datetime import timedelta
from typing import TYPE_CHECKING

from features.errors import StorageError, TriageError
from features.records import Prediction
from serving import assess, regrade, worth
from serving.store import waiting
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)
LONGEST_PAUSE = timedelta(minutes=10)
"""Between two tries of a request that keeps failing."""


class Sweep:
    """Assesses waiting requests until stopped. `database_answers`: whether the last look succeeded."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._announced = False
        self.database_answers = True

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
            self._services.store.ping()
            self.database_answers = True
            self._announce()
            if self._services.engine.model is None:
                return 0
            done = sum(self._assess(batch) for batch in self._batches())
            regrade.look(self._services, stop=self._stop.is_set)
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
        """What waits, without what a handler is most likely still at, nor another process."""
        settings, store = self._services.settings, self._services.store
        before = self._services.tools.clock() - timedelta(seconds=2 * settings.answer_seconds)
        while not self._stop.is_set():
            now = self._services.tools.clock()
            with store.read() as connection:
                if not waiting.any_due(connection, stored_before=before, at=now):
                    return
            with store.write() as connection:
                batch = waiting.take(
                    connection,
                    stored_before=before,
                    at=now,
                    until=now + timedelta(seconds=settings.lease_seconds),
                    limit=settings.batch_size,
                )
            yield [stored for stored in batch if not stored.erased]

    def _assess(self, batch: list[Stored]) -> int:
        answers = [self._services.engine.submit(stored.request) for stored in batch]
        wait(answers, timeout=self._services.settings.lease_seconds / 2)  # nobody waits for them here
        return sum(self._finish(stored, answer) for stored, answer in zip(batch, answers, strict=True))

    def _finish(self, stored: Stored, answer: Future[Prediction]) -> bool:
        """Store what the model said of one request; False where it said nothing, and it waits on."""
        if not answer.done():
            answer.cancel()
            return False
        try:
            prediction = answer.result()
            with self._services.store.read() as connection:
                customer = worth.of_request(
                    self._services, connection, stored.request, facts_trusted=stored.facts_trusted
                )
            assessment = assess.judged(self._services, stored.request, prediction, customer)
        except StorageError:
            raise
        except TriageError as error:
            self._put_off(stored, error)
            return False
        assess.keep(self._services, stored, assessment)
        return True

    def _put_off(self, stored: Stored, error: TriageError) -> None:
        """Try a request that failed again after as long as it has waited: each time after twice as long."""
        now = self._services.tools.clock()
        least = timedelta(seconds=self._services.settings.sweep_seconds)
        pause = min(max(now - stored.stored_at, least), LONGEST_PAUSE)
        with self._services.store.write() as connection:
            waiting.put_off(connection, [stored.id], until=now + pause)
        log.warning("Request %s waits on, for %.0f s: %s", stored.id, pause / timedelta(seconds=1), error)
