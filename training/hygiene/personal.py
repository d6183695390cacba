"""Personal data in the texts, by kind: it would be learnt, and it should leave the file first."""

from __future__ import annotations

from collections import Counter

from features import redact
from training.hygiene.findings import Checked, Finding, Severity
from training.hygiene.sheet import Sheet


def check_personal(sheet: Sheet) -> Checked:
    """How many pieces of each kind stand in how many rows. The pieces themselves are not told."""
    kinds: Counter[str] = Counter()
    rows = []
    for i, words in enumerate(sheet.raw):
        found = redact.find(words)
        kinds.update(each.kind.value for each in found)
        if found:
            rows.append(i)
    if not rows:
        return Checked()
    listed = {kind: kinds[kind] for kind in redact.Kind if kinds[kind]}
    numbers = {
        "rows": len(rows),
        "all": len(sheet),
        "kinds": {str(kind): count for kind, count in listed.items()},
    }
    finding = Finding(code="personal", severity=Severity.LOOK, numbers=numbers, rows=tuple(rows))
    return Checked(findings=(finding,))
