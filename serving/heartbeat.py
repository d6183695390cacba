"""That the jobs process is there, told by the time of a file in the home.

A file, so that whoever asks needs neither the database nor a thread; each machine has a home of its own, and
a jobs process.
"""

from __future__ import annotations

import time
from contextlib import suppress

from serving.settings import Settings

NAME = "jobs-heartbeat"
SILENT_SECONDS = 60.0
"""After so long it counts as gone: a turn may wait for a database that does not answer."""


def beat(settings: Settings) -> None:
    """Say so now. A disk that is full is told by what else needs it."""
    with suppress(OSError):
        (settings.home / NAME).touch()


def is_gone(settings: Settings) -> bool:
    """Whether there was a jobs process here, and none is heard of any more."""
    try:
        heard = (settings.home / NAME).stat().st_mtime
    except OSError:
        return False
    return time.time() - heard > SILENT_SECONDS  # a file's time is of this clock, whatever the service's is
