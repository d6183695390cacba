"""The sections of a policy, one function each: plain data in, a part out, faults into the Reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from features.policy.parts import (
    FACTS,
    GRADES,
    SCORE_PARTS,
    Caution,
    Clock,
    Condition,
    Floor,
    Promise,
    Roles,
    ScoreRules,
    Span,
    Unit,
    ValueRules,
)
from features.policy.reading import Reading
from features.records import Grade

_DAY = 24 * 60
_LONGEST_DAYS = 1000
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(min|h|days?)")


def roles(reading: Reading, policy: Mapping[str, Any]) -> Roles:
    """`fields` of a policy: which field plays which role. Urgency and impact must be ordered."""
    data = part(reading, policy, "fields", "", ("urgency", "impact", "type", "difficulty"))
    found = {role: _role(reading, data, role) for role in ("urgency", "impact", "type", "difficulty")}
    return Roles(
        urgency=found["urgency"] or "urgency",
        impact=found["impact"] or "impact",
        type=found["type"],
        difficulty=found["difficulty"],
    )


def _role(reading: Reading, data: Mapping[str, Any], role: str) -> str | None:
    path = f"fields.{role}"
    if role not in data or (data[role] is None and role in ("type", "difficulty")):
        return None
    code = reading.text(data[role], path)
    field = reading.taxonomy_field(code, path) if code else None
    if field is not None and role != "type" and not field.ordered:
        reading.fault(path, f"the field {code!r} is not ordered, so it has no more and no less.")
    return code or None


def matrix(reading: Reading, raw: Any, roles: Roles) -> dict[str, dict[str, Grade]]:
    """`matrix`: label of impact -> label of urgency -> grade, no cell open. Retired labels need one too:
    a model trained before may still say them."""
    rows = _by_label(reading, raw, roles.impact, "matrix")
    return {
        impact: {
            urgency: reading.grade(grade, f"matrix.{impact}.{urgency}")
            for urgency, grade in _by_label(reading, row, roles.urgency, f"matrix.{impact}").items()
        }
        for impact, row in rows.items()
    }


def _by_label(reading: Reading, raw: Any, code: str, path: str) -> dict[str, Any]:
    data = reading.mapping(raw, path)
    field = reading.taxonomy.fields.get(code)
    if field is None or not isinstance(raw, dict) or not reading.clean("fields"):
        return data
    found: dict[str, Any] = {}
    for given, value in data.items():
        label = field.resolve(given)
        if label is None:
            known = ", ".join(each.code for each in field.labels)
            reading.fault(f"{path}.{given}", f"there is no label {given!r} in {code!r}; it has {known}.")
        else:
            found[label] = value
    for each in field.labels:
        if each.code not in found:
            reading.fault(f"{path}.{each.code}", f"is open: no grade for {code} {each.code!r}.")
    return found


def caution(reading: Reading, raw: Any) -> Caution:
    """`caution`: the two costs; too high must cost something, or everything would be raised."""
    data = reading.keys(raw, "caution", required=("too_low", "too_high"))
    return Caution(
        too_low=reading.number(data, "too_low", "caution"),
        too_high=reading.number(data, "too_high", "caution", above=0),
    )


def value_rules(reading: Reading, raw: Any) -> ValueRules:
    """`value`: the step, the weights of facts, tiers and currencies."""
    needed = ("from", "weights", "tiers", "currency", "currencies")
    data = reading.keys(raw, "value", required=needed)
    tiers = part(reading, data, "tiers", "value", ("core_top_percent", "potential_growth_top_percent"))
    currencies = reading.mapping(data.get("currencies", {}), "value.currencies")
    rates = {code: reading.number(currencies, code, "value.currencies", above=0) for code in currencies}
    base = reading.text(data.get("currency", "CNY"), "value.currency")
    if "currency" in data and "currencies" in data and rates.get(base) != 1.0:
        reading.fault(f"value.currencies.{base}", f"{base!r} is the base currency: it must be there, as 1.")
    return ValueRules(
        lifts_from=reading.number(data, "from", "value", high=100),
        weights=_weights(reading, data, "value", FACTS),
        core_top_percent=reading.number(tiers, "core_top_percent", "value.tiers", high=100),
        potential_growth_top_percent=reading.number(
            tiers, "potential_growth_top_percent", "value.tiers", high=100
        ),
        currency=base,
        currencies=rates,
    )


def part(
    reading: Reading, data: Mapping[str, Any], key: str, path: str, keys: tuple[str, ...]
) -> dict[str, Any]:
    """A mapping with fixed keys inside of a section; empty where it is not there, which has been told."""
    return reading.keys(data[key], f"{path}.{key}", required=keys) if key in data else {}


def _weights(
    reading: Reading, data: Mapping[str, Any], path: str, names: tuple[str, ...]
) -> dict[str, float]:
    before = len(reading.faults)
    given = part(reading, data, "weights", path, names)
    weights = {name: reading.number(given, name, f"{path}.weights", high=100) for name in names}
    total = sum(weights.values())
    if "weights" in data and len(reading.faults) == before and abs(total - 100) > 1e-6:
        reading.fault(f"{path}.weights", f"the weights sum to {total:g}; they must sum to 100.")
    return weights


def condition(reading: Reading, raw: Any, path: str, *, attributes: bool) -> Condition:
    """A `when`: labels by field, and for teams the attributes that came with the request."""
    data = reading.mapping(raw, path)
    if isinstance(raw, dict) and not data:
        reading.fault(path, "says nothing; name at least one field and its label.")
    asked = reading.mapping(data.pop("attributes"), f"{path}.attributes") if "attributes" in data else {}
    if asked and not attributes:
        reading.fault(f"{path}.attributes", "attributes are the sender's claims; they never move a grade.")
    return Condition(
        labels={code: reading.labels(labels, code, f"{path}.{code}") for code, labels in data.items()},
        attributes={name: reading.words(words, f"{path}.attributes.{name}") for name, words in asked.items()},
    )


def floors(reading: Reading, raw: Any) -> tuple[Floor, ...]:
    """`floors`: a list of {when, at_least}."""
    found = []
    for index, item in enumerate(reading.items(raw, "floors")):
        path = f"floors[{index}]"
        data = reading.keys(item, path, required=("when", "at_least"))
        if len(data) == 2:
            when = condition(reading, data["when"], f"{path}.when", attributes=False)
            found.append(Floor(when=when, at_least=reading.grade(data["at_least"], f"{path}.at_least")))
    return tuple(found)


def score_rules(reading: Reading, raw: Any) -> ScoreRules:
    """`score`: the weights and what stands in for the unknown."""
    data = reading.keys(raw, "score", required=("weights", "value_when_unknown", "level_when_unknown"))
    return ScoreRules(
        weights=_weights(reading, data, "score", SCORE_PARTS),
        value_when_unknown=reading.number(data, "value_when_unknown", "score", high=100),
        level_when_unknown=reading.number(data, "level_when_unknown", "score", high=100),
    )


def deadlines(reading: Reading, raw: Any) -> dict[Grade, Promise]:
    """`deadlines`: a promise for each grade."""
    data = reading.keys(raw, "deadlines", required=[grade.value for grade in GRADES])
    return {
        grade: _promise(reading, data[grade.value], f"deadlines.{grade}")
        for grade in GRADES
        if grade.value in data
    }


def _promise(reading: Reading, raw: Any, path: str) -> Promise:
    data = reading.keys(raw, path, required=("respond", "resolve", "clock"))
    clock = data.get("clock", "always")
    if clock not in tuple(Clock):
        reading.fault(f"{path}.clock", f"there is no clock {clock!r}; say always or working.")
        clock = Clock.ALWAYS
    return Promise(
        respond=_span(reading, data.get("respond"), f"{path}.respond"),
        resolve=_span(reading, data.get("resolve"), f"{path}.resolve"),
        clock=Clock(clock),
    )


def _span(reading: Reading, raw: Any, path: str) -> Span | None:
    if raw is None:
        return None
    found = _SPAN.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found is None or float(found[1]) == 0:
        reading.fault(path, f"{raw!r} is no length of time; write it as 30 min, 8 h or 3 days.")
        return None
    unit = Unit.DAYS if found[2].startswith("day") else Unit(found[2])
    span = Span(amount=float(found[1]), unit=unit)
    if span.minutes(minutes_a_day=_DAY) > _LONGEST_DAYS * _DAY:
        reading.fault(path, f"{raw!r} is longer than {_LONGEST_DAYS} days.")
    return span
