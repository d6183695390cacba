"""The jobs process: `python -m serving.jobs`, one of the supervisor's, or beside others on one database."""

from __future__ import annotations

import os
import signal
import sys
import threading

from features.errors import TriageError
from serving.jobs.figures import Figures
from serving.jobs.kinds import KINDS
from serving.jobs.runner import Runner
from serving.jobs.watch import Watch
from serving.logs import log_to_stderr
from serving.services import build
from serving.settings import Settings
from serving.supervisor import end_with_parent, leave

BOUNDS = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "10", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
"""An MLflow server that is gone is told soon; it is asked again anyway."""


def main() -> None:
    """Run jobs until told to stop (SIGTERM). Raises InputError where the settings are wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the terminal is the supervisor's to hear
    end_with_parent(sys.stdin.fileno())
    settings = Settings.read(os.environ)
    log_to_stderr(settings.log_format)
    for name, value in BOUNDS.items():
        os.environ.setdefault(name, value)
    services = build(settings)
    stop, runner = threading.Event(), Runner(services, KINDS)

    def told(*_: object) -> None:
        stop.set()
        runner.wake()

    signal.signal(signal.SIGTERM, told)
    Watch(services).start(stop)
    Figures(services).start(stop)
    try:
        runner.run(stop)
    finally:
        services.store.close()


if __name__ == "__main__":
    try:
        main()
        leave(0)
    except TriageError as failed:
        print(f"triage: {failed}", file=sys.stderr)
        sys.exit(2)
