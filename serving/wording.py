"""Reasons as sentences, in Chinese or English.

A reason is a code and numbers (features.grading); the sentences are in gettext catalogues, read as they
are at start. Names of fields, labels and teams come from the taxonomy and the policy.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po

from features.policy import Policy
from features.records import Reason
from features.taxonomy import LANGUAGES, Taxonomy

DOMAIN = "messages.po"
OTHERWISE = "en"
CODES = (
    "account_manager",
    "calendar_unknown",
    "caution",
    "floor",
    "matrix",
    "no_customer",
    "no_impact",
    "no_urgency",
    "not_assessed_yet",
    "out_of_scope",
    "override",
    "override_waits",
    "score",
    "value",
    "value_no_lift",
)
"""Every code of features.grading."""
OWN_CODES = ("regraded",)
"""The codes that the service adds."""
HIDDEN = frozenset({"account_manager", "no_customer", "score", "value", "value_no_lift"})
"""Codes that tell what a customer is worth: not for an untrusted intake key."""


def is_hidden(reason: Reason) -> bool:
    """Whether a reason tells what a customer is worth, or that it changed."""
    return reason.code in HIDDEN or (reason.code == "regraded" and reason.numbers["cause"] == "customer")


def choose_language(*, locale: str | None, accept: str | None, detected: str) -> str:
    """The language to answer in: what the request asks for, else the browser, else the text's own."""
    for wish in (locale, *_accepted(accept or ""), detected):
        found = (wish or "").replace("_", "-").split("-")[0].strip().lower()
        if found in LANGUAGES:
            return found
    return OTHERWISE


def _accepted(header: str) -> Iterable[str]:
    """The languages of an Accept-Language header, most wanted first."""
    wishes = []
    for part in header[:1000].split(","):
        name, _, weight = part.partition(";q=")
        try:
            wishes.append((-float(weight or 1), name.strip()))
        except ValueError:
            continue
    return [name for weight, name in sorted(wishes, key=lambda wish: wish[0]) if weight < 0]


@dataclass(frozen=True)
class Wording:
    """The sentences by language and key."""

    catalogues: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls) -> Wording:
        """Read the packaged catalogues."""
        return cls({language: catalogue(language, DOMAIN) for language in LANGUAGES})

    def say(self, key: str, language: str, **values: object) -> str:
        """The sentence of a key, with its named places filled; the key itself where there is none."""
        sentence = self.catalogues[language].get(key)
        return key if sentence is None else sentence.format_map(values)

    def sentence(self, reason: Reason, *, language: str, taxonomy: Taxonomy, policy: Policy) -> str:
        """A reason as one sentence."""
        if reason.code not in CODES + OWN_CODES:
            return reason.code
        names = Names(self, language, taxonomy, policy)
        variant, values = _VALUES.get(reason.code, _plain)(reason.numbers, names)
        return self.say(f"reason.{reason.code}{variant}", language, **values)


@functools.cache
def catalogue(language: str, domain: str) -> Mapping[str, str]:
    """Key -> sentence of a packaged catalogue, which is as it is while a process lives."""
    path = resources.files("serving").joinpath("locale", language, "LC_MESSAGES", domain)
    with path.open("rb") as file:
        messages = read_po(file, locale=language, abort_invalid=True)
    return {str(each.id): str(each.string) for each in messages if each.id and each.string}


def first_upper(words: str) -> str:
    """The words as a sentence begins."""
    return words[:1].upper() + words[1:]


def first_lower(words: str) -> str:
    """The words as they stand inside a sentence; VIP stays VIP."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


@dataclass(frozen=True)
class Names:
    """What fields, labels and tiers are called in one language; their codes where nobody named them."""

    wording: Wording
    language: str
    taxonomy: Taxonomy
    policy: Policy

    def field(self, code: str) -> str:
        """The name of a field."""
        field = self.taxonomy.fields.get(code)
        return code if field is None else field.name[self.language]

    def label(self, code: str, label: str) -> str:
        """The name of a field's label, after those above it where the field has levels."""
        field = self.taxonomy.fields.get(code)
        return label if field is None else field.full_name(label, self.language)

    def tier(self, tier: str) -> str:
        """The name of a tier; a CRM's own word as it is."""
        said = self.wording.say(f"tier.{tier}", self.language)
        return tier if said == f"tier.{tier}" else said

    def by(self, who: str) -> str:
        """Who said a label, where that was not the model."""
        return self.wording.say(f"by.{who}", self.language) if who in ("person", "prior") else ""

    def say(self, key: str, **values: object) -> str:
        """The sentence of a key in this language."""
        return self.wording.say(key, self.language, **values)

    def role(self, role: str) -> str:
        """What a role is called inside a sentence; its code where nobody named it."""
        said = self.say(f"role.{role}")
        return role if said == f"role.{role}" else said

    def steps(self, count: int) -> str:
        """So many steps of a grade, in words."""
        return self.say("steps.one" if count == 1 else "steps", count=count)

    def join(self, key: str, words: Iterable[str]) -> str:
        """The words with what a key puts between them."""
        return self.wording.say(key, self.language).join(words)


_Values = tuple[str, dict[str, Any]]


def _plain(numbers: Mapping[str, Any], _: Names) -> _Values:
    return "", {name: _short(value) for name, value in numbers.items()}


def _short(value: Any) -> Any:
    return f"{value:g}" if isinstance(value, float) else value


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _matrix(numbers: Mapping[str, Any], names: Names) -> _Values:
    roles = names.policy.roles
    return "", {
        "urgency_field": names.field(roles.urgency),
        "impact_field": names.field(roles.impact),
        "urgency": names.label(roles.urgency, numbers["urgency"]) + names.by(numbers["urgency_by"]),
        "impact": names.label(roles.impact, numbers["impact"]) + names.by(numbers["impact_by"]),
        "grade": numbers["grade"],
    }


def _caution(numbers: Mapping[str, Any], names: Names) -> _Values:
    values = {"before": numbers["before"], "after": numbers["after"]}
    if "field" not in numbers:
        return ".plain", values
    return "", values | {
        "field": names.field(numbers["field"]),
        "label": names.label(numbers["field"], numbers["label"]),
        "percent": _percent(numbers["probability"]),
        "other": names.label(numbers["field"], numbers["other"]),
        "other_percent": _percent(numbers["other_probability"]),
    }


def _no_lift(numbers: Mapping[str, Any], names: Names) -> _Values:
    variant = ".highest" if numbers["value"] >= numbers["from"] else ""
    return variant, _plain(numbers, names)[1]


def _floor(numbers: Mapping[str, Any], names: Names) -> _Values:
    wanted = [_wanted(code, labels, names) for code, labels in numbers["when"].items()]
    values = {
        "when": names.join("list.and", wanted),
        **{key: numbers[key] for key in ("at_least", "before", "after")},
    }
    return ("" if numbers["before"] != numbers["after"] else ".met"), values


def _wanted(code: str, labels: Iterable[str], names: Names) -> str:
    either = names.join("list.or", (names.label(code, label) for label in labels))
    return names.wording.say("floor.condition", names.language, field=names.field(code), label=either)


def _missing(numbers: Mapping[str, Any], names: Names) -> _Values:
    values = {"field": names.field(numbers["field"]), "grade": numbers["grade"]}
    if numbers["label"] is None:
        return "", values
    return ".no_cell", values | {"label": names.label(numbers["field"], numbers["label"])}


def _outside(numbers: Mapping[str, Any], names: Names) -> _Values:
    if numbers["why"] == "language" and numbers["language"] is None:
        return ".no_language", {}
    if numbers["why"] == "language":
        called = Locale.parse(names.language).languages
        return ".language", {"spoken": called.get(numbers["language"], numbers["language"])}
    return f".{numbers['why']}", {key: f"{numbers[key]:.1f}" for key in ("score", "cutoff") if key in numbers}


def _score(numbers: Mapping[str, Any], names: Names) -> _Values:
    parts = [
        names.wording.say(f"score.{part}", names.language, points=f"{points:g}")
        for part, points in numbers.items()
        if part != "score"
    ]
    return "", {"score": f"{numbers['score']:g}", "sum": " + ".join(parts)}


def _regraded(numbers: Mapping[str, Any], _: Names) -> _Values:
    same = ".same" if numbers["before"] == numbers["after"] else ""
    return f".{numbers['cause']}{same}", {"before": numbers["before"], "after": numbers["after"]}


def _override(numbers: Mapping[str, Any], names: Names) -> _Values:
    up, second = numbers["steps"], numbers["confirmed_by"]
    variant = ".same" if up == 0 else ".raised" if up > 0 else ".lowered"
    values = {
        "role": names.role(numbers["role"]),
        "before": numbers["before"],
        "after": numbers["after"],
        "steps": names.steps(abs(up)),
        "second": "" if second is None else names.say("override.confirmed", role=names.role(second)),
    }
    return variant, values


def _override_waits(numbers: Mapping[str, Any], names: Names) -> _Values:
    values = {"role": names.role(numbers["role"]), "steps": names.steps(numbers["steps"])}
    return "", values | {"holds": numbers["holds"], "wanted": numbers["wanted"]}


_VALUES: Mapping[str, Callable[[Mapping[str, Any], Names], _Values]] = {
    "matrix": _matrix,
    "caution": _caution,
    "value_no_lift": _no_lift,
    "floor": _floor,
    "no_urgency": _missing,
    "no_impact": _missing,
    "out_of_scope": _outside,
    "score": _score,
    "regraded": _regraded,
    "override": _override,
    "override_waits": _override_waits,
}
