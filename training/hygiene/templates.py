"""Template mails: many different texts that share most of their words, as monitors and forms write them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from training.hygiene.alike import Pairs
from training.hygiene.findings import Checked, Finding, Severity
from training.hygiene.sheet import Sheet

SHARED = 0.6
"""Two mails of one template share this much of their sequences, or each does with a third."""
FEWEST_TEXTS = 10
FEWEST_SHARE = 0.002
LARGEST_TOLD = 5
SHOWN_CHARACTERS = 60


def check_templates(sheet: Sheet, representatives: Sequence[int], pairs: Pairs) -> Checked:
    """The largest families of texts made from one template, with the labels of the first field on them."""
    clusters: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(pairs.over(SHARED).clusters(len(representatives)).tolist()):
        clusters[number].append(place)
    least = max(FEWEST_TEXTS, FEWEST_SHARE * len(sheet))
    copies = Counter(sheet.groups[i] for i in sheet.readable)
    families = sorted((places for places in clusters.values() if len(places) >= least), key=len, reverse=True)
    if not families:
        return Checked()
    rows = [representatives[place] for places in families for place in places]
    numbers = {
        "families": len(families),
        "rows": sum(copies[sheet.groups[row]] for row in rows),
        "all": len(sheet.readable),
        "first": "; ".join(
            f"{_shown(sheet.words[representatives[places[0]]])!r} ({len(places)})"
            for places in families[:LARGEST_TOLD]
        ),
    }
    finding = Finding(code="templates", severity=Severity.LOOK, numbers=numbers, rows=tuple(sorted(rows)))
    return Checked(findings=(finding,))


def _shown(words: str) -> str:
    first = " ".join(words.split())
    return first if len(first) <= SHOWN_CHARACTERS else f"{first[: SHOWN_CHARACTERS - 1]}…"
