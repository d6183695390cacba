"""Serves with the stand-in model, as a process to be killed: `python -m tests.serving.serve_stand_in PORT`.

TRIAGE_* settings come from the environment. With the argument `broken` the model fails on everything
but its trial.
"""

from __future__ import annotations

import os
import sys

from serving import listening, processes
from serving.loading import TRIAL
from serving.logs import log_to_stderr
from serving.services import build
from serving.settings import Settings
from serving.store import schema
from tests.serving.stand_in import KeywordModel


def main(port: int, *, broken: bool) -> None:
    bound = listening.bind("127.0.0.1", port)
    log_to_stderr()
    services = build(Settings.read(os.environ))
    schema.require(services.store)
    processes.run_web(
        services,
        bound,
        ready=lambda: print(f"Ready {listening.address(bound)}", flush=True),
        model_loader=lambda _folder, _reference: KeywordModel(fails_from=len(TRIAL) if broken else None),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), broken="broken" in sys.argv)
