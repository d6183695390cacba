"""A taxonomy from the labels that stand in a file's columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from features.errors import TaxonomyError
from features.taxonomy import paths
from features.taxonomy.fields import Field, Label
from features.taxonomy.taxonomy import Taxonomy
from features.taxonomy.words import names

FIND = "find"
"""Asks for the separator to be found."""


def infer(columns: Mapping[str, Iterable[str]], *, separator: str | None = FIND) -> Taxonomy:
    """A taxonomy from the labels in a file's columns.

    A field is ordered as the default taxonomy has it where its labels are among the default's, in the
    order of the numbers where all labels are integers, and nominal otherwise; a nominal field has levels
    where its labels are paths. separator: of those; found by default, None where there is none.
    Raises TaxonomyError where a column holds fewer than two labels, or a path is too deep.
    """
    default = Taxonomy.default()
    fields = {code: _inferred(code, set(found), default, separator) for code, found in columns.items()}
    return Taxonomy(version=1, fields=fields)


def _inferred(code: str, found: set[str], default: Taxonomy, separator: str | None) -> Field:
    if len(found) < 2:
        raise TaxonomyError(
            f"The column {code!r} holds {len(found)} label(s); a field needs at least two.", field=code
        )
    known = default.fields.get(code)
    if known is not None and found <= set(known.codes):
        return replace(known, labels=tuple(label for label in known.labels if label.code in found))
    name = dict(known.name) if known is not None else names(code)
    if all(label.lstrip("-").isdecimal() for label in found):
        return Field(code=code, name=name, labels=_flat(sorted(found, key=int), known), ordered=True)
    if separator == FIND:
        separator = paths.find_separator(found)
    if separator is None:
        return Field(code=code, name=name, labels=_flat(sorted(found), known))
    return Field(code=code, name=name, labels=paths.labels_of(found, separator, field=code))


def _flat(codes: list[str], known: Field | None) -> tuple[Label, ...]:
    """Labels without parents; one that the default field has by code or name is called as it is there."""
    named = {
        word.casefold(): each.name for each in (known.labels if known else ()) for word in each.name.values()
    }
    return tuple(
        Label(code=code, name=dict(named.get(code.casefold()) or names(code)), description=names(""))
        for code in codes
    )
