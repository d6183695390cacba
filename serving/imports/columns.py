"""Which column of a file is which part of a request: proposed by its name, or told by the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from features.errors import InputError
from features.tables.columns import is_after_intake, plain_name, request_role

SINGLE = ("external_id", "received_at", "channel", "customer_id", "status", "closed_at")
"""Parts that come out of one column."""
WORDS = ("subject", "text")
"""Parts that several columns may be joined in."""
_ROLES = {"id": "external_id"}
_CLOSING = ("status", "closed_at")
"""Taken only where a column has just this name: what other programs call so means many things."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """single: part -> column. subject, text: columns that are joined. unused: those that are not read."""

    single: Mapping[str, str]
    subject: tuple[str, ...]
    text: tuple[str, ...]
    unused: tuple[str, ...] = ()

    def as_data(self) -> dict[str, list[str]]:
        """Part -> columns, as `told` reads it."""
        single = {part: [name] for part, name in self.single.items()}
        many = {"subject": list(self.subject), "text": list(self.text)}
        return {part: names for part, names in (single | many).items() if names}


def proposed(names: Sequence[str]) -> Columns:
    """The columns by their names. Raises InputError where none looks like what a request says."""
    found = {name: role for name in names if (role := request_role(name)) and not is_after_intake(name)}
    ranked = sorted((place, _ROLES.get(role, role), name) for name, (role, place) in found.items())
    single: dict[str, str] = {}
    for _, part, name in ranked:
        if part in SINGLE:
            single.setdefault(part, name)
    for part in _CLOSING:
        own = next((name for name in names if plain_name(name) == plain_name(part)), None)
        if own is not None:
            single[part] = own
    if not all(part in single for part in _CLOSING):
        single = {part: name for part, name in single.items() if part not in _CLOSING}
    subject, text = (
        tuple(name for name in names if name in found and found[name][0] == each) for each in WORDS
    )
    return _checked(single, subject, text, names)


def told(given: Mapping[str, Sequence[str]], names: Sequence[str]) -> Columns:
    """The columns as the caller says. Raises InputError naming the part."""
    for part, columns in given.items():
        field = f"columns.{part}"
        if part not in (*SINGLE, *WORDS):
            raise InputError(f"{field}: unknown part; known are {', '.join((*SINGLE, *WORDS))}.", field=field)
        for name in columns:
            if name not in names:
                has = ", ".join(names)
                raise InputError(f"{field}: the file has no column {name!r}; it has {has}.", field=field)
        if part in SINGLE and len(columns) != 1:
            raise InputError(f"{field}: name one column.", field=field)
    single = {part: given[part][0] for part in SINGLE if part in given}
    return _checked(single, tuple(given.get("subject", ())), tuple(given.get("text", ())), names)


def _checked(
    single: Mapping[str, str], subject: tuple[str, ...], text: tuple[str, ...], names: Iterable[str]
) -> Columns:
    if not text:
        text, subject = subject, ()
    if not text:
        has = ", ".join(names)
        told = f"columns: no column looks like what a request says; name it as `text`. The file has {has}."
        raise InputError(told, field="columns.text")
    used = {*single.values(), *subject, *text}
    return Columns(
        single=single, subject=subject, text=text, unused=tuple(name for name in names if name not in used)
    )
