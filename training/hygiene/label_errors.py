"""Labels that the texts speak against, and how much of a field the texts tell at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.hygiene import folds
from training.hygiene.amounts import FEWEST_OF_A_LABEL
from training.hygiene.confident import Disbelief, disbelief
from training.hygiene.findings import Checked, Doubt, Finding, Severity
from training.hygiene.sheet import READ_CHARACTERS, Sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from features.encoder import Encoder

MOST_LABELS = 500
"""Of a field with more labels likely errors are not looked for: rows times labels must fit in memory."""
FEWEST_ROWS = 50
LOOKED_AT = 0.1
"""The share of rows that are listed at least. By trust alone, since a threshold that is missed by a little
parts rows that differ by a little; see experiments/label_errors."""
HARDLY = 0.1
"""Where the texts close less than this of the gap between chance and knowing, they speak for no label."""
WELL = 0.75
"""From here on the share of wrong labels is estimated; below, the doubt is as much of the model."""
PAIRS_TOLD = 3


@dataclass(frozen=True, kw_only=True)
class _Field:
    """One field's rows (positions in the sheet), their labels by number, and probabilities out of fold."""

    code: str
    rows: NDArray[np.int64]
    names: list[str]
    labels: NDArray[np.int64]
    chances: NDArray[np.float32]

    def balanced(self) -> float:
        """How often the likeliest label is right, averaged over labels."""
        counts = np.bincount(self.labels)
        right = self.labels[self.chances.argmax(axis=1) == self.labels]
        return float(np.mean(np.bincount(right, minlength=len(counts)) / counts))

    def closed(self) -> float:
        """How much of the gap between chance and knowing the texts close, 0..1."""
        chance = 1 / len(self.names)
        return (self.balanced() - chance) / (1 - chance)


def check_label_errors(sheet: Sheet, *, encoder: Encoder | None, seed: int) -> Checked:
    """Likely errors of each field, by confident learning on out-of-fold probabilities."""
    findings: list[Finding] = []
    doubts: list[Doubt] = []
    read: folds.Read | None = None
    groups = np.unique(sheet.groups, return_inverse=True)[1]
    for code in sheet.labels:
        kept = {label for label, rows in sheet.counts(code).items() if rows >= FEWEST_OF_A_LABEL}
        rows = np.array([i for i in sheet.labelled(code) if sheet.labels[code][i] in kept])
        if len(kept) > MOST_LABELS:
            numbers = {"labels": len(kept), "most": MOST_LABELS}
            findings.append(Finding(code="too_many", severity=Severity.LOOK, field=code, numbers=numbers))
            continue
        names, labels = np.unique([str(sheet.labels[code][i]) for i in rows], return_inverse=True)
        if len(names) < 2 or len(rows) < FEWEST_ROWS:
            continue
        if read is None:
            texts = [words[:READ_CHARACTERS] for words in sheet.words]
            read = folds.Read.of(texts, encoder=encoder, seed=seed)
        chances = folds.probabilities(read, rows, labels, groups[rows], seed=seed)
        checked = _check(_Field(code=code, rows=rows, names=names.tolist(), labels=labels, chances=chances))
        findings += checked.findings
        doubts += checked.doubts
    return Checked(findings=tuple(findings), doubts=tuple(doubts))


def _check(field: _Field) -> Checked:
    told = _told(field)
    if field.closed() < HARDLY:
        return Checked(findings=(told,))
    found = disbelief(field.chances, field.labels)
    errors = (_errors(field, found),) if (found.likely >= 0).any() else ()
    return Checked(findings=(told, *errors), doubts=tuple(_doubts(field, found)))


def _told(field: _Field) -> Finding:
    """How often the texts alone are right, beside always saying the commonest label."""
    counts = np.bincount(field.labels)
    numbers = {
        "right": float(np.mean(field.chances.argmax(axis=1) == field.labels)),
        "commonest": float(counts.max() / counts.sum()),
        "balanced": field.balanced(),
        "chance": 1 / len(counts),
    }
    hardly = field.closed() < HARDLY
    severity = Severity.LOOK if hardly else Severity.NOTE
    return Finding(
        code="hardly_told" if hardly else "told", severity=severity, field=field.code, numbers=numbers
    )


def _errors(field: _Field, found: Disbelief) -> Finding:
    doubted = np.flatnonzero(found.likely >= 0)
    pairs = Counter((field.names[field.labels[i]], field.names[found.likely[i]]) for i in doubted)
    told = "; ".join(f"{given!r} -> {other!r} ({n})" for (given, other), n in pairs.most_common(PAIRS_TOLD))
    well = field.closed() >= WELL
    numbers = {"rows": len(doubted), "all": len(field.rows), "pairs": told}
    return Finding(
        code="label_errors" if well else "perhaps_errors",
        severity=Severity.LOOK,
        field=field.code,
        numbers={**numbers, "share": found.share} if well else {**numbers, "balanced": field.balanced()},
        rows=tuple(int(row) for row in field.rows[doubted]),
    )


def _doubts(field: _Field, found: Disbelief) -> list[Doubt]:
    """The least trusted tenth of the rows, and the doubted ones where texts tell the field well."""
    doubted = found.likely >= 0
    others = field.chances.copy()
    others[np.arange(len(field.rows)), field.labels] = -1
    suggested = np.where(doubted, found.likely, others.argmax(axis=1))
    order = np.argsort(found.trust, kind="stable")
    listed = np.zeros(len(order), dtype=bool)
    listed[order[: round(LOOKED_AT * len(order))]] = True
    if field.closed() >= WELL:
        listed |= doubted
    return [
        Doubt(
            row=int(field.rows[i]),
            reason="label_errors" if doubted[i] else "least_trusted",
            trust=float(found.trust[i]),
            field=field.code,
            label=field.names[field.labels[i]],
            suggested=field.names[suggested[i]],
        )
        for i in order[listed[order]]
    ]
