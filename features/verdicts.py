"""What the gate said of a version, on this disk: `HOME/judged/NAME/VERSION.json`.

Training writes it and the pages show it. It holds figures, sentences and identifiers of requests, and no
words of theirs: what was erased is gone here too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.errors import RegistryError
from features.records import ModelReference

FORMAT = 2
"""Format 1 had neither `fields` nor `examples`; it is still read."""
FILE = "verdict.json"
"""Its name among the artifacts of the version's run."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """A class or a language of a field: F1 of the class, or accuracy in the language, of either model."""

    code: str
    rows: int
    champion: float
    challenger: float


@dataclass(frozen=True, kw_only=True)
class FieldSides:
    """One field, both models on the same rows. both, neither: rows where both were right, or none;
    champion_only, challenger_only: where one alone was."""

    code: str
    rows: int
    champion: float
    challenger: float
    both: int
    champion_only: int
    challenger_only: int
    neither: int
    classes: tuple[Tally, ...]
    languages: tuple[Tally, ...]


@dataclass(frozen=True, kw_only=True)
class Example:
    """A request of which the two say different things. truth: what people said. sure: probabilities."""

    field: str
    request_id: str
    truth: str
    champion: str
    challenger: str
    champion_sure: float
    challenger_sure: float


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A test of the gate, as training.gate_verdict.Test has it; champion and challenger as they are told."""

    kind: str
    name: str
    field: str
    of: str
    rows: int
    champion: str
    challenger: str
    low: float
    high: float
    margin: float
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict. champion, challenger: versions. sentences: by language. as_of: of the snapshot."""

    champion: str
    challenger: str
    as_of: str
    result: str
    rows: Mapping[str, int]
    sentences: Mapping[str, tuple[str, ...]]
    figures: tuple[Figure, ...]
    fields: tuple[FieldSides, ...] = ()
    examples: tuple[Example, ...] = ()


def path_of(home: Path, reference: ModelReference) -> Path:
    """Where the verdict on a version lies, there or not."""
    return home / "judged" / reference.name / f"{reference.version}.json"


def save(home: Path, reference: ModelReference, *, verdict: Path) -> None:
    """Keep a copy of a written verdict; the file is replaced in one step."""
    path = path_of(home, reference)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(verdict.read_bytes())
    part.replace(path)


def load(home: Path, reference: ModelReference) -> Judgement | None:
    """The verdict on a version; None where it was never judged. Raises RegistryError where it is damaged."""
    if not re.fullmatch(r"\d{1,9}", reference.version):
        return None
    path = path_of(home, reference)
    try:
        return _read(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegistryError(
            f"The verdict {str(path)!r} cannot be read ({error}): judge version {reference.version} again."
        ) from error


def _read(data: Mapping[str, Any]) -> Judgement:
    return Judgement(
        champion=str(data["champion"]),
        challenger=str(data["challenger"]),
        as_of=str(data.get("as_of", "")),
        result=data["result"],
        rows={key: int(number) for key, number in data["rows"].items()},
        sentences={language: tuple(each) for language, each in data["sentences"].items()},
        figures=tuple(_figure(each) for each in data["tests"]),
        fields=tuple(_sides(each) for each in data.get("fields", ())),
        examples=tuple(Example(**each) for each in data.get("examples", ())),
    )


def _figure(given: Mapping[str, Any]) -> Figure:
    """A test; how its values are told is in `told` since format 2."""
    told = given.get("told", given)
    kept = ("kind", "name", "field", "of", "rows", "low", "high", "margin", "holds")
    return Figure(
        champion=_told(told["champion"]),
        challenger=_told(told["challenger"]),
        **{key: given[key] for key in kept},
    )


def _told(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.3f}"


def _sides(given: Mapping[str, Any]) -> FieldSides:
    parts = {key: tuple(Tally(**each) for each in given[key]) for key in ("classes", "languages")}
    return FieldSides(**{**given, **parts})
