"""The mean vector of each language, to be taken off before requests are compared.

The encoder puts language above meaning: of a Chinese request's ten nearest hardly any is English, however
much they say the same. What a vector has over the mean of its language tells the meaning; see
experiments/similar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
FEWEST = 20
"""With fewer vectors of a language its mean says more of these than of the language: the mean of all is taken
off instead, and nothing where all are fewer."""
LEAST_LENGTH = 1e-6


@dataclass(frozen=True)
class Means:
    """of_language: language -> the mean of its vectors. others: of any other language, None for nothing."""

    of_language: Mapping[str, Vector] = field(default_factory=dict)
    others: Vector | None = None

    def over(self, vectors: Vector, languages: Sequence[str]) -> Vector:
        """(rows, dimensions), each of length 1: what vectors have over the means of their languages."""
        if self.others is None:
            return vectors
        means = np.stack([self.of_language.get(each, self.others) for each in languages])
        over = vectors - means
        lengths = np.linalg.norm(over, axis=1, keepdims=True)
        return np.asarray(over / np.maximum(lengths, LEAST_LENGTH), dtype=np.float32)


def fitted(sums: Mapping[str, Vector], counts: Mapping[str, int]) -> Means:
    """The means of languages with so many vectors, which add up to `sums`."""
    total = sum(counts.values())
    if total < FEWEST:
        return Means()
    common = np.sum(list(sums.values()), axis=0, dtype=np.float32) / total
    enough = [each for each in sums if counts[each] >= FEWEST]
    means = {each: np.asarray(sums[each] / counts[each], dtype=np.float32) for each in enough}
    return Means(means, np.asarray(common, dtype=np.float32))
