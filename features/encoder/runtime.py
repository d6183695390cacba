"""By which library an encoder's network runs where requests are answered."""

from __future__ import annotations

import logging
from enum import StrEnum
from pathlib import Path

from features.encoder.export import export
from features.encoder.protocol import Encoder
from features.encoder.transformer import TransformerEncoder
from features.errors import EncoderBuildError

logger = logging.getLogger(__name__)


class Runtime(StrEnum):
    """AUTO is ONNX where the encoder can be exported, TORCH where not."""

    AUTO = "auto"
    ONNX = "onnx"
    TORCH = "torch"


def on_runtime(
    encoder: Encoder, runtime: Runtime, *, cache_dir: Path | None = None, threads: int = 0
) -> Encoder:
    """The encoder as it is to run; one that is no network (`hash`) as it is. The vectors are the same.

    An encoder that was not exported on this machine is exported first, which takes a minute. Raises
    EncoderBuildError under Runtime.ONNX where it cannot be; under AUTO the log says so, and torch runs it.
    """
    if runtime is Runtime.TORCH or not isinstance(encoder, TransformerEncoder):
        return encoder
    try:
        return export(encoder, cache_dir=cache_dir, threads=threads)
    except EncoderBuildError as error:
        if runtime is Runtime.ONNX:
            raise
        logger.warning("the encoder runs on torch: %s", error)
        return encoder
