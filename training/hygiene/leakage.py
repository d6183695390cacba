"""Columns that hold the answer: written after intake, or from which a label can be read off.

Training reads only subject and text. These columns are named so that nobody joins them to the text, and so
that a label that is merely a copy of one is known for what it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from features.tables.columns import is_after_intake
from training.hygiene.findings import Checked, Finding, Severity
from training.hygiene.sheet import Sheet

FEWEST_ROWS_OF_A_VALUE = 5
SURE = 0.98
"""A column tells a label where knowing its value is right on this share of rows."""
LEAST_COVERED = 0.5
"""... of which at least so many hold a value that stands on several rows."""
MOST_LEFT = 0.2
"""... and where it leaves at most so much of the commonest label's error."""
NAMED_INSIDE = 0.5
NAMED_BY_CHANCE = 0.1
SHORTEST_NAME = 2


def check_leakage(sheet: Sheet) -> Checked:
    """Columns by name, columns by content, and labels written into the text itself."""
    return Checked(findings=(*_by_name(sheet), *_by_content(sheet), *_in_text(sheet)))


def _by_name(sheet: Sheet) -> Iterator[Finding]:
    for name, cells in sheet.columns.items():
        filled = sum(bool(cell.strip()) for cell in cells)
        if filled and is_after_intake(name):
            numbers = {"rows": filled, "all": len(sheet)}
            yield Finding(code="written_after", severity=Severity.LOOK, column=name, numbers=numbers)


def _by_content(sheet: Sheet) -> Iterator[Finding]:
    for code, labels in sheet.labels.items():
        for name, cells in sheet.columns.items():
            share = _tells(cells, labels)
            if share is not None:
                numbers = {"share": share}
                yield Finding(
                    code="tells_label", severity=Severity.LOOK, field=code, column=name, numbers=numbers
                )


def _tells(cells: Sequence[str], labels: Sequence[str | None]) -> float | None:
    """How often a column's value is right on a label, or None where it does not give the label away."""
    rows = [
        (cell.strip(), label) for cell, label in zip(cells, labels, strict=True) if label and cell.strip()
    ]
    counts = Counter(cell for cell, _ in rows)
    repeated = [(cell, label) for cell, label in rows if counts[cell] >= FEWEST_ROWS_OF_A_VALUE]
    if not repeated or len(repeated) < LEAST_COVERED * len([label for label in labels if label]):
        return None
    best: Counter[str] = Counter()
    for (cell, _), count in Counter(repeated).items():
        best[cell] = max(best[cell], count)
    commonest = Counter(label for _, label in repeated).most_common(1)[0][1]
    right, missed = best.total() / len(repeated), len(repeated) - best.total()
    if right < SURE or missed > MOST_LEFT * (len(repeated) - commonest) or commonest == len(repeated):
        return None
    return right


def _in_text(sheet: Sheet) -> Iterator[Finding]:
    """Fields whose label's own name stands in most of its rows' texts: 'Category: billing' in a form."""
    for code, labels in sheet.labels.items():
        rows = [
            i
            for i in sheet.labelled(code)
            if len(str(labels[i])) >= SHORTEST_NAME and not str(labels[i]).isdecimal()
        ]
        if len(rows) < FEWEST_ROWS_OF_A_VALUE * 2:
            continue
        names = [str(labels[i]).casefold() for i in rows]
        words = [sheet.words[i].casefold() for i in rows]
        half = len(rows) // 2
        shifted = [
            (name, each)
            for name, each, own in zip(names[half:] + names[:half], words, names, strict=True)
            if name != own
        ]
        inside = sum(name in each for name, each in zip(names, words, strict=True)) / len(rows)
        chance = sum(name in each for name, each in shifted) / max(1, len(shifted))
        if inside >= NAMED_INSIDE and chance <= NAMED_BY_CHANCE:
            numbers = {"share": inside, "chance": chance}
            yield Finding(code="label_in_text", severity=Severity.LOOK, field=code, numbers=numbers)
