"""Defaults in disguise: a value that stands on most rows because nobody changed it.

A model learns such a value well and its figures look good, yet it only repeats how the form was filled in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from training.hygiene.findings import Checked, Finding, Severity
from training.hygiene.sheet import Sheet

MOST = 2 / 3
"""A label on this share of the labelled rows or more is on most of them."""
SURE = 0.99
"""A value decides a label where this share of its rows has it."""
ELSEWHERE = 0.9
"""... unless so many of the other rows have it too."""
FEWEST_ROWS = 20
ROWS_OF_A_VALUE = 5
FEWEST_SHARE = 1 / 3
"""A value on fewer rows is no way in which a form was filled in."""

Cells = tuple[str | None, ...]


def check_defaults(sheet: Sheet) -> Checked:
    """Labels on most rows, and labels that another field's value decides."""
    findings = [*_on_most_rows(sheet), *_decided(sheet)]
    return Checked(findings=tuple(findings))


def _on_most_rows(sheet: Sheet) -> Iterator[Finding]:
    for code in sheet.labels:
        counts = sheet.counts(code)
        if len(counts) < 2:
            continue
        (label, rows), *_ = counts.most_common(1)
        if rows >= MOST * counts.total():
            twin = _twin(sheet, code, label)
            numbers = {"label": label, "rows": rows, "all": counts.total(), "share": rows / counts.total()}
            yield Finding(
                code="one_value_twin" if twin else "one_value",
                severity=Severity.LOOK,
                field=code,
                column=twin[0] if twin else None,
                numbers={**numbers, "value": twin[1]} if twin else numbers,
            )


def _twin(sheet: Sheet, code: str, label: str) -> tuple[str, str] | None:
    """The other column's value that stands on just the rows of a label: what the default was called there."""
    labels = sheet.labels[code]
    wanted = sum(each == label for each in labels)
    for name, cells in sheet.columns.items():
        beside = Counter(cell for cell, each in zip(cells, labels, strict=True) if each == label and cell)
        value, both = beside.most_common(1)[0] if beside else ("", 0)
        if both >= SURE * wanted and both >= SURE * cells.count(value):
            return name, value
    return None


def _decided(sheet: Sheet) -> Iterator[Finding]:
    """Each field with the first field that decides its label, wholly or where one value stands."""
    codes = list(sheet.labels)
    pairs = [(a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]]
    told: set[frozenset[str]] = set()
    decided: set[str] = set()
    for find in (_where_one_value, _everywhere):
        for by, code in (*pairs, *((b, a) for a, b in pairs)):
            if code in decided or frozenset((by, code)) in told:
                continue
            finding = find(by, sheet.labels[by], code, sheet.labels[code])
            if finding is not None:
                decided.add(code)
                told.add(frozenset((by, code)))
                yield finding


def _where_one_value(by: str, deciding: Cells, code: str, labels: Cells) -> Finding | None:
    """The value of `by` on whose rows a field has its commonest label, which elsewhere is one of several."""
    both = _pairs(deciding, labels)
    if both.total() < FEWEST_ROWS or _known_by(both) >= SURE:
        return None
    value, rows = _totals(both, 0).most_common(1)[0]
    label, everywhere = _totals(both, 1).most_common(1)[0]
    same, others = both[value, label], {b for a, b in both if a != value}
    elsewhere = (everywhere - same) / max(1, both.total() - rows)
    few = rows < max(FEWEST_ROWS, FEWEST_SHARE * both.total())
    if few or same < SURE * rows or elsewhere > ELSEWHERE or len(others) < 2:
        return None
    numbers = {
        "by": by,
        "value": value,
        "label": label,
        "rows": rows,
        "same": same,
        "share": same / rows,
        "elsewhere": elsewhere,
    }
    return Finding(code="decided_where", severity=Severity.MEND, field=code, numbers=numbers)


def _everywhere(by: str, deciding: Cells, code: str, labels: Cells) -> Finding | None:
    """Whether each value of `by` has its own label of a field, as a leaf has its branch."""
    both = _pairs(deciding, labels)
    values, counts = len(_totals(both, 0)), _totals(both, 1)
    if both.total() < FEWEST_ROWS or values * ROWS_OF_A_VALUE > both.total() or len(counts) < 2:
        return None
    share = _known_by(both)
    if share < SURE or counts.most_common(1)[0][1] >= SURE * both.total():
        return None
    numbers = {"by": by, "share": share, "rows": both.total()}
    return Finding(code="decided", severity=Severity.LOOK, field=code, numbers=numbers)


def _known_by(both: Counter[tuple[str, str]]) -> float:
    """The share of rows whose label is the commonest one of their value."""
    most: Counter[str] = Counter()
    for (value, _), rows in both.items():
        most[value] = max(most[value], rows)
    return most.total() / max(1, both.total())


def _totals(both: Counter[tuple[str, str]], place: int) -> Counter[str]:
    totals: Counter[str] = Counter()
    for pair, rows in both.items():
        totals[pair[place]] += rows
    return totals


def _pairs(a: Cells, b: Cells) -> Counter[tuple[str, str]]:
    return Counter((x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None)
