"""The thread that notices a new champion, and leaves its delivery to be done.

It also fetches what was deployed from another machine, so that the web processes of this one find it.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from features.errors import RegistryError, StorageError
from features.records import ModelReference
from serving import champions, delivery
from serving.jobs import fetch_model
from serving.store import deployments

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)


class Watch:
    """Looks at what is champion every few seconds (a setting), until stopped."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._name = delivery.champion_of(services.settings)
        self._asked: tuple[int, ModelReference] | None = None
        self._complaint = ""

    def start(self, stop: threading.Event) -> None:
        """Look from now on; not at all where the settings name a version or a folder."""
        if self._name is not None:
            threading.Thread(target=self._run, args=(stop,), name="watch", daemon=True).start()

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(self._services.settings.poll_seconds):
            try:
                self.look()
            except (RegistryError, StorageError) as error:
                self._complain(str(error))
            except Exception:
                log.exception("Looking for a new champion failed; it will be tried again.")
            else:
                self._complaint = ""

    def look(self) -> None:
        """Once. Raises RegistryError or StorageError where MLflow or the database does not answer."""
        if self._name is None:
            return
        champion = champions.told(self._services.settings, self._name)
        with self._services.store.read() as connection:
            rows = deployments.newest(connection, self._name, limit=1)
        last, number = (rows[0].model, rows[0].number) if rows else (None, 0)
        if champion is not None and champion != last:
            self._ask_for(champion, after=number)
        elif last is not None:
            fetch_model.bring(self._services.settings, last)
            champions.note(self._services.settings, last)

    def _ask_for(self, champion: ModelReference, *, after: int) -> None:
        if self._asked == (after, champion):
            return
        with self._services.store.write() as connection:
            fetch_model.ask_for(self._services, connection, champion, after=after)
        self._asked = (after, champion)

    def _complain(self, words: str) -> None:
        """Once for as long as it is the same."""
        if words != self._complaint:
            log.warning("A new champion cannot be looked for now: %s", words)
            self._complaint = words
