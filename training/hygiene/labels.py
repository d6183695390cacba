"""Which columns hold labels, and faults in how the labels are written."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.errors import TableError
from features.tables.columns import is_after_intake
from features.taxonomy import Field, Taxonomy
from training.dataset import KNOWN_COLUMNS
from training.hygiene.findings import Finding, Severity

if TYPE_CHECKING:
    import pandas as pd

ROWS_OF_A_LABEL = 5
NAMED = 8
"""How many labels a sentence names."""


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Field -> a label or None for each row, and what is wrong with how they are written."""

    by_field: Mapping[str, tuple[str | None, ...]]
    findings: tuple[Finding, ...]


def read_labels(
    frame: pd.DataFrame, *, taxonomy: Taxonomy | None, given: bool, fields: Sequence[str]
) -> Labels:
    """Read the labels of the file.

    taxonomy: None takes labels as they are. given: whether someone chose it; the packaged one gives way to
    labels of the file's own. Raises TableError for a field that is asked for and not there.
    """
    known = taxonomy or Taxonomy.default()
    missing = [code for code in fields if code not in frame]
    if missing:
        raise TableError(
            f"There is no column {missing[0]!r}; the file has {', '.join(frame.columns)}.", field=missing[0]
        )
    codes = list(fields) or [code for code in known.fields if code in frame]
    read, findings = {}, []
    for code in _in_order(codes, known, frame):
        cells, spelt = _one_spelling(code, list(frame[code]))
        field = taxonomy.fields.get(code) if taxonomy else None
        read[code], unknown = _resolved(code, cells, field, given=given)
        findings += [*spelt, *unknown]
    if not codes:
        numbers = {"fields": ", ".join(known.fields), "candidates": named(_candidates(frame)) or "-"}
        findings.append(Finding(code="no_labels", severity=Severity.MEND, numbers=numbers))
    return Labels(by_field=read, findings=tuple(findings))


def named(labels: Iterable[str]) -> str:
    """The first labels by name, and how many there are besides."""
    listed = list(labels)
    more = len(listed) - NAMED
    return ", ".join(repr(label) for label in listed[:NAMED]) + (f" +{more}" if more > 0 else "")


def _candidates(frame: pd.DataFrame) -> list[str]:
    """Columns that may hold labels: few values, each on several rows, known at intake."""
    found = []
    for name in frame.columns:
        values = Counter(cell for cell in frame[name] if cell.strip())
        several = 1 < len(values) <= values.total() / ROWS_OF_A_LABEL
        if several and name not in KNOWN_COLUMNS and not is_after_intake(name):
            found.append(name)
    return found


def _in_order(codes: Iterable[str], known: Taxonomy, frame: pd.DataFrame) -> list[str]:
    """The taxonomy's fields first, as it has them, then the file's own: what comes first decides the rest."""
    first, then = list(known.fields), list(frame.columns)
    return sorted(set(codes), key=lambda code: (code not in first, [*first, *then].index(code)))


def _one_spelling(code: str, cells: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """The cells with labels that differ only by case, width or blanks written as the commonest of them."""
    counts = Counter(cells)
    alike: dict[str, list[str]] = {}
    for label, _ in counts.most_common():
        alike.setdefault(_plain(label), []).append(label)
    several = {plain: spelt for plain, spelt in alike.items() if plain and len(spelt) > 1}
    chosen = {label: "" if not plain else spelt[0] for plain, spelt in alike.items() for label in spelt}
    if not several:
        return [chosen[cell] for cell in cells], []
    odd = {label for spelt in several.values() for label in spelt[1:]}
    finding = Finding(
        code="spellings",
        severity=Severity.MEND,
        field=code,
        numbers={
            "groups": len(several),
            "labels": "; ".join(named(spelt) for spelt in list(several.values())[:NAMED]),
        },
        rows=tuple(i for i, cell in enumerate(cells) if cell in odd),
    )
    return [chosen[cell] for cell in cells], [finding]


def _plain(label: str) -> str:
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


def _resolved(
    code: str, cells: Sequence[str], field: Field | None, *, given: bool
) -> tuple[tuple[str | None, ...], list[Finding]]:
    """The taxonomy's labels for the cells, or the cells themselves where it does not know the field."""
    counts = Counter(cell for cell in cells if cell)
    as_they_are = tuple(cell or None for cell in cells)
    if field is None:
        return as_they_are, []
    present = {cell: field.resolve(cell) for cell in counts}
    unknown = [cell for cell, _ in counts.most_common() if present[cell] is None]
    if not unknown:
        return tuple(present.get(cell) for cell in cells), []
    foreign = not given and len(unknown) == len(counts)
    finding = Finding(
        code="own_labels" if foreign else "unknown_labels",
        severity=Severity.LOOK if foreign else Severity.MEND,
        field=code,
        numbers={
            "labels": named(unknown),
            "count": len(unknown),
            "rows": sum(counts[cell] for cell in unknown),
        },
        rows=() if foreign else tuple(i for i, cell in enumerate(cells) if cell and present[cell] is None),
    )
    return tuple(present.get(cell) or cell or None for cell in cells), [finding]
