"""An encoder that remembers in files what it made, for training: the next run encodes only new texts.

One folder for each fingerprint; in it one `.npy` file (a shard) for each call that made something new. A
shard is written aside and renamed, and never changed, so writers need no lock and readers see whole files;
two writers of the same text merely keep it twice. A shard that is damaged all the same is passed over.
"""

import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.encoder.cache import Vector, stacked, text_key
from features.encoder.protocol import Encoder

_KEY_BYTES = 32
_UNIT_TOLERANCE = 1e-2

logger = logging.getLogger(__name__)


class FileCachedEncoder:
    """Keeps every vector it makes in `folder`, which any number of processes may share."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.encoder = encoder
        self.folder = folder
        self._vectors: dict[bytes, Vector] = {}
        self._read: set[str] = set()

    @property
    def name(self) -> str:
        """The name of the encoder within."""
        return self.encoder.name

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the encoder within: remembering changes no vector."""
        return self.encoder.fingerprint

    @property
    def dimensions(self) -> int:
        """The width of a vector."""
        return self.encoder.dimensions

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Give the vectors of the texts, (len(texts), dimensions); only those in no file are made."""
        keys = [text_key(text) for text in texts]
        self._read_new_shards()
        missing = {k: text for k, text in zip(keys, texts, strict=True) if k not in self._vectors}
        if missing:
            made = self.encoder.encode(list(missing.values()), progress=progress)
            self._vectors |= zip(missing, made, strict=True)
            self._write_shard(list(missing), made)
        return stacked(keys, self._vectors, dimensions=self.dimensions)

    @property
    def _shards(self) -> Path:
        return self.folder / self.fingerprint[:32]

    @property
    def _row(self) -> np.dtype[np.void]:
        return np.dtype([("key", f"V{_KEY_BYTES}"), ("vector", "<f4", (self.dimensions,))])

    def _read_new_shards(self) -> None:
        for path in sorted(self._shards.glob("*.npy")):
            if path.name not in self._read:
                self._read.add(path.name)
                self._vectors |= self._read_shard(path)

    def _read_shard(self, path: Path) -> dict[bytes, Vector]:
        """Map a shard into memory; a damaged one, or a row that is no unit vector, counts as absent."""
        try:
            rows = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            logger.warning("the cached vectors in %s cannot be read and are made again: %s", path, error)
            return {}
        if rows.dtype != self._row or rows.ndim != 1:
            logger.warning("the cached vectors in %s have another layout and are made again", path)
            return {}
        whole = np.abs(np.linalg.norm(rows["vector"], axis=1) - 1) < _UNIT_TOLERANCE
        keys, vectors = rows["key"][whole], rows["vector"][whole]
        return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}

    def _write_shard(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        rows = np.empty(len(keys), dtype=self._row)
        rows["key"] = np.frombuffer(b"".join(keys), dtype=f"V{_KEY_BYTES}")
        rows["vector"] = vectors
        try:
            self._read.add(save_atomically(rows, self._shards).name)
        except OSError as error:
            # The vectors are made; only the next run is slower. A full disk is told by what must be written.
            logger.warning("the vectors could not be kept in %s: %s", self._shards, error)


def save_atomically(rows: NDArray[np.void], folder: Path) -> Path:
    """Write one `.npy` file of a new name into `folder`, whole or not at all. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, temp = tempfile.mkstemp(suffix=".tmp", dir=folder)
    try:
        with os.fdopen(handle, "wb") as stream:
            np.save(stream, rows, allow_pickle=False)
            stream.flush()
            os.fsync(stream.fileno())
        return Path(temp).replace(Path(temp).with_suffix(".npy"))
    finally:
        Path(temp).unlink(missing_ok=True)
