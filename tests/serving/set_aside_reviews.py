"""Reviews set aside as a retraining leaves them on a disk, for what shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from features.set_aside import Quarantine
from features.set_aside_words import evidence

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A batch of reviews that say `complaint` of what was `question`, or of one reviewer."""

    id: str
    reviews: Sequence[str]
    kind: str = "class"
    of: str = "question > complaint"

    def as_data(self) -> dict[str, Any]:
        numbers = (len(self.reviews), 40, 1.5)
        told = {
            each: evidence(self.kind, each, field="type", of=self.of, numbers=numbers)
            for each in ("zh", "en")
        }
        return {
            "id": self.id,
            "kind": self.kind,
            "field": "type",
            "of": self.of,
            "seen": len(self.reviews),
            "among": 40,
            "expected": 1.5,
            "sentences": told,
            "reviews": list(self.reviews),
        }


def hold(home: Path, *batches: Held) -> Quarantine:
    """Set these aside of the model `triage`."""
    kept = Quarantine(home, "triage")
    kept.hold(batches, at=AT, snapshot="ab" * 32)
    return kept
