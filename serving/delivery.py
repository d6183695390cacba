"""The model on this disk: found, loaded, tried, and swapped in when another is to answer.

Web processes never ask MLflow. Which version is to answer is the newest row of `deployments`, written by
the jobs process; until there is one, the pointer that the command line writes beside the versions (see
features.delivered). Both are looked at every two seconds (a setting). A version that cannot be loaded or
fails its trial is logged and left, and the one before goes on; a process that starts then takes the one
before, too.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from features import delivered
from features.delivered import ModelUri
from features.errors import StorageError, TriageError
from features.manifest import read_manifest
from features.records import ModelReference
from features.taxonomy import Taxonomy
from serving.engine import Engine
from serving.loading import LoadModel, tried
from serving.settings import Settings
from serving.store import deployments

if TYPE_CHECKING:
    from serving.store.database import Database

log = logging.getLogger(__name__)
BACK = 5
"""So many versions are tried by a process that starts, the newest first."""

Place = tuple[Path, ModelReference]


def locate(settings: Settings) -> Place | None:
    """Where the model of the settings lies on this disk by the pointer, or None where it is not there yet.

    Raises InputError where the setting is neither a folder nor a model's URI.
    """
    folder = Path(settings.model)
    if folder.is_dir():
        return folder, ModelReference(name=folder.resolve().name, version="-")
    uri = ModelUri.parse(settings.model)
    if uri.version is not None:
        return _there(settings, ModelReference(name=uri.name, version=uri.version))
    found = delivered.current(settings.home, uri.name) if uri.alias == delivered.CHAMPION else None
    return None if found is None else _there(settings, ModelReference(name=uri.name, version=found.name))


def taxonomy_on_disk(settings: Settings) -> Taxonomy | None:
    """The taxonomy of the model that `locate` finds, without loading the model; None where there is none.

    Raises BundleError where it cannot be read.
    """
    found = locate(settings)
    return None if found is None else Taxonomy.of(read_manifest(found[0]).taxonomy)


def champion_of(settings: Settings) -> str | None:
    """The name of the model whose champion the settings ask for; None where they name a version or folder."""
    if Path(settings.model).is_dir():
        return None
    uri = ModelUri.parse(settings.model)
    return uri.name if uri.alias == delivered.CHAMPION else None


def candidates(settings: Settings, store: Database) -> list[Place]:
    """What may answer and lies on this disk, the one that is to answer first.

    Raises StorageError where the database does not say.
    """
    name = champion_of(settings)
    if name is not None:
        with store.read() as connection:
            rows = deployments.newest(connection, name, limit=BACK)
        found = [_there(settings, model) for model in dict.fromkeys(each.model for each in rows)]
        if any(found):
            return [place for place in found if place is not None]
    place = locate(settings)
    return [] if place is None else [place]


def _there(settings: Settings, reference: ModelReference) -> Place | None:
    folder = delivered.folder_of(settings.home, reference)
    return (folder, reference) if folder.is_dir() else None


class Delivery:
    """Keeps the engine on the version that is to answer."""

    def __init__(self, *, engine: Engine, settings: Settings, store: Database, load: LoadModel) -> None:
        self._engine = engine
        self._settings = settings
        self._store = store
        self._load = load
        self._seen: Path | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def load_first(self) -> None:
        """Load what is to answer, if there is anything, or the latest before it that can be used.

        Raises BundleError, that of the newest, where none can.
        """
        failed: TriageError | None = None
        for place in self._candidates():
            self._seen = self._seen or place[0]
            try:
                self._engine.use(tried(self._load(*place)))
            except TriageError as error:
                failed = failed or error
                log.error("Version %s of %s cannot be used: %s", place[1].version, place[1].name, error)
            else:
                return
        if failed is not None:
            raise failed

    def _candidates(self) -> list[Place]:
        """By the pointer alone where the database does not answer now."""
        try:
            return candidates(self._settings, self._store)
        except StorageError as error:
            log.warning("The model is taken by the pointer, since the database does not say: %s", error)
            place = locate(self._settings)
            return [] if place is None else [place]

    def start(self) -> None:
        """Look for another version from now on."""
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()

    def stop(self, *, seconds: float = 5.0) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def look(self) -> None:
        """Swap to the version that is to answer if it is another than the last one seen."""
        try:
            found = next(iter(candidates(self._settings, self._store)), None)
            if found is None or found[0] == self._seen:
                return
            self._seen = found[0]
            self._engine.use(tried(self._load(*found)))
        except StorageError:
            return  # the sweep says so
        except TriageError as error:
            log.error("A delivered model is not used, the one before goes on: %s", error)
        else:
            log.info("Version %s of %s answers now.", found[1].version, found[1].name)

    def _run(self) -> None:
        while not self._stop.wait(self._settings.poll_seconds):
            try:
                self.look()
            except Exception:  # whatever a folder holds, the old model must go on answering
                log.exception("Looking for a delivered model failed; it will be tried again.")
