"""A field and its labels: what is predicted of a request, in which order, under which parents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

LANGUAGES = ("zh", "en")
BELOW = " › "
"""What stands between the names of a label and of the one above it."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label. `aliases` are the codes it had before; a retired label is readable and never predicted.

    rows: how many rows carried it when that was counted; None where nobody counted. It decides nothing.
    """

    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    parent: str | None = None
    retired: bool = False
    aliases: tuple[str, ...] = ()
    rows: int | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that is predicted of a request."""

    code: str
    name: Mapping[str, str]
    labels: tuple[Label, ...]
    ordered: bool = False

    @cached_property
    def by_code(self) -> Mapping[str, Label]:
        """Every code and alias -> its label."""
        known = {alias: label for label in self.labels for alias in label.aliases}
        return known | {label.code: label for label in self.labels}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The live labels' codes, in order."""
        return tuple(label.code for label in self.labels if not label.retired)

    def resolve(self, label: str) -> str | None:
        """The present code of a label or of its alias; None where there is none."""
        found = self.by_code.get(label)
        return found.code if found else None

    def level(self, label: str) -> float:
        """Where a label of an ordered field stands, 0 for the least and 1 for the most."""
        codes = self.codes
        return codes.index(label) / (len(codes) - 1) if len(codes) > 1 else 1.0

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Code of a parent -> the codes below it, in order, retired ones too. Empty in a flat field."""
        found: dict[str, list[str]] = {}
        for label in self.labels:
            if label.parent is not None:
                found.setdefault(label.parent, []).append(label.code)
        return {code: tuple(below) for code, below in found.items()}

    @property
    def has_levels(self) -> bool:
        """Whether any label has a parent."""
        return bool(self.children)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The live labels with no live label below them, in order."""
        parents = {label.parent for label in self.labels if not label.retired}
        return tuple(code for code in self.codes if code not in parents)

    def path(self, label: str) -> tuple[str, ...]:
        """The present codes from the top down to a label or alias; an unknown label is its own path."""
        known = self.by_code.get(label)
        if known is None:
            return (label,)
        found = [known.code]
        while known is not None and known.parent is not None and known.parent not in found:
            found.append(known.parent)
            known = self.by_code.get(known.parent)
        return tuple(reversed(found))

    def ancestors(self, label: str) -> tuple[str, ...]:
        """The labels above a label, the nearest first."""
        return self.path(label)[-2::-1]

    def full_name(self, label: str, language: str) -> str:
        """What a label is called, after those above it, since `Question` may stand below many; an unknown
        label is called by its code."""
        known = (self.by_code.get(code) for code in self.path(label))
        return BELOW.join(label if each is None else each.name[language] for each in known)
