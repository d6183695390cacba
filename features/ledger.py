"""A copy of what MLflow knows of a model, on this disk: `HOME/models/NAME/ledger.json`.

Pages show versions and moves of the champion without MLflow. The file is written whenever something moves
here, so that it is as old as `at` says; MLflow stays the one truth.
"""

from __future__ import annotations

import json
import logging
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features import verdicts
from features.delivered import CHAMPION
from features.errors import RegistryError
from features.records import ModelReference
from features.versions import Move, Version

if TYPE_CHECKING:
    from features.registry import Registry

log = logging.getLogger(__name__)
FORMAT = 1
FILE = "ledger.json"
MOST_VERSIONS = 20
"""So many of the newest are copied, and the champion however old."""
MOST_MOVES = 50


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """versions: newest first. moves: oldest first. at: when they were read of MLflow."""

    at: datetime
    versions: tuple[Version, ...]
    moves: tuple[Move, ...]


def copy(registry: Registry, name: str) -> None:
    """Write what MLflow knows of a model to this disk, and the verdicts that are not here yet.

    Where MLflow does not answer, the log says so and the copy stays as it is: what moved has moved.
    """
    try:
        found = registry.versions(name)
        kept = [each for i, each in enumerate(found) if i < MOST_VERSIONS or CHAMPION in each.aliases]
        moves = registry.history(name)[-MOST_MOVES:]
        save(Ledger(at=datetime.now(UTC), versions=tuple(kept), moves=tuple(moves)), registry.home, name=name)
        for each in kept:
            if each.verdict and not _is_here(registry.home, each):
                registry.fetch_verdict(each)
    except RegistryError as error:
        log.warning("The page of models stays as it was: %s", error)


def _is_here(home: Path, version: Version) -> bool:
    kept = verdicts.load(home, version.reference)
    return kept is not None and (kept.result, kept.champion) == (version.verdict, version.against)


def save(ledger: Ledger, home: Path, *, name: str) -> None:
    """Replace the copy in one step."""
    folder = home / "models" / name
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "format": FORMAT,
        "at": ledger.at.isoformat(),
        "versions": [
            asdict(each) | {"reference": each.reference.version, "created_at": each.created_at.isoformat()}
            for each in ledger.versions
        ],
        "moves": [asdict(each) | {"at": each.at.isoformat()} for each in ledger.moves],
    }
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False)
    Path(file.name).replace(folder / FILE)


def load(home: Path, name: str) -> Ledger | None:
    """The copy; None where nothing moved here yet. Raises RegistryError where it is damaged."""
    path = home / "models" / name / FILE
    try:
        data = json.loads(path.read_text("utf-8"))
        return Ledger(
            at=datetime.fromisoformat(data["at"]),
            versions=tuple(_version(each, name) for each in data["versions"]),
            moves=tuple(Move(**each | {"at": datetime.fromisoformat(each["at"])}) for each in data["moves"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegistryError(
            f"{path} is damaged ({error}): delete it, and run `triage models list`."
        ) from error


def _version(given: dict[str, Any], name: str) -> Version:
    return Version(
        **given
        | {
            "reference": ModelReference(name=name, version=given["reference"]),
            "aliases": tuple(given["aliases"]),
            "created_at": datetime.fromisoformat(given["created_at"]),
        }
    )
