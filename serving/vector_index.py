"""The vectors of up to 200,000 requests in the memory of a process, in step with the table.

Beyond 200,000 requests the newest are searched.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from serving.language_means import Means
from serving.store import vectors
from serving.store.vectors import Vector
from serving.vector_rows import Rows

CAPACITY = 200_000


@dataclass(frozen=True)
class Nearest:
    """numbers: of the nearest vectors, nearest first. searched: among how many. means: what was taken off."""

    numbers: tuple[int, ...]
    searched: int
    means: Means = field(default_factory=Means)


class VectorIndex:
    """The vectors of one encoder at a time: read from the table when first asked, and when it has more."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._fingerprint = ""
        self._rows: Rows | None = None
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
        self,
        connection: Connection,
        vector: Vector,
        *,
        fingerprint: str,
        count: int,
        party: str | None,
        language: str = "",
    ) -> Nearest:
        """So many of the nearest vectors of this encoder, nearly in their order.

        party: only of requests that it may read. language: of the vector's request.
        """
        with self._lock:
            rows = self._refreshed(connection, fingerprint, width=len(vector))
            numbers, searched = rows.nearest(vector, language=language, count=count, party=party)
            return Nearest(numbers, searched, rows.means)

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

    def _refreshed(self, connection: Connection, fingerprint: str, *, width: int) -> Rows:
        if self._rows is None or fingerprint != self._fingerprint:
            rows = Rows(self._capacity, width=width)
            self._last = vectors.last_number(connection, fingerprint)
            self._counted = vectors.count(connection, fingerprint, upto=self._last)
            ids: list[str] = []
            for page in vectors.newest(connection, fingerprint, limit=self._capacity):
                rows.put(page)
                ids += page.request_ids
                self._last = max(self._last, int(page.numbers[-1]))
            rows.put_in_order(np.argsort(np.array(ids, dtype=np.str_), kind="stable"))
            self._rows, self._fingerprint = rows, fingerprint
        while later := vectors.after(connection, fingerprint, self._last):
            self._rows.put(later)
            self._last = int(later.numbers[-1])
            self._counted += len(later)
        self._rows.fit()
        return self._rows
