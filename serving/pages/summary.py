"""Why a grade is what it is, in one sentence: where it started, and each step that moved it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from features.records import Reason
from serving.pages.words import Reader
from serving.wording import Names, first_lower, first_upper

Numbers = Mapping[str, Any]


def summary(reader: Reader, reasons: Sequence[Reason]) -> str:
    """One sentence of the steps that decided; the others are told beside it, each by itself."""
    steps = [_STEPS[reason.code](reader, reason.numbers) for reason in reasons if reason.code in _STEPS]
    start = _start(reader, reasons, moved=bool(steps))
    return reader.say("why.end", words=first_upper(reader.say("why.then").join([start, *steps])))


def _start(reader: Reader, reasons: Sequence[Reason], *, moved: bool) -> str:
    for reason in reasons:
        if reason.code == "matrix":
            return _cell(reader, reason.numbers, moved=moved)
        if reason.code in ("no_urgency", "no_impact"):
            field = reader.field(reason.numbers["field"])
            return reader.say("why.unknown", field=field, grade=reason.numbers["grade"])
    fallback = reader.services.policy.fallback.value
    return reader.say("why.not_assessed", grade=fallback)


def _cell(reader: Reader, numbers: Numbers, *, moved: bool) -> str:
    roles = reader.services.policy.roles
    return reader.say(
        "why.matrix.moved" if moved else "why.matrix",
        urgency=_phrase(reader, roles.urgency, numbers["urgency"]),
        impact=_phrase(reader, roles.impact, numbers["impact"]),
        grade=numbers["grade"],
    )


def _phrase(reader: Reader, field: str, label: str) -> str:
    """A label inside a sentence: `urgent`, `high impact`."""
    named = first_lower(reader.label(field, label))
    if field != reader.services.policy.roles.impact:
        return named
    return reader.say("why.impact", label=named, field=first_lower(reader.field(field)))


def _caution(reader: Reader, numbers: Numbers) -> str:
    if "field" not in numbers:
        return reader.say("why.caution.plain", after=numbers["after"])
    return reader.say(
        "why.caution",
        other=_phrase(reader, numbers["field"], numbers["other"]),
        percent=reader.percent(numbers["other_probability"]),
        after=numbers["after"],
    )


def _value(reader: Reader, numbers: Numbers) -> str:
    return reader.say("why.value", value=f"{numbers['value']:g}", after=numbers["after"])


def _floor(reader: Reader, numbers: Numbers) -> str:
    either = reader.say("why.or")
    wanted = [
        either.join(_phrase(reader, field, label) for label in labels)
        for field, labels in numbers["when"].items()
    ]
    return reader.say("why.floor", labels=reader.say("why.and").join(wanted), grade=numbers["after"])


def _override(reader: Reader, numbers: Numbers) -> str:
    role = Names(
        reader.services.wording, reader.language, reader.services.taxonomy, reader.services.policy
    ).role(numbers["role"])
    return reader.say("why.override", role=role, after=numbers["after"])


_STEPS: Mapping[str, Callable[[Reader, Numbers], str]] = {
    "caution": _caution,
    "value": _value,
    "floor": _floor,
    "override": _override,
}
"""The codes that always mean a grade other than that of the step before, or one that a person chose."""
