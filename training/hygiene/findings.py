"""What a check says: findings about the file, and doubts about single rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """What is asked of the reader of a finding, the most pressing first."""

    MEND = "mend"
    """Training on this would mislead or fail: the file must be mended first."""
    LOOK = "look"
    """A person should look and decide."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found. numbers fill the code's sentence; rows are positions in the file, from 0."""

    code: str
    severity: Severity
    field: str | None = None
    column: str | None = None
    numbers: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One row to look at. `reason` is the code of a finding; trust runs from 0 (surely wrong) to 1."""

    row: int
    reason: str
    trust: float
    field: str | None = None
    label: str | None = None
    suggested: str | None = None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What one check found."""

    findings: tuple[Finding, ...] = ()
    doubts: tuple[Doubt, ...] = ()
