"""Variables of the environment that a library writes, put back as they were."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept(*names: str) -> Iterator[None]:
    """Undo, at the end, whatever was done to these variables: our own subprocesses would inherit it."""
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
