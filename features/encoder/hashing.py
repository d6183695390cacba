"""An encoder without a model, for tests where speed matters and meaning does not."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.encoder.batches import encode_in_batches, unit_rows

NAME = "hash"
_BATCH_SIZE = 4096


class HashEncoder:
    """Hashes runs of 1 to 3 characters into `dimensions` signed counts, so like texts get like vectors.

    Deterministic on every machine; needs neither weights nor torch.
    """

    def __init__(self, *, dimensions: int = 256) -> None:
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        """Always `hash`."""
        return NAME

    @property
    def fingerprint(self) -> str:
        """Its parameters, spelled out."""
        return f"hash-1-char_wb-1-3-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self._dimensions

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Give the vectors of the texts, an array of shape (len(texts), dimensions), each of length 1."""
        return encode_in_batches(
            texts, self._encode_batch, dimensions=self.dimensions, batch_size=_BATCH_SIZE, progress=progress
        )

    def _encode_batch(self, texts: list[str]) -> NDArray[np.float32]:
        counts = self._vectorizer.transform(texts).toarray()
        return unit_rows(np.asarray(counts, dtype=np.float32))

    @cached_property
    def _vectorizer(self) -> Any:
        from sklearn.feature_extraction.text import HashingVectorizer

        return HashingVectorizer(
            analyzer="char_wb", ngram_range=(1, 3), n_features=self._dimensions, norm=None, dtype=np.float32
        )
