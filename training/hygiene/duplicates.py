"""The same text, or nearly, twice in the file: with one label harmless, with two a contradiction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from training.hygiene.alike import Pairs
from training.hygiene.findings import Checked, Doubt, Finding, Severity
from training.hygiene.sheet import Sheet

NEAR = 0.8
"""Texts that share so much say the same but for a word or two."""
MANY = 0.3
"""With this share of copies the rows are far fewer than they seem."""


def check_duplicates(sheet: Sheet, representatives: Sequence[int], pairs: Pairs) -> Checked:
    """Exact and near duplicates.

    representatives: a row of each text that is in the file. pairs: of those, by position, which are alike.
    """
    exact: dict[str, list[int]] = defaultdict(list)
    for i in sheet.readable:
        exact[sheet.groups[i]].append(i)
    families = _families(representatives, pairs, {rows[0]: rows for rows in exact.values()})
    findings = list(_copies(sheet, list(exact.values())))
    doubts: list[Doubt] = []
    for code in sheet.labels:
        surely = _contradictions(sheet, code, list(exact.values()), "same_text", Severity.MEND)
        nearly = _contradictions(sheet, code, families, "near_text", Severity.LOOK)
        for checked in (surely, nearly):
            findings += checked.findings
            doubts += checked.doubts
    return Checked(findings=tuple(findings), doubts=tuple(doubts))


def _families(
    representatives: Sequence[int], pairs: Pairs, copies: Mapping[int, list[int]]
) -> list[list[int]]:
    """The rows of texts that are near each other, of two texts or more."""
    near = pairs.over(NEAR)
    clusters: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(near.clusters(len(representatives)).tolist()):
        clusters[number].append(representatives[place])
    return [
        sorted(row for first in texts for row in copies[first])
        for texts in clusters.values()
        if len(texts) > 1
    ]


def _copies(sheet: Sheet, groups: Sequence[list[int]]) -> Iterator[Finding]:
    rows = tuple(row for group in groups for row in group[1:])
    if rows:
        share = len(rows) / len(sheet.readable)
        severity = Severity.LOOK if share >= MANY else Severity.NOTE
        numbers = {"rows": len(rows), "all": len(sheet.readable), "share": share, "texts": len(groups)}
        yield Finding(code="copies", severity=severity, numbers=numbers, rows=rows)


def _contradictions(
    sheet: Sheet, code: str, groups: Sequence[list[int]], reason: str, severity: Severity
) -> Checked:
    """Groups of one text with several labels of a field. The label of most of them is suggested."""
    labels = sheet.labels[code]
    doubts: list[Doubt] = []
    torn = 0
    for group in groups:
        counts = Counter(label for row in group if (label := labels[row]) is not None)
        if len(counts) < 2:
            continue
        torn += 1
        (first, most), (_, second) = counts.most_common(2)
        suggested = first if most > second else None
        doubts += [
            Doubt(
                row=row,
                reason=reason,
                trust=counts[label] / counts.total(),
                field=code,
                label=label,
                suggested=suggested,
            )
            for row in group
            if (label := labels[row]) is not None and label != suggested
        ]
    if not torn:
        return Checked()
    numbers = {"texts": torn, "rows": len(doubts)}
    rows = tuple(sorted(doubt.row for doubt in doubts))
    finding = Finding(code=reason, severity=severity, field=code, numbers=numbers, rows=rows)
    return Checked(findings=(finding,), doubts=tuple(doubts))
