"""The words of the report in one language, from the one table `words.yaml`, and how numbers are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

from features.taxonomy import Field

BASES = (100, 1000, 10_000)
NOTHING = "–"
"""What stands where there is no figure."""


@lru_cache(maxsize=1)
def table() -> Mapping[str, Mapping[str, str]]:
    """Key -> language -> words, with {names} to be filled in."""
    read = yaml.safe_load(resources.files("training.report").joinpath("words.yaml").read_text("utf-8"))
    return {str(key): dict(each) for key, each in read.items()}


@dataclass(frozen=True)
class Say:
    """Says things in one language, `zh` or `en`."""

    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The words of a key, with these values in them. Raises KeyError where either lacks."""
        return table()[key][self.language].format(**values)

    def label(self, field: Field, code: str) -> str:
        """What a label is called, after those above it."""
        return field.full_name(code, self.language)

    def field(self, field: Field) -> str:
        """What a field is called."""
        return field.name[self.language]

    def listed(self, parts: Sequence[str]) -> str:
        """Parts after each other, as in a list of this language."""
        return ("、" if self.language == "zh" else ", ").join(parts)

    def known(self, kind: str, code: str) -> str:
        """What a language, a channel or a tier is called; the code itself where it is nobody's but the
        user's."""
        key = f"{kind}_{code}"
        return self(key) if key in table() else code


def percent(share: float | None, *, digits: int = 1) -> str:
    """A share as percent, or a dash where there is none. Nothing short of all is told as 100 %."""
    if share is None:
        return NOTHING
    least = 10.0 ** -(digits + 2)
    if 1 - least / 2 <= share < 1:
        return f">{1 - least:.{digits}%}"
    return f"<{least:.{digits}%}" if 0 < share < least / 2 else f"{share:.{digits}%}"


def tidy(share: float) -> str:
    """A target as percent, with no more digits than it has."""
    return f"{100 * share:.4g}%"


def decimal(number: float | None) -> str:
    """A figure with three decimals, or a dash."""
    return NOTHING if number is None else f"{number:.3f}"


def base_of(*given: float) -> int:
    """Out of how many requests shares can be told as whole numbers: 100, or more where one would be 0."""
    some = [each for each in given if each > 0]
    return next((base for base in BASES if all(each * base >= 0.95 for each in some)), BASES[-1])


def out_of(base: int, share: float) -> str:
    """A share as a whole number out of a base."""
    return f"{share * base:,.0f}"
