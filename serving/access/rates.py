"""How often a key may call: a token bucket for each, in each process.

A bucket holds a minute's calls and fills evenly: a burst of so many passes, and then the rate holds. With
several processes a key may make so many calls in each.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from features.errors import RateError

BEYOND_LOOPBACK = 1200
"""Calls a minute where the service listens beyond this machine, unless the settings say otherwise."""
_MOST = 10_000


@dataclass
class Rates:
    """Counts calls by key. Safe for use by several threads.

    per_minute: 0 for no bound. clock: seconds, monotonic.
    """

    per_minute: int
    clock: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key_id: str) -> None:
        """Count a call. Raises RateError where the key made too many."""
        if not self.per_minute:
            return
        each = self.per_minute / 60
        with self._lock:
            now = self.clock()
            left, since = self._left.get(key_id, (float(self.per_minute), now))
            left = min(self.per_minute, left + (now - since) * each)
            if left >= 1:
                if len(self._left) >= _MOST:
                    self._left.clear()
                self._left[key_id] = (left - 1, now)
                return
        told = f"This key may call {self.per_minute} times a minute; try again in a while."
        raise RateError(told, seconds=max(1, math.ceil((1 - left) / each)))
