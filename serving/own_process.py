"""A command of the product's own in a process of its own: what it loads or breaks goes when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from features.errors import RegistryError
from serving.settings import MLFLOW_URI, Settings


def run(
    module: Sequence[str],
    settings: Settings,
    *,
    longest: float,
    late: str,
    more: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `python -m MODULE ARGUMENTS...` and give what it said and its exit code.

    more: of the environment. MLflow's address goes there too: a command line can be read by everybody, and
    the address hold a password. longest: seconds. Raises RegistryError saying `late` where it takes longer.
    """
    environment = {**os.environ, **(more or {})}
    if settings.mlflow_uri is not None:
        environment[MLFLOW_URI] = settings.mlflow_uri
    try:
        return subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-m", *module],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=longest,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise RegistryError(late) from error
