"""An encoder that remembers, in the memory of this process, the vectors it made last."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from features.encoder.protocol import Encoder

Vector = NDArray[np.float32]


class CachedEncoder:
    """Keeps the `capacity` vectors used last; many threads may share it.

    It belongs to one encoder, and so to one fingerprint. 384 numbers take 1.5 kB: 10,000 vectors take 15 MB.
    """

    def __init__(self, encoder: Encoder, *, capacity: int = 10_000) -> None:
        self.encoder = encoder
        self.capacity = capacity
        self._vectors: OrderedDict[bytes, Vector] = OrderedDict()
        self._lock = threading.Lock()

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
        """Give the vectors of the texts, (len(texts), dimensions); only those not remembered are made."""
        keys = [text_key(text) for text in texts]
        known = self._recall(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            made = self.encoder.encode(list(missing.values()), progress=progress)
            known |= zip(missing, made, strict=True)
        self._remember(known)
        return stacked(keys, known, dimensions=self.dimensions)

    def _recall(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        with self._lock:
            return {key: self._vectors[key] for key in keys if key in self._vectors}

    def _remember(self, vectors: Mapping[bytes, Vector]) -> None:
        with self._lock:
            for key, vector in vectors.items():
                self._vectors[key] = vector
                self._vectors.move_to_end(key)
            while len(self._vectors) > self.capacity:
                self._vectors.popitem(last=False)


def text_key(text: str) -> bytes:
    """Give the 32 bytes under which the vector of a text is kept; the text itself is kept nowhere."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def stacked(
    keys: Sequence[bytes], vectors: Mapping[bytes, Vector], *, dimensions: int
) -> NDArray[np.float32]:
    """Put the vectors of the keys one under the other: shape (len(keys), dimensions)."""
    rows = np.empty((len(keys), dimensions), dtype=np.float32)
    for row, key in enumerate(keys):
        rows[row] = vectors[key]
    return rows
