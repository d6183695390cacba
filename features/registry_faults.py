"""MLflow's errors in our words."""

from __future__ import annotations

from typing import Any

from features.errors import NotFoundError, RegistryError

STORES = ("sqlalchemy", "sqlite3")
"""Where errors come from that MLflow lets through as they are: a full disk under its database, say."""


def translated(error: Any, uri: str) -> Exception:
    """An error of MLflow's as one of ours. uri: where it keeps its records."""
    if error.error_code == "RESOURCE_DOES_NOT_EXIST":
        return NotFoundError(f"MLflow does not have it: {first_line(error.message)}")
    return RegistryError(f"MLflow at {uri} did not do it: {first_line(error.message)}")


def first_line(message: str) -> str:
    """What happened, without the SQL and the links that MLflow quotes below it."""
    return message.strip().split("\n", maxsplit=1)[0]
