"""Why a customer has its value and tier: a line for each number, with the sentence for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from serving.customers import Known
from serving.wording import Wording

MIDDLE = 50.0
LEAST_SHARE = 1.0
"""Nobody is in the top 0 %."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: what it is about, its numbers, and the sentence."""

    code: str
    text: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Words:
    wording: Wording
    language: str

    def say(self, key: str, **values: object) -> str:
        return self.wording.say(f"customer.{key}", self.language, **values)

    def fact(self, fact: str) -> str:
        return self.wording.say(f"fact.{fact}", self.language)

    def tier(self, tier: str) -> str:
        said = self.wording.say(f"tier.{tier}", self.language)
        return tier if said == f"tier.{tier}" else said


def lines(wording: Wording, known: Known, *, language: str) -> list[Line]:
    """Every line, in order: the facts by what they add, those missing, the scale, the tier."""
    words = _Words(wording, language)
    return [*_facts(words, known), *_missing(words, known), _scale(words, known), _tier(words, known)]


def _facts(words: _Words, known: Known) -> Iterator[Line]:
    shares = sorted(known.worth.shares.items(), key=lambda item: -item[1][1])
    for fact, (percentile, points) in shares:
        is_upper = percentile >= MIDDLE
        share = max(100 - percentile if is_upper else percentile, LEAST_SHARE)
        told = {"fact": words.fact(fact), "share": f"{share:.0f}", "points": f"{points:g}"}
        text = words.say("fact.top" if is_upper else "fact.bottom", **told)
        yield Line(code="fact", text=text, numbers={"fact": fact, "percentile": percentile, "points": points})


def _missing(words: _Words, known: Known) -> Iterator[Line]:
    missing = known.worth.missing
    if missing:
        facts = words.say("list").join(map(words.fact, missing))
        yield Line(code="missing", text=words.say("missing", facts=facts), numbers={"facts": list(missing)})


def _scale(words: _Words, known: Known) -> Line:
    scale = known.scale
    if not scale.version:
        return Line(code="anchors", text=words.say("anchors", n=scale.n), numbers={"n": scale.n})
    numbers = {"version": scale.version, "n": scale.n, "as_of": str(scale.as_of)}
    return Line(code="scale", text=words.say("scale", **numbers), numbers=numbers)


def _tier(words: _Words, known: Known) -> Line:
    tier, why = known.worth.tier, known.tier_reason.value
    text = words.say(f"tier.{why}", tier=words.tier(tier))
    return Line(code="tier", text=text, numbers={"tier": tier, "reason": why})
