"""Encoders: what turns the text of a request into a vector. Importing this loads no torch."""

from pathlib import Path

from features.encoder import e5, hashing
from features.encoder.cache import CachedEncoder
from features.encoder.file_cache import FileCachedEncoder
from features.encoder.hashing import HashEncoder
from features.encoder.onnx import OnnxEncoder
from features.encoder.protocol import Encoder
from features.encoder.runtime import Runtime, on_runtime
from features.encoder.transformer import TransformerEncoder

DEFAULT_ENCODER = e5.NAME

__all__ = [
    "DEFAULT_ENCODER",
    "CachedEncoder",
    "Encoder",
    "FileCachedEncoder",
    "HashEncoder",
    "OnnxEncoder",
    "Runtime",
    "TransformerEncoder",
    "on_runtime",
    "open_encoder",
]


def open_encoder(name: str, *, cache_dir: Path | None = None, progress: bool = False) -> Encoder:
    """Open an encoder by its name: `multilingual-e5-small`, `hash`, a local folder, or a name on the hub.

    The default encoder is built first if this machine has none yet, and a model of the hub is fetched; with
    `progress` that is shown on standard error. Weights are loaded later, at the first `encode`.
    Raises EncoderNameError if nothing is called so, EncoderBuildError if the default cannot be made.
    """
    if name == hashing.NAME:
        return HashEncoder()
    if name == DEFAULT_ENCODER:
        return e5.open_default(cache_dir, progress=progress)
    encoder = TransformerEncoder(name, cache_dir=cache_dir)
    encoder.folder  # noqa: B018 - an unknown name is told now, not at the first text
    return encoder
