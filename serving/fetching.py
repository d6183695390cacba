"""Fetches a model from MLflow to this disk: `python -m serving.fetching URI HOME`.

No other process of the service need import mlflow; this one does, and ends.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from features import delivered
from features.delivered import ModelUri
from features.errors import RegistryError, TriageError
from serving import own_process
from serving.settings import MLFLOW_URI, Settings

LONGEST = 900.0
"""Seconds a model may take to arrive."""


def could_fetch(settings: Settings) -> bool:
    """Whether there is an MLflow to ask: one under home, or one the environment names."""
    return (settings.home / "mlflow").is_dir() or settings.mlflow_uri is not None


def fetch(settings: Settings, uri: str | None = None) -> None:
    """Have a model, that of the settings unless told otherwise, delivered to this disk.

    Raises RegistryError, in one sentence, where MLflow has none, or it does not arrive in time.
    """
    asked = uri or settings.model
    done = own_process.run(
        ["serving.fetching", asked, str(settings.home)],
        settings,
        longest=LONGEST,
        late=f"{asked!r} did not arrive from MLflow within {LONGEST:g} s.",
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise RegistryError(lines[-1])


def main(uri: str, home: Path, tracking_uri: str | None = None) -> None:
    """Deliver the version a URI means; a champion's pointer is written too. Raises TriageError."""
    from features.registry import Registry

    _, reference = Registry(home=home, tracking_uri=tracking_uri).resolve(uri)
    if ModelUri.parse(uri).alias == delivered.CHAMPION:
        delivered.point(home, reference)


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), os.environ.get(MLFLOW_URI))
    except TriageError as error:
        sys.exit(str(error))
