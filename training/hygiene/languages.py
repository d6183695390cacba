"""Which languages the texts are in: only Chinese and English are read."""

from __future__ import annotations

from collections import Counter

from features import language
from training.hygiene.findings import Checked, Finding, Severity
from training.hygiene.sheet import Sheet

MANY_OTHERS = 0.05


def check_languages(sheet: Sheet) -> Checked:
    """Rows by language; a person should look where many are in neither."""
    said = {i: language.detect(sheet.words[i]) for i in sheet.readable}
    counts = Counter(said.values())
    total = counts.total()
    if not total:
        return Checked()
    numbers = {
        "zh": counts["zh"] / total,
        "en": counts["en"] / total,
        "other": counts["other"] / total,
        "all": total,
    }
    many = counts["other"] >= MANY_OTHERS * total
    return Checked(
        findings=(
            Finding(
                code="other_languages" if many else "languages",
                severity=Severity.LOOK if many else Severity.NOTE,
                numbers=numbers,
                rows=tuple(i for i, found in said.items() if found == "other") if many else (),
            ),
        )
    )
