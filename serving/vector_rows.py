"""Vectors as bytes, side by side in the memory of a process, and the nearest of them to one.

A number of a vector is kept in one byte: 200,000 vectors of 384 numbers take 77 MB, where float32 would take
307. So the order found here is nearly right, and the caller measures the first few again from the table.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from serving.language_means import LEAST_LENGTH, Means, fitted
from serving.store.vectors import Entries, Vector

BLOCK = 1024
"""Rows widened to float32 at a time: they stay in the processor's cache. See experiments/similar."""
_LEVELS = 127
_NOBODY = -1


class Rows:
    """Vectors as bytes, each with its scale; once full, the one that came first gives way to the next.

    They are compared by what they have over the means of their languages, which are fitted anew whenever the
    rows have doubled.
    """

    def __init__(self, capacity: int, *, width: int) -> None:
        self.means = Means()
        self._capacity = capacity
        self._width = width
        self._next = 0
        self._filled = 0
        self._fitted_on = 0
        self._names: dict[str, int] = {}
        self._languages: dict[str, int] = {}
        self._levels = np.zeros((0, width), dtype=np.int8)
        self._scales = np.zeros(0, dtype=np.float32)
        self._lengths = np.ones(0, dtype=np.float32)
        self._spoken = np.zeros(0, dtype=np.int16)
        self._numbers = np.full(0, _NOBODY, dtype=np.int64)
        self._parties = np.full((0, 2), _NOBODY, dtype=np.int32)

    def put(self, entries: Entries) -> None:
        """Enter vectors, in their order."""
        for start in range(0, len(entries), BLOCK):
            self._put(entries[start : start + BLOCK])

    def _put(self, some: Entries) -> None:
        while self._next + len(some) > len(self._numbers) < self._capacity:
            self._grow()
        at = (self._next + np.arange(len(some))) % self._capacity
        scales = np.maximum(np.abs(some.vectors).max(axis=1), 1e-12) / _LEVELS
        self._levels[at] = np.rint(some.vectors / scales[:, None])
        self._scales[at] = scales
        self._spoken[at] = [self._languages.setdefault(x, len(self._languages)) for x in some.languages]
        self._lengths[at] = self._over(some.vectors, self._spoken[at])
        self._numbers[at] = some.numbers
        self._parties[at] = [[self._name(each) for each in party] for party in some.parties]
        self._filled = min(max(self._filled, self._next + len(some)), self._capacity)
        self._next = int(at[-1] + 1) % self._capacity

    def _name(self, party: str) -> int:
        return self._names.setdefault(party, len(self._names))

    def put_in_order(self, order: NDArray[np.intp]) -> None:
        """Have the rows stand in this order of their positions: the first gives way first."""
        for each in self._columns:
            each[: self._filled] = each[: self._filled][order]

    def fit(self) -> None:
        """Fit the means of languages where the rows have doubled since that was done."""
        if self._filled < max(2 * self._fitted_on, 1):
            return
        sums = np.zeros((len(self._languages), self._width), dtype=np.float32)
        for rows, wide in self._blocks():
            for spoken in np.unique(self._spoken[rows]).tolist():
                sums[spoken] += self._scales[rows] * (self._spoken[rows] == spoken) @ wide
        here = self._spoken[: self._filled][self._numbers[: self._filled] != _NOBODY]
        counts = np.bincount(here, minlength=len(sums)).tolist()
        named = self._languages.items()
        self.means = fitted({name: sums[i] for name, i in named}, {name: counts[i] for name, i in named})
        for rows, wide in self._blocks():
            self._lengths[rows] = self._over(wide * self._scales[rows, None], self._spoken[rows])
        self._fitted_on = self._filled

    def _over(self, vectors: Vector, spoken: NDArray[np.int16]) -> Vector:
        """(rows,): the length of what vectors have over the mean of their language."""
        if self.means.others is None:
            return np.ones(len(vectors), dtype=np.float32)
        lengths = np.linalg.norm(vectors - self._taken_off()[spoken], axis=1)
        return np.asarray(np.maximum(lengths, LEAST_LENGTH), dtype=np.float32)

    def _taken_off(self) -> Vector:
        """(languages, dimensions): what is taken off the vectors of each language."""
        if self.means.others is None:
            return np.zeros((len(self._languages), self._width), dtype=np.float32)
        known = self.means.of_language
        return np.stack([known.get(each, self.means.others) for each in self._languages])

    def live_numbers(self) -> NDArray[np.int64]:
        """The numbers of the vectors that are in, in no order."""
        found: NDArray[np.int64] = self._numbers[self._numbers != _NOBODY]
        return found

    def drop(self, numbers: NDArray[np.int64]) -> None:
        """Take vectors out, and leave nothing of them."""
        gone = np.isin(self._numbers, numbers)
        for each in self._columns:
            each[gone] = 0
        self._numbers[gone], self._parties[gone], self._lengths[gone] = _NOBODY, _NOBODY, 1

    def nearest(
        self, vector: Vector, *, language: str, count: int, party: str | None
    ) -> tuple[tuple[int, ...], int]:
        """The numbers of the nearest to a vector of length 1, and among how many they are."""
        open_to = self._numbers[: self._filled] != _NOBODY
        if party is not None:
            open_to &= (self._parties[: self._filled] == self._names.get(party, _NOBODY - 1)).any(axis=1)
        searched = int(open_to.sum())
        count = min(count, searched)
        if count == 0:
            return (), 0
        asked = self.means.over(vector[None, :], [language])[0]
        cosines = np.where(open_to, self._cosines(asked), -np.inf)
        first = np.argpartition(-cosines, count - 1)[:count]
        ordered = first[np.argsort(-cosines[first], kind="stable")]
        return tuple(self._numbers[ordered].tolist()), searched

    def _cosines(self, asked: Vector) -> Vector:
        """(filled,): nearly the cosines to `asked`, which is what a vector has over its mean."""
        found = np.empty(self._filled, dtype=np.float32)
        for rows, wide in self._blocks():
            np.dot(wide, asked, out=found[rows])
        found *= self._scales[: self._filled]
        found -= (self._taken_off() @ asked)[self._spoken[: self._filled]]
        found /= self._lengths[: self._filled]
        return found

    def _blocks(self) -> Iterator[tuple[slice, Vector]]:
        """The levels as float32, some rows at a time; each block is overwritten by the next."""
        wide = np.empty((BLOCK, self._width), dtype=np.float32)
        for start in range(0, self._filled, BLOCK):
            end = min(start + BLOCK, self._filled)
            block = wide[: end - start]
            np.copyto(block, self._levels[start:end])
            yield slice(start, end), block

    @property
    def _columns(self) -> tuple[NDArray[np.generic], ...]:
        every = (self._levels, self._scales, self._lengths, self._spoken, self._numbers, self._parties)
        return tuple(every)

    def _grow(self) -> None:
        more = min(max(2 * len(self._numbers), BLOCK), self._capacity) - len(self._numbers)
        self._levels = np.concatenate([self._levels, np.zeros((more, self._width), dtype=np.int8)])
        self._scales = np.concatenate([self._scales, np.zeros(more, dtype=np.float32)])
        self._lengths = np.concatenate([self._lengths, np.ones(more, dtype=np.float32)])
        self._spoken = np.concatenate([self._spoken, np.zeros(more, dtype=np.int16)])
        self._numbers = np.concatenate([self._numbers, np.full(more, _NOBODY, dtype=np.int64)])
        self._parties = np.concatenate([self._parties, np.full((more, 2), _NOBODY, dtype=np.int32)])
