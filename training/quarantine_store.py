"""Where reviews that are set aside are kept: `HOME/quarantine/NAME.json`, identifiers and evidence only."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from features.delivered import check_name
from features.errors import ConflictError, InputError, NotFoundError
from training.quarantine import Suspicion

FORMAT = 1


@dataclass(frozen=True)
class Quarantine:
    """The reviews of a model that are set aside, and those that a lead has released."""

    home: Path
    name: str

    @property
    def path(self) -> Path:
        """The file."""
        return self.home / "quarantine" / f"{check_name(self.name)}.json"

    def batches(self) -> list[dict[str, Any]]:
        """Every batch, oldest first, released or not. Raises InputError where the file is damaged."""
        try:
            data = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise InputError(
                f"{str(self.path)!r} cannot be read ({error}): restore it from a backup."
            ) from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise InputError(f"{str(self.path)!r} has no format that this release reads ({FORMAT}): upgrade.")
        found: list[dict[str, Any]] = data["batches"]
        return found

    def held(self) -> set[str]:
        """The reviews that wait for a lead."""
        return {review for each in self.batches() if each["released"] is None for review in each["reviews"]}

    def released(self) -> set[str]:
        """The reviews that a lead released."""
        return {
            review for each in self.batches() if each["released"] is not None for review in each["reviews"]
        }

    def hold(self, found: Sequence[Suspicion], *, at: datetime, snapshot: str) -> list[Suspicion]:
        """Set reviews aside; those batches that are new. snapshot: its hash."""
        with self._changing() as batches:
            known = {each["id"] for each in batches}
            new = [each for each in found if each.id not in known]
            more = {"at": at.isoformat(), "snapshot": snapshot, "released": None}
            batches += [each.as_data() | more for each in new]
        return new

    def release(self, batch: str, *, by: str, reason: str, at: datetime) -> dict[str, Any]:
        """Let a batch be learnt from. Raises NotFoundError or ConflictError where it does not wait."""
        if not reason.strip():
            raise InputError("The reason is empty: say why these reviews are right.", field="reason")
        with self._changing() as batches:
            mine = next((each for each in batches if each["id"] == batch), None)
            if mine is None:
                raise NotFoundError(
                    f"No batch {batch!r} is set aside; `triage data quarantine list` shows them."
                )
            if mine["released"] is not None:
                raise ConflictError(
                    f"The batch {batch!r} was released already, by {mine['released']['by']!r}."
                )
            mine["released"] = {"by": by, "reason": reason.strip(), "at": at.isoformat()}
            return mine

    @contextmanager
    def _changing(self) -> Iterator[list[dict[str, Any]]]:
        """The batches, to be changed in place: written in one step, one process at a time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_suffix(".lock")):
            batches = self.batches()
            yield batches
            words = json.dumps({"format": FORMAT, "batches": batches}, ensure_ascii=False, indent=1)
            with tempfile.NamedTemporaryFile(
                "w", dir=self.path.parent, delete=False, encoding="utf-8"
            ) as file:
                file.write(words + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self.path)
