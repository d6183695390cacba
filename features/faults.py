"""Faults of a file that a person writes: each with its path, all of them told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file: where, and what to do."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def told(faults: Sequence[Fault], *, of: str, most: int | None = None) -> str:
    """The faults of a thing, such as `policy`, as one message; those over `most` are only counted."""
    if len(faults) == 1:
        return str(faults[0])
    shown = faults[:most]
    lines = "".join(f"\n- {fault}" for fault in shown)
    more = f"\n- and {len(faults) - len(shown)} more" if len(faults) > len(shown) else ""
    return f"The {of} has {len(faults)} faults:{lines}{more}"


def not_yaml(error: Exception) -> str:
    """What a YAML reader complained of, as one line with the place: to be put after the file's name."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if problem is None or mark is None:
        return f"is not YAML: {' '.join(str(error).split())}"
    return f"is not YAML: {problem} (line {mark.line + 1}, column {mark.column + 1})."
