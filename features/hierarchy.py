"""What the probabilities of labels say of the labels above them, and which of all is answered.

A head knows the labels it was trained on: leaves, and inner labels that rows carried themselves. The
probability of an inner label is its own plus the sum of those below it, so each level sums to at most 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.taxonomy import Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def rolled_up(probabilities: Mapping[str, float], field: Field) -> dict[str, float]:
    """Label -> probability for the labels given and all above them, each with what is below it."""
    found = dict.fromkeys(probabilities, 0.0)
    for label, share in probabilities.items():
        for each in (label, *field.ancestors(label)):
            found[each] = found.get(each, 0.0) + share
    return found


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Where the labels of one head stand in their field.

    labels: the head's, in its order. inner: a label above any of them -> the positions below it, its own
    among them, the deepest first. depths: inner label -> 1 for the top level.
    """

    labels: tuple[str, ...]
    inner: Mapping[str, tuple[int, ...]]
    depths: Mapping[str, int]

    @classmethod
    def of(cls, labels: Sequence[str], field: Field) -> Levels:
        """The levels of a head's labels; `inner` is empty where the field is flat."""
        below: dict[str, list[int]] = {}
        for position, label in enumerate(labels):
            for above in field.ancestors(label):
                below.setdefault(above, []).append(position)
        for position, label in enumerate(labels):
            if label in below:
                below[label].append(position)
        depths = {code: len(field.path(code)) for code in below}
        ordered = sorted(below, key=lambda code: -depths[code])
        return cls(labels=tuple(labels), inner={code: tuple(below[code]) for code in ordered}, depths=depths)

    def sums(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Inner label -> its probability in each row. rows: (rows, labels), as a head gives them."""
        return {code: rows[:, list(columns)].sum(axis=1) for code, columns in self.inner.items()}

    def parents(self, row: Sequence[float]) -> dict[str, float]:
        """Inner label -> its probability in one row, the top level first."""
        ordered = reversed(list(self.inner.items()))
        return {code: min(sum(row[i] for i in columns), 1.0) for code, columns in ordered}

    def fallback(
        self, parents: Mapping[str, float], thresholds: Mapping[str, float | None]
    ) -> tuple[str, float] | None:
        """The inner label to answer where the likeliest leaf does not reach its threshold, and its threshold.

        The deepest whose probability reaches its own threshold; of equally deep ones the likeliest. None
        where none does, or none has a threshold.
        """
        reached = [
            (code, cutoff)
            for code, share in parents.items()
            if (cutoff := thresholds.get(code)) is not None and share >= cutoff
        ]
        return max(reached, key=lambda each: (self.depths[each[0]], parents[each[0]]), default=None)
