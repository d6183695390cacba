"""Where the offline side finds its state: the home, the caches, the registry in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from features.registry import Registry

DEFAULT_MODEL = "models:/triage@champion"


def home() -> Path:
    """Where state lives: TRIAGE_HOME, default `.triage`."""
    return Path(os.environ.get("TRIAGE_HOME") or ".triage")


def cache_dir() -> Path | None:
    """Where encoders are kept: TRIAGE_CACHE, default the user's cache folder."""
    given = os.environ.get("TRIAGE_CACHE")
    return Path(given) if given else None


def policy_file() -> Path | None:
    """The grading policy's file: TRIAGE_POLICY; None for the packaged one."""
    given = os.environ.get("TRIAGE_POLICY")
    return Path(given) if given else None


def open_registry() -> Registry:
    """The registry under home, or on the server that MLFLOW_TRACKING_URI names."""
    from features.registry import Registry

    return Registry(home=home(), tracking_uri=os.environ.get("MLFLOW_TRACKING_URI"))
