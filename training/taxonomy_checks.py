"""What is wrong with a taxonomy, and what is to be known of it, alone and against data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from features.errors import TaxonomyError
from features.taxonomy import Fault, Field, Taxonomy, paths
from features.taxonomy.reading import text_of
from training.thin import FEWEST

if TYPE_CHECKING:
    import pandas as pd

MANY = 1000
"""Labels of one field from which on it is asked whether they are labels at all."""
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Checked:
    """faults: to be mended before the file is used. notes: sentences on what it means."""

    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def check(file: Path, data: pd.DataFrame | None) -> Checked:
    """Check a taxonomy file, and the labels of a table against it. A file that cannot be read is a fault."""
    try:
        made, faults = Taxonomy.read(text_of(file))
    except TaxonomyError as error:
        return Checked(faults=(Fault(str(file), str(error)),), notes=())
    if made is None:
        return Checked(faults=faults, notes=())
    if data is None:
        return Checked(faults=(), notes=tuple(notes(made)))
    columns = {code: [value for value in data[code] if value] for code in made.fields if code in data}
    counted = made.counted(columns)
    absent = [f"{code}: the data have no such column." for code in made.fields if code not in data]
    told = (*absent, *notes(counted), *_empty(counted, columns), *_former(made, columns))
    return Checked(faults=tuple(_unknown(made, columns)), notes=told)


def notes(taxonomy: Taxonomy) -> Iterator[str]:
    """What is to be known of a taxonomy that is right: many labels, thin ones, labels that are parents."""
    for code, field in taxonomy.fields.items():
        if len(field.codes) > MANY:
            yield (
                f"{code}: {len(field.codes)} labels. Most will be too rare to be learnt: is it a label, or "
                "an identifier?"
            )
        rows = {label.code: label.rows for label in field.labels}
        both = [each for each in field.codes if each in field.children and rows[each]]
        if both:
            told = _some([f"{each!r} ({rows[each]} rows)" for each in both])
            yield f"{code}: labels and parents at once, their own rows learnt as none of those below: {told}."
        counts = ((each, rows[each]) for each in field.codes if len(field.path(each)) > 1)
        thin = [f"{each!r} ({count})" for each, count in counts if count is not None and 0 < count < FEWEST]
        if thin:
            yield f"{code}: {len(thin)} labels of fewer than {FEWEST} rows train their parent: {_some(thin)}."


def levels_found(taxonomy: Taxonomy, columns: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """What was made of separators: levels, and levels that may be a name with the separator in it; or
    labels that hold one and were left whole."""
    for code, field in taxonomy.fields.items():
        if field.has_levels:
            depth = max(len(field.path(label)) for label in field.leaves)
            yield f"{code}: {len(field.leaves)} leaves on {depth} levels."
            used = {label.code: label.rows or 0 for label in field.labels}
            doubtful = paths.suspects(field.labels, used)
            if doubtful:
                yield (
                    f"{code}: levels with a single label below and no row of their own: "
                    f"{_some([repr(each) for each in doubtful])}. Where the separator is part of a name, "
                    "give the label below another `parent` in the file, and take the level out."
                )
            continue
        held = {each: sum(each in label for label in set(columns[code])) for each in paths.SEPARATORS}
        some = [f"{count} with {each!r}" for each, count in held.items() if count]
        if some and not field.ordered:
            yield f"{code}: no levels; labels are kept whole ({', '.join(some)}). --separator says otherwise."


def _unknown(taxonomy: Taxonomy, columns: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    for code, column in columns.items():
        field = taxonomy.field(code)
        for label, count in sorted(Counter(column).items(), key=lambda each: -each[1]):
            if field.resolve(label) is None:
                yield Fault(
                    f"fields.{code}.labels.{label}",
                    f"{count} rows of the data have this label; add it, or make it an alias of another.",
                )


def _empty(counted: Taxonomy, columns: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for code in columns:
        rows = {label.code: label.rows for label in counted.field(code).labels}
        empty = [repr(each) for each in counted.field(code).leaves if not rows[each]]
        if empty:
            yield f"{code}: {len(empty)} labels have no row, so they are never predicted: {_some(empty)}."


def _former(taxonomy: Taxonomy, columns: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for code, column in columns.items():
        field, counts = taxonomy.field(code), Counter(column)
        former = [f"{each!r} ({counts[each]})" for each in sorted(counts) if _is_alias(field, each)]
        if former:
            yield f"{code}: rows by a former name, read as the present one: {_some(former)}."
        gone = [f"{label.code!r} ({counts[label.code]})" for label in field.labels if label.retired]
        told = [each for each in gone if not each.endswith("(0)")]
        if told:
            yield f"{code}: rows of retired labels, which train the parent or nothing: {_some(told)}."


def _is_alias(field: Field, label: str) -> bool:
    return field.resolve(label) not in (None, label)


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more
