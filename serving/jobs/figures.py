"""The thread of the jobs process that counts what is in the database for the metrics.

It is here, once a machine, since counting a large table costs more than answering `/metrics` may.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from features.errors import StorageError
from serving.store import counting

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)
SECONDS = 15.0
"""Between two counts: what Prometheus asks for at its own default."""


class Figures:
    """Counts until stopped."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def start(self, stop: threading.Event) -> None:
        """Count now, and every few seconds from now on."""
        threading.Thread(target=self._run, args=(stop,), name="figures", daemon=True).start()

    def _run(self, stop: threading.Event) -> None:
        while True:
            try:
                self.count()
            except StorageError:
                pass  # the runner says so
            except Exception:
                log.exception("Counting for the metrics failed; it will be tried again.")
            if stop.wait(SECONDS):
                return

    def count(self) -> None:
        """Once. Raises StorageError where the database does not answer."""
        services = self._services
        with services.store.read() as connection:
            now = services.tools.clock()
            services.metrics.found("jobs", counting.jobs_by_state(connection, at=now))
            services.metrics.found("open_requests", counting.open_by_grade(connection))
            services.metrics.found("unassessed", counting.unassessed(connection))
        services.metrics.counted(now)
