"""A comparison in words: for the staff who ask why, and for the customers who ask when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_name

from features.records import Assessment
from serving.compare import Comparison
from serving.compare.sides import Rung, Side
from serving.wording import Names, first_lower

if TYPE_CHECKING:
    from serving.services import Services

Numbers = Mapping[str, Any]


def names_of(services: Services, language: str) -> Names:
    """The names of fields, labels and tiers in one language."""
    return Names(services.wording, language, services.taxonomy, services.policy)


def deciding(services: Services, comparison: Comparison, language: str) -> str:
    """What decides, as one sentence."""
    decision = comparison.decision
    letters = ("A", "B") if comparison.first == "a" else ("B", "A")
    values = {key: _short(value) for key, value in decision.numbers.items()}
    values |= _special(names_of(services, language), decision.code, decision.numbers, letters)
    return services.wording.say(
        f"decides.{decision.code}", language, first=letters[0], second=letters[1], **values
    )


def _special(names: Names, code: str, numbers: Numbers, letters: tuple[str, str]) -> dict[str, str]:
    """The places that hold names rather than numbers."""
    if code == "matrix":
        told = (_field(names, each, letters[1]) for each in numbers["fields"])
        return {"why": names.join("decides.and", told)}
    if code == "fallback":
        return {"unread": letters[0 if numbers["unread"] == "first" else 1]}
    if code in ("score", "score_waited"):
        return {"part": names.wording.say(f"decides.part.{numbers['part']}", names.language)}
    if code == "override":
        return {"role": names.role(numbers["role"])}
    if code == "floor":
        wanted = [
            names.join("list.or", (names.label(field, label) for label in labels))
            for field, labels in numbers["when"].items()
        ]
        return {"when": names.join("decides.floor.and", wanted)}
    return {}


def _field(names: Names, each: Numbers, other: str) -> str:
    code = each["field"]
    return names.wording.say(
        "decides.field",
        names.language,
        field=first_lower(names.field(code)),
        label=first_lower(names.label(code, each["label"])),
        other_label=first_lower(names.label(code, each["other_label"])),
        second=other,
    )


def _short(value: Any) -> Any:
    return f"{value:g}" if isinstance(value, float) else value


def step(services: Services, rung: Rung, language: str) -> str:
    """A step of one request as one sentence."""
    if rung.reason is None:
        return services.wording.say("decides.no_change", language)
    return services.wording.sentence(
        rung.reason, language=language, taxonomy=services.taxonomy, policy=services.policy
    )


def for_customer(services: Services, assessment: Assessment, language: str) -> str:
    """What a customer may be told: by when we answer and resolve, in the policy's time zone.

    It says nothing of tier, value, score, grade or anyone else, and is true before and after the date.
    """
    respond, resolve = assessment.respond_by, assessment.resolve_by
    kind = {(True, True): "both", (True, False): "respond", (False, True): "resolve"}.get(
        (respond is not None, resolve is not None), "none"
    )
    zone = ZoneInfo(services.policy.calendar.timezone)
    return services.wording.say(
        f"promise.{kind}",
        language,
        respond=_date(services, respond, zone, language),
        resolve=_date(services, resolve, zone, language),
        zone=get_timezone_name(zone, locale=language),
    )


def _date(services: Services, at: datetime | None, zone: ZoneInfo, language: str) -> str:
    if at is None:
        return ""
    pattern = services.wording.say("promise.pattern", language)
    return format_datetime(at, pattern, tzinfo=zone, locale=language)


def passed(each: Side, now: datetime) -> bool:
    """Whether a date that the customer was promised has passed."""
    due = (each.assessment.respond_by, each.assessment.resolve_by)
    return any(at is not None and at < now for at in due)
