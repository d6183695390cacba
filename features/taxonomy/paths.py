"""Labels that are paths, `硬件/打印机/卡纸`: their separator found, and each level of them a label.

A character is taken for a separator only where it parts labels into groups: at least half of a column's
labels hold it, and at least half of those share their first word with another label. So `e-mail` and
`TCP/IP` stay what they are in a column of plain labels. In a column of paths, a separator inside a name
cannot be told from a level; `suspects` names the levels that look like one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from features.errors import TaxonomyError
from features.taxonomy.fields import Label
from features.taxonomy.reading import DEEPEST
from features.taxonomy.words import names

SEPARATORS = ("/", ">", "::", "|", "／", "-")
"""What is looked for, in this order where two part equally well."""


def find_separator(labels: Iterable[str]) -> str | None:
    """The separator that parts most of the labels into groups; None where none does."""
    known = sorted(set(labels))
    scores = {each: _parted(known, each) for each in SEPARATORS}
    best = max(SEPARATORS, key=lambda each: scores[each])
    return best if scores[best] else None


def _parted(labels: Sequence[str], separator: str) -> int:
    """How many labels a separator groups; 0 where it is not one."""
    first = Counter(parts[0] for label in labels if (parts := segments(label, separator)))
    holding = [label for label in labels if len(segments(label, separator)) > 1]
    grouped = sum(first[segments(label, separator)[0]] > 1 for label in holding)
    return grouped if 2 * len(holding) >= len(labels) and 2 * grouped >= len(holding) else 0


def segments(label: str, separator: str) -> list[str]:
    """The levels of a label, the top one first, without outer spaces and empty ones."""
    return [part for each in label.split(separator) if (part := each.strip())]


def labels_of(found: Iterable[str], separator: str, *, field: str) -> tuple[Label, ...]:
    """The labels of paths with all their parents, parents first.

    A code is the path written with the separator as most of the labels write it, spaced or not; a label
    written otherwise is its alias. Raises TaxonomyError where one is deeper than DEEPEST.
    """
    given = sorted(set(found))
    spaced = sum(f" {separator} " in label for label in given)
    joiner = f" {separator} " if 2 * spaced > sum(separator in label for label in given) else separator
    parents: dict[tuple[str, ...], str | None] = {}
    aliases: dict[tuple[str, ...], list[str]] = {}
    for label in given:
        path = tuple(segments(label, separator))
        if not path:
            path = (label,)
        if len(path) > DEEPEST:
            raise TaxonomyError(
                f"The label {label!r} of {field!r} is {len(path)} levels deep by {separator!r}; {DEEPEST} "
                "are allowed: give another --separator, or shorten the column.",
                field=field,
            )
        for depth in range(1, len(path) + 1):
            above = joiner.join(path[: depth - 1]) or None
            parents.setdefault(path[:depth], above)
        if joiner.join(path) != label:
            aliases.setdefault(path, []).append(label)
    return tuple(
        Label(
            code=joiner.join(path),
            name=names(path[-1]),
            description=names(""),
            parent=parents[path],
            aliases=tuple(aliases.get(path, ())),
        )
        for path in sorted(parents)
    )


def suspects(labels: Iterable[Label], used: Mapping[str, int]) -> list[str]:
    """The codes of levels that no row carries and that hold one label only: a name with the separator in
    it looks like that. used: code -> rows."""
    below = Counter(label.parent for label in labels if label.parent is not None)
    return sorted(code for code, count in below.items() if count == 1 and not used.get(code))
