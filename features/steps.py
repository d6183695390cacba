"""How long the steps of a prediction take, for whoever asked: nothing is measured where nobody did.

The model does not know who counts. Whoever calls it says `with observed(count)`, and each step that it takes
in that thread is told as its name and its seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Observe = Callable[[str, float], None]
_observer: ContextVar[Observe | None] = ContextVar("observer", default=None)


@contextmanager
def observed(observe: Observe) -> Iterator[None]:
    """Have the steps that are taken inside told to `observe`, in this thread alone."""
    before = _observer.set(observe)
    try:
        yield
    finally:
        _observer.reset(before)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Take a step; its seconds are told at its end, also where it fails."""
    observe = _observer.get()
    if observe is None:
        yield
        return
    begun = time.perf_counter()
    try:
        yield
    finally:
        observe(name, time.perf_counter() - begun)
