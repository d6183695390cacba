"""The filters of the queue's page, with their values in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.records import Decision, Grade
from serving.api.queue_schemas import QueueQuery
from serving.pages.queue_address import several, word
from serving.pages.words import Reader
from serving.slices import Stage

FLAGS = ("needs_review", "reviewed", "override_waits", "samples")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A value of a filter."""

    code: str
    name: str
    picked: bool


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter: its name in the address, and its values."""

    code: str
    name: str
    choices: tuple[Choice, ...]

    @property
    def picked(self) -> int:
        """How many values are picked; the address may name several."""
        return sum(each.picked for each in self.choices)


def carried_of(query: QueueQuery) -> tuple[tuple[str, str], ...]:
    """Filters of the address that the form has no box for: it sends them again."""
    return tuple((code, each) for code in ("channel", "customer") for each in getattr(query, code))


def filters_of(reader: Reader, query: QueueQuery) -> tuple[Filter, ...]:
    """Every filter, with what is picked."""
    policy, field = reader.services.policy, reader.services.policy.roles.type
    types = reader.services.taxonomy.fields.get(field or "")
    lanes = {name for lane in policy.lanes.by_grade.values() for name in (lane.certain, lane.otherwise)}
    values: dict[str, list[tuple[str, str]]] = {
        "grade": [(each.value, f"{each.value} {reader.grade(each.value)}") for each in Grade],
        "type": [] if types is None else [(each, reader.label(types.code, each)) for each in types.codes],
        "team": [(each, reader.team(each)) for each in policy.teams.names],
        "lane": [(each, reader.name("lane", each)) for each in sorted(lanes)],
        "language": [(each, reader.name("spoken", each)) for each in ("zh", "en")],
        "decision": [(each.value, reader.name("decision", each.value)) for each in Decision],
        "claimed": [(each, reader.say(f"queue.claimed.{each}")) for each in ("me", "nobody")],
        "stage": [(each.value, reader.name("stage", each.value)) for each in Stage],
    }
    values |= {flag: [(each, reader.say(f"queue.{each}")) for each in ("true", "false")] for flag in FLAGS}
    return tuple(
        Filter(code=code, name=reader.say(f"queue.by.{code}"), choices=_choices(query, code, each))
        for code, each in values.items()
        if each
    )


def _choices(query: QueueQuery, code: str, values: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    picked = {word(each) for each in several(getattr(query, code)) if each is not None}
    if code == "samples" and not query.samples:
        picked = set()
    return tuple(Choice(code=each, name=name, picked=each in picked) for each, name in values)
