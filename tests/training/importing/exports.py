"""Small exports for tests, made of columns and rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from features.tables import Export, Row

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def export(columns: Sequence[str], *rows: Sequence[str]) -> Export:
    """An export with its header in row 1."""
    made = [Row(number, list(cells)) for number, cells in enumerate(rows, start=2)]
    return Export(columns=tuple(columns), rows=tuple(made), header=(1,))
