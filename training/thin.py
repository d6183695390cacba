"""Labels that cannot be learnt by themselves: their rows train the label above.

A leaf of fewer rows than FEWEST gives its rows to its parent, and so on upwards while that has too few
with all that is below it. Rows of a retired label train the next live label above it, or only the other
fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from features.errors import TrainingDataError
from features.taxonomy import Field, Taxonomy
from training.dataset import Dataset

FEWEST = 3
"""Rows from which a label below another is learnt by itself. From 5 or 8 on, more requests are answered
above the leaf, but many leaves that could have been told are not: see experiments/hierarchy."""
NAMED = 5
Merged = Mapping[str, Mapping[str, str | None]]
"""Field -> label in the data -> the label it trained, None where it trained none."""


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """What the heads are fitted on, and which labels it changed."""

    dataset: Dataset
    merged: Merged


def lifted(dataset: Dataset, taxonomy: Taxonomy) -> Lifted:
    """The rows with the labels they train. Fields without parents and retired labels stay as they are.

    Raises TrainingDataError where retired labels leave a field with nothing to tell apart.
    """
    labels, merged = dict(dataset.labels), dict[str, Mapping[str, str | None]]()
    for code, column in dataset.labels.items():
        counts = Counter(label for label in column if label is not None)
        targets = _targets(taxonomy.field(code), counts)
        changed = {label: targets[label] for label in sorted(counts) if targets[label] != label}
        if changed:
            _check({targets[label] for label in counts} - {None}, code)
            merged[code] = changed
            labels[code] = tuple(None if label is None else targets[label] for label in column)
    return Lifted(dataset=replace(dataset, labels=labels) if merged else dataset, merged=merged)


def notes(merged: Merged, taxonomy: Taxonomy) -> list[str]:
    """A sentence for each field on the labels that train another one, or none."""
    told = []
    for code, changed in merged.items():
        rows = {label.code: label.rows for label in taxonomy.field(code).labels}
        above = [
            f"{label!r} ({rows[label]}) as {parent!r}" if rows.get(label) else f"{label!r} as {parent!r}"
            for label, parent in changed.items()
            if parent is not None
        ]
        if above:
            told.append(
                f"{code}: {len(above)} labels have fewer than {FEWEST} rows or are retired, and train the "
                f"label above: {_some(above)}."
            )
        gone = [repr(label) for label, parent in changed.items() if parent is None]
        if gone:
            told.append(f"{code}: rows of retired labels train no label of this field: {_some(gone)}.")
    return told


def _check(trained: set[str | None], code: str) -> None:
    if len(trained) < 2:
        raise TrainingDataError(
            f"Without the rows of retired labels, {code!r} has {len(trained)} label(s): there is nothing to "
            "tell apart; leave the field out with --fields.",
            field=code,
        )


def _targets(field: Field, counts: Mapping[str, int]) -> dict[str, str | None]:
    """Label -> the label its rows train. Thin labels stay where fewer than two would be left."""
    live = _merge(field, counts, fewest=0)
    merged = _merge(field, counts, fewest=FEWEST)
    return merged if len({merged[label] for label in counts} - {None}) > 1 else live


def _merge(field: Field, counts: Mapping[str, int], *, fewest: int) -> dict[str, str | None]:
    """Each label's rows go to the nearest label at or above it that is live and has `fewest` rows, those
    below it counted."""
    below = Counter[str]()
    for code, count in counts.items():
        below.update(dict.fromkeys(field.path(code), count))
    above = {
        label.code: label.parent
        for label in field.labels
        if label.retired or (label.parent is not None and below[label.code] < fewest)
    }
    return {label.code: _end(label.code, above) for label in field.labels}


def _end(code: str, above: Mapping[str, str | None]) -> str | None:
    found: str | None = code
    while found is not None and found in above:
        found = above[found]
    return found


def _some(words: list[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more
