"""A jobs process of its own, `python -m tests.faults.note_jobs FILE SECONDS`: it runs what is due and ends.

Each job writes a line to the file and takes so many seconds; settings come from the environment.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from serving.jobs.kind import Kind
from serving.jobs.runner import Runner
from serving.services import Services, build
from serving.settings import Settings


def main(file: Path, seconds: float) -> None:
    def note(_: Services, payload: Mapping[str, Any]) -> None:
        with file.open("a") as lines:
            lines.write(f"{payload['number']} {os.getpid()}\n")
        time.sleep(seconds)

    services = build(Settings.read(os.environ))
    print("ready", flush=True)
    Runner(services, [Kind(name="note", run=note)]).run_due()
    services.store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
