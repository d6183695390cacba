"""What a retraining was made of: `HOME/retrained/NAME/VERSION.json`, with paths, hashes and times, no words.

By it a version is judged again on the same rows, and the next retraining knows what the champion never saw.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from features.errors import InputError
from features.records import ModelReference


@dataclass(frozen=True, kw_only=True)
class Record:
    """snapshot, base_data, frozen: where they were. champion: the version it was judged against at first.
    since: from when on that champion had learnt nothing. until: from when on this version has not."""

    snapshot: str
    snapshot_sha256: str
    as_of: str
    base_data: str | None
    frozen: str | None
    champion: str
    since: str | None
    until: str | None

    def save(self, home: Path, reference: ModelReference) -> None:
        """Keep it."""
        path = _path(home, reference)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", "utf-8")


def load(home: Path, reference: ModelReference) -> Record | None:
    """The record of a version; None where no retraining made it. Raises InputError where it is damaged."""
    path = _path(home, reference)
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Record(**data)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"The record {str(path)!r} cannot be read ({error}): retrain.") from error


def _path(home: Path, reference: ModelReference) -> Path:
    return home / "retrained" / reference.name / f"{reference.version}.json"
