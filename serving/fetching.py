"""Fetches a model from MLflow to this disk, as a process of its own: `python -m serving.fetching URI HOME`.

The web processes never import mlflow; this one does, and ends.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from features import delivered
from features.delivered import ModelUri
from features.errors import TriageError
from features.registry import Registry


def main(uri: str, home: Path) -> None:
    """Deliver the version a URI means; a champion's pointer is written too. Raises TriageError."""
    _, reference = Registry(home=home, tracking_uri=os.environ.get("MLFLOW_TRACKING_URI")).resolve(uri)
    if ModelUri.parse(uri).alias == delivered.CHAMPION:
        delivered.point(home, reference)


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except TriageError as error:
        sys.exit(str(error))
