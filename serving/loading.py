"""From a delivered folder to a model that answers: loaded, and tried before it is let at real requests."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from features.encoder.runtime import Runtime
from features.errors import BundleError
from features.modes import Modes
from features.policy import Policy, meeting
from features.records import ModelReference, Request
from serving.engine import Model
from serving.settings import Settings

if TYPE_CHECKING:
    from features.encoder import Encoder

LoadModel = Callable[[Path, ModelReference], Model]
TRIAL = (
    Request(text="打印机坏了，整个财务部今天都没法开发票。"),
    Request(text="The printer is broken and nobody in accounting can print invoices today."),
)


@dataclass
class BundleLoader:
    """Loads bundles; those of one encoder share it, so that a second version costs little memory.

    cache: where encoders are kept. keep_vectors: use the file cache of vectors that training fills. modes:
    of the fields; a model that does not allow them is not loaded. runtime, threads: by which library the
    encoder runs, with how many threads.
    """

    cache: Path | None = None
    keep_vectors: bool = False
    modes: Modes = field(default_factory=dict)
    runtime: Runtime = Runtime.AUTO
    threads: int = 0
    _encoders: dict[str, Encoder] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, *, keep_vectors: bool = False) -> BundleLoader:
        """The loader that the settings ask for."""
        return cls(
            settings.cache,
            keep_vectors=keep_vectors,
            modes=settings.modes,
            runtime=settings.encoder_runtime,
            threads=settings.encoder_threads,
        )

    def __call__(self, folder: Path, reference: ModelReference) -> Model:
        """The bundle in a folder. Raises BundleError where it is damaged, or does not allow the modes."""
        from features.bundle import TriageModel
        from features.manifest import read_manifest

        name = read_manifest(folder).encoder_name
        if name not in self._encoders:
            self._encoders = {name: self._opened(name)}
        return TriageModel.load(folder, encoder=self._encoders[name], reference=reference, modes=self.modes)

    def _opened(self, name: str) -> Encoder:
        from features.encoder import CachedEncoder, FileCachedEncoder, on_runtime, open_encoder
        from features.encoder.location import default_cache_dir

        opened = open_encoder(name, cache_dir=self.cache, progress=True)
        encoder = on_runtime(opened, self.runtime, cache_dir=self.cache, threads=self.threads)
        if self.keep_vectors:
            return FileCachedEncoder(encoder, (self.cache or default_cache_dir()) / "vectors")
        return CachedEncoder(encoder)


def met(load: LoadModel, policy: Policy) -> LoadModel:
    """The same way to load; it raises PolicyError, naming the cell, where labels and policy do not meet."""

    def loaded(folder: Path, reference: ModelReference) -> Model:
        model = load(folder, reference)
        meeting.require(policy, model.taxonomy)
        return model

    return loaded


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
    if len(predictions) != len(TRIAL) or not (predictions[0].fields or predictions[0].monitored):
        raise BundleError(f"The model {model.reference} gives no prediction.")
    return model
