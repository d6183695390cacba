"""The frozen set: reviewed requests that no version ever learns from, chosen once for a model.

Kept under `HOME/frozen/NAME.json` are hashes of texts and the labels as they were, no words: so an erasure
need not look here, and a row that is gone from the data is simply not measured. A hash locks the list.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from features.delivered import check_name
from features.errors import InputError
from training.dataset import Dataset

FORMAT = 1
SHARE = 0.2
FEWEST_TO_CHOOSE = 500
"""Reviewed rows that the champion never saw, from which on a frozen set is worth choosing."""
MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """Hash of a text -> field -> label. source: `reviews`, or the hash of the file it was taken from."""

    rows: Mapping[str, Mapping[str, str]]
    source: str
    chosen_at: str

    def __contains__(self, group: str) -> bool:
        return text_hash(group) in self.rows


def text_hash(group: str) -> str:
    """The hash by which a text is known: that of its duplicate group."""
    return hashlib.sha256(group.encode()).hexdigest()


def chosen(
    dataset: Dataset, rows: Sequence[int], *, source: str, at: datetime, share: float = SHARE
) -> Frozen:
    """Choose a share of the texts of some rows, by their hash: by chance, and the same each time."""
    labels: dict[str, dict[str, str]] = {}
    for i in rows:
        mine = labels.setdefault(text_hash(dataset.groups[i]), {})
        mine.update(
            {code: str(column[i]) for code, column in dataset.labels.items() if column[i] is not None}
        )
    count = len(labels) if share == 1 else min(round(share * len(labels)), MOST)
    kept = sorted(labels, key=lambda each: hashlib.sha256(each.encode()).hexdigest())[:count]
    return Frozen(rows={each: labels[each] for each in sorted(kept)}, source=source, chosen_at=at.isoformat())


def save(frozen: Frozen, home: Path, *, name: str) -> None:
    """Keep a frozen set. Raises InputError where there is one already, since it is chosen once."""
    path = _path(home, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"format": FORMAT, "source": frozen.source, "chosen_at": frozen.chosen_at, "rows": frozen.rows}
    try:
        with path.open("x", encoding="utf-8") as file:
            json.dump(data | {"sha256": _lock(data)}, file, ensure_ascii=False, indent=1)
    except FileExistsError as error:
        raise InputError(f"The frozen set {str(path)!r} was chosen before and stays as it is.") from error


def load(home: Path, *, name: str) -> Frozen | None:
    """The frozen set of a model; None before it was chosen. Raises InputError where it was edited."""
    path = _path(home, name)
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(f"The frozen set {str(path)!r} cannot be read: {error}.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(f"The frozen set {str(path)!r} is not of format {FORMAT}: upgrade.")
    locked = data.pop("sha256", None)
    if locked != _lock(data):
        raise InputError(
            f"The frozen set {str(path)!r} was edited after it was chosen: restore it from a backup, or take "
            "it away to have another one chosen, which no earlier figure can be compared with."
        )
    return Frozen(rows=data["rows"], source=data["source"], chosen_at=data["chosen_at"])


def _lock(data: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _path(home: Path, name: str) -> Path:
    return home / "frozen" / f"{check_name(name)}.json"
