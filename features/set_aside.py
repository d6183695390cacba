"""Reviews that look poisoned, set aside until a lead has looked: `HOME/quarantine/NAME.json`.

Training sets them aside and leaves them out; the pages and the API show them and release them. The file holds
identifiers and evidence, and no words of requests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from filelock import FileLock

from features.delivered import check_name
from features.errors import ConflictError, InputError, NotFoundError, RegistryError
from features.set_aside_words import SENTENCES, evidence

FORMAT = 1


class Suspected(Protocol):
    """What may be set aside: reviews, by an identifier that is the same for the same ones."""

    @property
    def id(self) -> str:
        """Of the batch."""

    def as_data(self) -> dict[str, Any]:
        """Plain data: id, kind, field, of, seen, among, expected, sentences and reviews, as in Batch."""


S = TypeVar("S", bound=Suspected)


@dataclass(frozen=True, kw_only=True)
class Release:
    """By whom a batch was released, when, and why it is right."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Reviews that were set aside together.

    kind: `class`, `reviewer` or `duplicates`. of: the reviewer, else `LABEL > LABEL`. seen: labels that say
    otherwise, of `among`; expected: how many there should be. sentences: the evidence by language. released:
    None while it waits for a lead.
    """

    id: str
    kind: str
    field: str
    of: str
    seen: int
    among: int
    expected: float
    sentences: Mapping[str, str]
    reviews: tuple[str, ...]
    at: datetime
    released: Release | None

    @property
    def labels(self) -> tuple[str, str] | None:
        """The label that was expected and the one that was said; None where it is about a reviewer."""
        was, arrow, said = self.of.partition(" > ")
        return (was, said) if arrow and self.kind != "reviewer" else None

    def sentence(self, language: str, *, field: str, of: str) -> str:
        """The evidence in `zh` or `en`, by the names that a reader knows the field and the labels by."""
        if self.kind not in SENTENCES:  # of a later release
            return self.sentences.get(language, "")
        numbers = (self.seen, self.among, self.expected)
        return evidence(self.kind, language, field=field, of=of, numbers=numbers)


@dataclass(frozen=True)
class Quarantine:
    """The reviews of a model that are set aside, and those that a lead has released."""

    home: Path
    name: str

    @property
    def path(self) -> Path:
        """The file."""
        return self.home / "quarantine" / f"{check_name(self.name)}.json"

    def batches(self) -> list[Batch]:
        """Every batch, oldest first, released or not. Raises RegistryError where the file is damaged."""
        return [_batch(each) for each in self._read()]

    def held(self) -> set[str]:
        """The reviews that wait for a lead."""
        return {review for each in self.batches() if each.released is None for review in each.reviews}

    def released(self) -> set[str]:
        """The reviews that a lead released."""
        return {review for each in self.batches() if each.released is not None for review in each.reviews}

    def hold(self, found: Sequence[S], *, at: datetime, snapshot: str) -> list[S]:
        """Set reviews aside; those batches that are new. snapshot: its hash."""
        with self._changing() as batches:
            known = {each["id"] for each in batches}
            new = [each for each in found if each.id not in known]
            more = {"at": at.isoformat(), "snapshot": snapshot, "released": None}
            batches += [each.as_data() | more for each in new]
        return new

    def release(self, batch: str, *, by: str, reason: str, at: datetime) -> Batch:
        """Let a batch be learnt from. Raises NotFoundError or ConflictError where it does not wait."""
        if not reason.strip():
            raise InputError("The reason is empty: say why these reviews are right.", field="reason")
        with self._changing() as batches:
            mine = next((each for each in batches if each["id"] == batch), None)
            if mine is None:
                raise NotFoundError(f"No batch {batch!r} is set aside: list those that are.")
            if mine["released"] is not None:
                raise ConflictError(
                    f"The batch {batch!r} was released already, by {mine['released']['by']!r}."
                )
            mine["released"] = {"by": by, "reason": reason.strip(), "at": at.isoformat()}
            return _batch(mine)

    @contextmanager
    def _changing(self) -> Iterator[list[dict[str, Any]]]:
        """The batches, to be changed in place: written in one step, one process at a time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_suffix(".lock")):
            batches = self._read()
            yield batches
            words = json.dumps({"format": FORMAT, "batches": batches}, ensure_ascii=False, indent=1)
            part = self.path.with_suffix(".part")
            with part.open("w", encoding="utf-8") as file:
                file.write(words + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)

    def _read(self) -> list[dict[str, Any]]:
        """The batches as they stand in the file, none where there is no file; each can be read as a Batch."""
        try:
            data = json.loads(self.path.read_text("utf-8"))
            if data["format"] != FORMAT:
                told = f"{str(self.path)!r} has no format that this release reads ({FORMAT}): upgrade."
                raise RegistryError(told)
            found: list[dict[str, Any]] = data["batches"]
            for each in found:
                _batch(each)
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RegistryError(
                f"{str(self.path)!r} cannot be read ({error}): restore it from a backup."
            ) from error
        return found


def _batch(data: Mapping[str, Any]) -> Batch:
    given = data["released"]
    return Batch(
        id=str(data["id"]),
        kind=str(data["kind"]),
        field=str(data["field"]),
        of=str(data["of"]),
        seen=int(data["seen"]),
        among=int(data["among"]),
        expected=float(data["expected"]),
        sentences=dict(data["sentences"]),
        reviews=tuple(data["reviews"]),
        at=datetime.fromisoformat(data["at"]),
        released=None
        if given is None
        else Release(by=given["by"], at=datetime.fromisoformat(given["at"]), reason=given["reason"]),
    )
