"""The vectors of up to 200,000 requests in the memory of a process, and the nearest of them to one.

A number of a vector is kept in one byte: 200,000 vectors of 384 numbers take 77 MB, where float32 would take
307. So the order found here is nearly right, and the caller measures the first few again from the table.
Beyond 200,000 requests the newest are searched.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from serving.store import vectors
from serving.store.vectors import Entry, Vector

CAPACITY = 200_000
BLOCK = 1024
"""Rows widened to float32 at a time: they stay in the processor's cache. See experiments/similar."""
_LEVELS = 127
_NOBODY = -1


@dataclass(frozen=True)
class Nearest:
    """numbers: of the nearest vectors, nearest first. searched: among how many."""

    numbers: tuple[int, ...]
    searched: int


class VectorIndex:
    """The vectors of one encoder at a time: read from the table when first asked, and when it has more."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._fingerprint = ""
        self._rows: _Rows | None = None
        self._last = 0
        self._counted = 0
        self._whole = ""

    def is_whole(self, fingerprint: str) -> bool:
        """Whether it is known that no request lacks a vector of this encoder."""
        return fingerprint == self._whole

    def note_whole(self, fingerprint: str) -> None:
        """Say that no request lacks one: from now on each gets one with its assessment."""
        self._whole = fingerprint

    def nearest(
        self, connection: Connection, vector: Vector, *, fingerprint: str, count: int, party: str | None
    ) -> Nearest:
        """So many of the nearest vectors of this encoder. party: only of requests that it may read."""
        with self._lock:
            rows = self._refreshed(connection, fingerprint, width=len(vector))
            return rows.nearest(vector, count=count, party=party)

    def forget(self, numbers: Sequence[int]) -> None:
        """Drop vectors that are in the table no more."""
        with self._lock:
            if self._rows is not None:
                self._rows.drop(np.asarray(numbers, dtype=np.int64))

    def match(self, connection: Connection) -> None:
        """Drop what the table has no more, and read what came out of turn; nothing before first use."""
        with self._lock:
            if self._rows is None:
                return
            count = vectors.count(connection, self._fingerprint, upto=self._last)
            if count == self._counted:
                return
            self._counted, here = count, self._rows.live_numbers()
            there = vectors.numbers(connection, self._fingerprint)
            self._rows.drop(np.setdiff1d(here, there, assume_unique=True))
            if len(there) <= self._capacity:
                late = np.setdiff1d(there[there <= self._last], here, assume_unique=True)
                self._rows.put(vectors.of_numbers(connection, late.tolist(), self._fingerprint))

    def _refreshed(self, connection: Connection, fingerprint: str, *, width: int) -> _Rows:
        if self._rows is None or fingerprint != self._fingerprint:
            rows = _Rows(self._capacity, width=width)
            self._last = vectors.last_number(connection, fingerprint)
            self._counted = vectors.count(connection, fingerprint, upto=self._last)
            for page in vectors.newest(connection, fingerprint, limit=self._capacity):
                rows.put(page)
            rows.oldest_first()
            self._rows, self._fingerprint = rows, fingerprint
        while later := vectors.after(connection, fingerprint, self._last):
            self._rows.put(later)
            self._last = later[-1].number
            self._counted += len(later)
        return self._rows


class _Rows:
    """Vectors as bytes, each with its scale; once full, the one that came first gives way to the next."""

    def __init__(self, capacity: int, *, width: int) -> None:
        self._capacity = capacity
        self._width = width
        self._next = 0
        self._filled = 0
        self._names: dict[str, int] = {}
        self._levels = np.zeros((0, width), dtype=np.int8)
        self._scales = np.zeros(0, dtype=np.float32)
        self._numbers = np.full(0, _NOBODY, dtype=np.int64)
        self._parties = np.full((0, 2), _NOBODY, dtype=np.int32)

    def put(self, entries: Sequence[Entry]) -> None:
        """Enter vectors, in their order."""
        for some in (entries[i : i + BLOCK] for i in range(0, len(entries), BLOCK)):
            while self._next + len(some) > len(self._numbers) < self._capacity:
                self._grow()
            at = (self._next + np.arange(len(some))) % self._capacity
            given = np.stack([entry.vector for entry in some])
            scales = np.maximum(np.abs(given).max(axis=1), 1e-12) / _LEVELS
            self._levels[at] = np.rint(given / scales[:, None])
            self._scales[at] = scales
            self._numbers[at] = [entry.number for entry in some]
            self._parties[at] = [[self._name(each) for each in entry.party] for entry in some]
            self._filled = min(max(self._filled, self._next + len(some)), self._capacity)
            self._next = int(at[-1] + 1) % self._capacity

    def _name(self, party: str) -> int:
        return self._names.setdefault(party, len(self._names))

    def oldest_first(self) -> None:
        """Turn round what was entered the newest first."""
        for each in (self._levels, self._scales, self._numbers, self._parties):
            each[: self._filled] = each[: self._filled][::-1].copy()

    def live_numbers(self) -> NDArray[np.int64]:
        """The numbers of the vectors that are in, in no order."""
        found: NDArray[np.int64] = self._numbers[self._numbers != _NOBODY]
        return found

    def drop(self, numbers: NDArray[np.int64]) -> None:
        """Take vectors out, and leave nothing of them."""
        gone = np.isin(self._numbers, numbers)
        self._levels[gone], self._scales[gone], self._numbers[gone], self._parties[gone] = (
            0,
            0,
            _NOBODY,
            _NOBODY,
        )

    def nearest(self, vector: Vector, *, count: int, party: str | None) -> Nearest:
        """The nearest to a vector of length 1."""
        open_to = self._numbers[: self._filled] != _NOBODY
        if party is not None:
            open_to &= (self._parties[: self._filled] == self._names.get(party, _NOBODY - 1)).any(axis=1)
        searched = int(open_to.sum())
        cosines = np.where(open_to, self._cosines(vector), -np.inf)
        count = min(count, searched)
        if count == 0:
            return Nearest((), 0)
        first = np.argpartition(-cosines, count - 1)[:count]
        ordered = first[np.argsort(-cosines[first], kind="stable")]
        return Nearest(tuple(self._numbers[ordered].tolist()), searched)

    def _cosines(self, vector: Vector) -> Vector:
        """(filled,): nearly the cosines."""
        found = np.empty(self._filled, dtype=np.float32)
        wide = np.empty((BLOCK, self._width), dtype=np.float32)
        for start in range(0, self._filled, BLOCK):
            end = min(start + BLOCK, self._filled)
            block = wide[: end - start]
            np.copyto(block, self._levels[start:end])
            np.dot(block, vector, out=found[start:end])
        return found * self._scales[: self._filled]

    def _grow(self) -> None:
        size = min(max(2 * len(self._numbers), BLOCK), self._capacity)
        more = size - len(self._numbers)
        self._levels = np.concatenate([self._levels, np.zeros((more, self._width), dtype=np.int8)])
        self._scales = np.concatenate([self._scales, np.zeros(more, dtype=np.float32)])
        self._numbers = np.concatenate([self._numbers, np.full(more, _NOBODY, dtype=np.int64)])
        self._parties = np.concatenate([self._parties, np.full((more, 2), _NOBODY, dtype=np.int32)])
