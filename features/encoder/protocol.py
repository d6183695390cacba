"""What every encoder offers: a name, a fingerprint, a width, and vectors for texts."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into vectors.

    Two encoders with the same fingerprint give the same vectors (up to the noise of float32), so heads
    fitted on the one may read the other; with another fingerprint they may not.
    """

    @property
    def name(self) -> str:
        """What a person calls it: `multilingual-e5-small`, `hash`, a folder or the name of a hub."""

    @property
    def fingerprint(self) -> str:
        """Names all that decides the vectors: weights, tokenizer, pooling, prefix, length, numeric class."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Give one vector of length 1 for each text: an array of shape (len(texts), dimensions).

        A text that occurs twice is encoded once. `progress` shows a bar on standard error if that is a
        terminal.
        """
