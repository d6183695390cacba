"""Too little to learn from: no rows, one label, labels on a handful of rows, rows without words."""

from __future__ import annotations

from collections import Counter

from training.dataset import FEWEST_ROWS
from training.hygiene.findings import Checked, Doubt, Finding, Severity
from training.hygiene.labels import named
from training.hygiene.sheet import Sheet

FEWEST_OF_A_LABEL = 5
"""With fewer rows a label is in none or one of the five folds: neither learnt nor measured."""


def check_amounts(sheet: Sheet) -> Checked:
    """Rows that cannot be read, ids that stand twice, and fields with too little in them."""
    findings = [*_unreadable(sheet), *_ids(sheet)]
    for code in sheet.labels:
        findings += _field(sheet, code)
    doubts = [
        Doubt(row=row, reason=each.code, trust=0.0)
        for each in findings
        if each.code in ("unreadable", "ids_twice")
        for row in each.rows
    ]
    return Checked(findings=tuple(findings), doubts=tuple(doubts))


def _unreadable(sheet: Sheet) -> list[Finding]:
    rows = tuple(i for i, words in enumerate(sheet.words) if not words)
    if not rows:
        return []
    severity = Severity.MEND if len(rows) == len(sheet) else Severity.LOOK
    numbers = {"rows": len(rows), "all": len(sheet), "first": rows[0] + 1}
    return [Finding(code="unreadable", severity=severity, numbers=numbers, rows=rows)]


def _ids(sheet: Sheet) -> list[Finding]:
    counts = Counter(each for each in sheet.ids or () if each)
    twice = [each for each, count in counts.items() if count > 1]
    if not twice:
        return []
    rows = tuple(i for i, each in enumerate(sheet.ids or ()) if counts.get(each, 0) > 1)
    numbers = {"ids": named(twice), "rows": len(rows)}
    return [Finding(code="ids_twice", severity=Severity.MEND, column="id", numbers=numbers, rows=rows)]


def _field(sheet: Sheet, code: str) -> list[Finding]:
    counts = sheet.counts(code)
    rows, labels = counts.total(), len(counts)
    numbers = {"rows": rows, "all": len(sheet), "labels": labels, "fewest": FEWEST_ROWS}
    if rows < FEWEST_ROWS:
        return [Finding(code="too_few", severity=Severity.MEND, field=code, numbers=numbers)]
    if labels == 1:
        only = {**numbers, "label": next(iter(counts))}
        return [Finding(code="constant", severity=Severity.MEND, field=code, numbers=only)]
    if rows == labels:
        return [Finding(code="each_its_own", severity=Severity.MEND, field=code, numbers=numbers)]
    findings = []
    if rows < len(sheet):
        unlabelled = {**numbers, "without": len(sheet) - rows}
        findings.append(Finding(code="unlabelled", severity=Severity.NOTE, field=code, numbers=unlabelled))
    small = [
        label for label, count in sorted(counts.items(), key=lambda x: x[1]) if count < FEWEST_OF_A_LABEL
    ]
    if small:
        listed = {
            **numbers,
            "small": len(small),
            "named": named(small),
            "fewest": FEWEST_OF_A_LABEL,
            "small_rows": sum(counts[label] for label in small),
        }
        findings.append(Finding(code="small_labels", severity=Severity.LOOK, field=code, numbers=listed))
    return findings
