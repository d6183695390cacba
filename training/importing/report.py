"""What is said after an import: a summary for the terminal, and a remark on every row for a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from features.taxonomy import Taxonomy
from training.importing.convert import Became, Imported, Outcome
from training.importing.mapping import RequestMap

if TYPE_CHECKING:
    import pandas as pd

_DIFFERS = re.compile(r"'[^']*'|\"[^\"]*\"|(?<![\w-])\d+\b")
SHOWN = 6
"""How many values, or reasons, are named on one line of the terminal."""


def summary(imported: Imported, mapping: RequestMap, unused: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Lines: where each part came from, what became of the labels and of the rows."""
    yield from _origins(mapping)
    for code, each in mapping.labels.items():
        yield from _labels(code, " / ".join(each.columns), imported.labels.get(code, Counter()))
    if mapping.after_intake:
        yield f"Written after intake, so never read as text: {', '.join(mapping.after_intake)}."
    if unused:
        yield f"Not used: {', '.join(f'{name} ({hint})' for name, hint in unused)}."
    yield from outcome_lines(imported.outcomes)


def outcome_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """How many rows were taken, changed and left out, and the commonest reasons, each with its first row."""
    counts = Counter(each.became for each in outcomes)
    yield f"{len(outcomes)} rows: {', '.join(f'{became.value} {counts[became]}' for became in Became)}."
    for became in Became:
        told = [
            (each.number, _kind(remark))
            for each in outcomes
            if each.became is became
            for remark in (each.remarks[-1:] if became is Became.LEFT_OUT else each.remarks)
        ]
        kinds, first = Counter(kind for _, kind in told), {kind: number for number, kind in reversed(told)}
        for kind, count in kinds.most_common(SHOWN):
            yield f"  {became.value} ({count}, from row {first[kind]}): {kind}"
        if len(kinds) > SHOWN:
            yield f"  {became.value}: {len(kinds) - SHOWN} more kinds of remarks."


def rows_frame(outcomes: Iterable[Outcome]) -> pd.DataFrame:
    """Every row of the file with what became of it: row, id, outcome, remarks."""
    import pandas as pd

    rows = [(str(each.number), each.id, each.became.value, " ".join(each.remarks)) for each in outcomes]
    return pd.DataFrame(rows, columns=["row", "id", "outcome", "remarks"], dtype="str")


def beside(path: Path, suffix: str) -> Path:
    """A file beside the output: out.csv -> out.rows.csv."""
    return path.with_suffix(suffix)


def _origins(mapping: RequestMap) -> Iterator[str]:
    for part, column in mapping.single.items():
        told = f"{part:<12} <- {column}"
        yield f"{told} (times without a zone are those of {mapping.zone})" if part == "received_at" else told
    for part, columns in (("subject", mapping.subject), ("text", mapping.text)):
        if columns:
            yield f"{part:<12} <- {' + '.join(columns)}"


def _labels(code: str, columns: str, counts: Counter[tuple[str, str]]) -> Iterator[str]:
    labels = Counter[str]()
    for (_, label), count in counts.items():
        labels[label] += count
    without = labels.pop("", 0)
    yield f"{code:<12} <- {columns}: {len(labels)} labels, {without} rows without one"
    changed = [(value, label, n) for (value, label), n in counts.most_common() if value and value != label]
    if changed:
        told = ", ".join(f"{value} -> {label or 'no label'} ({n})" for value, label, n in changed[:SHOWN])
        yield f"  {told}{_more(len(changed))}"
    known = Taxonomy.default().fields.get(code)
    own = [label for label, _ in labels.most_common() if known is None or label not in known.codes]
    if own:
        told = ", ".join(f"{each} ({labels[each]})" for each in own[:SHOWN])
        yield f"  your own labels: {told}{_more(len(own))}"
    if own and known is not None:
        yield (
            f"  the default taxonomy has no such labels of {code}: say in the map which of its own they are, "
            "or train with --taxonomy infer"
        )


def _more(count: int) -> str:
    return f" and {count - SHOWN} more" if count > SHOWN else ""


def _kind(remark: str) -> str:
    """A remark without what differs from row to row, so that alike ones are counted together."""
    return _DIFFERS.sub("…", remark)
