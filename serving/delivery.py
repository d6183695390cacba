"""The model on this disk: found, loaded, tried, and swapped in when the champion changes.

Web processes never ask MLflow. The command line writes a pointer beside the versions (see
features.delivered); it is read here every two seconds (a setting). A version that cannot be loaded or
fails its trial is logged and left, and the one before goes on.
"""

from __future__ import annotations

import logging
import math
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from features import delivered
from features.delivered import ModelUri
from features.errors import BundleError, RegistryError, TriageError
from features.records import ModelReference, Request
from serving.engine import Engine, Model
from serving.settings import Settings

if TYPE_CHECKING:
    from features.encoder import Encoder

log = logging.getLogger(__name__)

LoadModel = Callable[[Path, ModelReference], Model]
TRIAL = (
    Request(text="打印机坏了，整个财务部今天都没法开发票。"),
    Request(text="The printer is broken and nobody in accounting can print invoices today."),
)


@dataclass
class BundleLoader:
    """Loads bundles; those of one encoder share it, so that a second version costs little memory.

    cache: where encoders are kept. keep_vectors: use the file cache of vectors that training fills.
    """

    cache: Path | None = None
    keep_vectors: bool = False
    _encoders: dict[str, Encoder] = field(default_factory=dict)

    def __call__(self, folder: Path, reference: ModelReference) -> Model:
        """The bundle in a folder. Raises BundleError where it is damaged."""
        from features.bundle import TriageModel
        from features.manifest import read_manifest

        name = read_manifest(folder).encoder_name
        if name not in self._encoders:
            self._encoders = {name: self._opened(name)}
        return TriageModel.load(folder, encoder=self._encoders[name], reference=reference)

    def _opened(self, name: str) -> Encoder:
        from features.encoder import CachedEncoder, FileCachedEncoder, open_encoder
        from features.encoder.location import default_cache_dir

        encoder = open_encoder(name, cache_dir=self.cache, progress=True)
        if self.keep_vectors:
            return FileCachedEncoder(encoder, (self.cache or default_cache_dir()) / "vectors")
        return CachedEncoder(encoder)


def locate(settings: Settings) -> tuple[Path, ModelReference] | None:
    """Where the model of the settings lies on this disk, or None where it was not delivered yet.

    Raises InputError where the setting is neither a folder nor a model's URI.
    """
    folder = Path(settings.model)
    if folder.is_dir():
        return folder, ModelReference(name=folder.resolve().name, version="-")
    uri = ModelUri.parse(settings.model)
    if uri.version is not None:
        reference = ModelReference(name=uri.name, version=uri.version)
        found: Path | None = delivered.folder_of(settings.home, reference)
    else:
        found = delivered.current(settings.home, uri.name) if uri.alias == delivered.CHAMPION else None
    if found is None or not found.is_dir():
        return None
    return found, ModelReference(name=uri.name, version=found.name)


def could_fetch(settings: Settings, environ: Mapping[str, str]) -> bool:
    """Whether there is an MLflow to ask: one under home, or one the environment names."""
    return (settings.home / "mlflow").is_dir() or bool(environ.get("MLFLOW_TRACKING_URI"))


def fetch(settings: Settings) -> None:
    """Have the model of the settings delivered to this disk, by a process of its own that may ask MLflow.

    Raises RegistryError, in one sentence, where MLflow has none.
    """
    asked = [sys.executable, "-m", "serving.fetching", settings.model, str(settings.home)]
    done = subprocess.run(asked, check=False, capture_output=True, text=True)  # noqa: S603 - our own module
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise RegistryError(lines[-1])


def tried(model: Model) -> Model:
    """The model, after it answered two requests soundly. Raises BundleError where it does not."""
    try:
        predictions = model.predict(TRIAL)
    except Exception as error:
        raise BundleError(f"The model {model.reference} fails on a plain request: {error}.") from error
    for prediction in predictions:
        for code, each in prediction.fields.items():
            if not math.isclose(sum(each.probabilities.values()), 1.0, abs_tol=1e-3):
                raise BundleError(
                    f"The model {model.reference} gives probabilities of {code!r} that do not sum to 1."
                )
    if len(predictions) != len(TRIAL) or not predictions[0].fields:
        raise BundleError(f"The model {model.reference} gives no prediction.")
    return model


class Delivery:
    """Keeps the engine on the delivered version."""

    def __init__(self, *, engine: Engine, settings: Settings, load: LoadModel) -> None:
        self._engine = engine
        self._settings = settings
        self._load = load
        self._seen: Path | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def load_first(self) -> None:
        """Load the delivered version, if there is one. Raises BundleError where it cannot be used."""
        found = locate(self._settings)
        if found is not None:
            self._seen = found[0]
            self._engine.use(tried(self._load(*found)))

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
        """Swap to the delivered version if it is another than the last one seen."""
        try:
            found = locate(self._settings)
            if found is None or found[0] == self._seen:
                return
            self._seen = found[0]
            self._engine.use(tried(self._load(*found)))
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
