"""The grading policy: versioned data that decides, checked whole before it is used.

The default one is policy.yaml beside this file. A policy is read against a taxonomy, and keeps the plain
data it was read from: `as_data` and `hash` are of that, so that a stored policy is the policy.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from features.errors import PolicyError
from features.faults import Fault
from features.policy import calendar_section, checks, sections, work
from features.policy.parts import (
    CalendarRules,
    Caution,
    Floor,
    LaneRules,
    OverrideRules,
    Promise,
    QueueRules,
    Roles,
    ScoreRules,
    TeamRules,
    ValueRules,
    Waiting,
)
from features.policy.reading import Reading, policy_error, read_yaml
from features.records import Grade
from features.taxonomy import Taxonomy

FORMAT = 1
SECTIONS = (
    "fields",
    "matrix",
    "fallback",
    "caution",
    "value",
    "floors",
    "score",
    "deadlines",
    "calendar",
    "teams",
    "lanes",
    "waiting",
)
LATER_SECTIONS = tuple(work.WITHOUT)
"""Those that a policy written for an earlier release does without."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of the policy. matrix: label of impact -> label of urgency -> grade."""

    version: int
    roles: Roles
    matrix: Mapping[str, Mapping[str, Grade]]
    fallback: Grade
    caution: Caution
    value: ValueRules
    floors: tuple[Floor, ...]
    score: ScoreRules
    deadlines: Mapping[Grade, Promise]
    calendar: CalendarRules
    teams: TeamRules
    lanes: LaneRules
    waiting: Waiting
    overrides: OverrideRules
    queue: QueueRules
    data: Mapping[str, Any]

    @classmethod
    def default(cls) -> Policy:
        """The packaged policy, version 1, for the default taxonomy. Read once a process."""
        return _default()

    @classmethod
    def load(cls, path: Path, *, taxonomy: Taxonomy | None = None) -> Policy:
        """Read a policy file, with the calendar file it may name beside it.

        Raises PolicyError naming the file and every fault in it by its path.
        """
        try:
            raw = read_yaml(path.read_text("utf-8"), what="policy")
            return cls.of(calendar_section.with_file(raw, path.parent), taxonomy=taxonomy)
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"Cannot read the policy {str(path)!r}: {error}.") from error
        except PolicyError as error:
            raise PolicyError(f"{path}: {error}", field=error.field) from error

    @classmethod
    def parse(cls, words: str, *, taxonomy: Taxonomy | None = None) -> Policy:
        """Read a policy from YAML. Raises PolicyError with every fault and its path."""
        return cls.of(read_yaml(words, what="policy"), taxonomy=taxonomy)

    @classmethod
    def of(cls, raw: Any, *, taxonomy: Taxonomy | None = None) -> Policy:
        """Make a policy from plain data, as `as_data` gives it. The default taxonomy where none is given.

        Raises PolicyError with every fault and its path.
        """
        made, found = _read(raw, taxonomy or _default_taxonomy())
        if made is None:
            raise policy_error(found)
        return made

    def with_calendar(self, path: Path, *, taxonomy: Taxonomy | None = None) -> Policy:
        """This policy with a calendar file: its years, and hours where it says them, win.

        Raises PolicyError where the file cannot be read, or with every fault and its path.
        """
        calendar = {**self.data["calendar"], "file": str(path)}
        raw = calendar_section.with_file({**self.data, "calendar": calendar}, Path())
        return Policy.of(raw, taxonomy=taxonomy)

    def as_data(self) -> dict[str, Any]:
        """The policy as plain data, calendar file and all; `of` reads it back."""
        return copy.deepcopy(dict(self.data))

    @cached_property
    def condition_fields(self) -> frozenset[str]:
        """The fields that a floor or a team rule asks for."""
        conditions = [floor.when for floor in self.floors] + [rule.when for rule in self.teams.rules]
        return frozenset(code for when in conditions for code in when.labels)

    @cached_property
    def kept(self) -> dict[int, object]:
        """What grading works out once from this policy, for each taxonomy's id(); no part of the policy."""
        return {}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the policy's data, in hexadecimal: equal for equal policies, however written."""
        return hashlib.sha256(json.dumps(self.data, sort_keys=True).encode()).hexdigest()


def faults(raw: Any, *, taxonomy: Taxonomy | None = None) -> tuple[Fault, ...]:
    """Every fault of a policy in plain data, for a page or an answer that lists them."""
    return _read(raw, taxonomy or _default_taxonomy())[1]


@cache
def _default_taxonomy() -> Taxonomy:
    return Taxonomy.default()


@cache
def _default() -> Policy:
    return Policy.parse(resources.files("features.policy").joinpath("policy.yaml").read_text("utf-8"))


def _read(raw: Any, taxonomy: Taxonomy) -> tuple[Policy | None, tuple[Fault, ...]]:
    reading = Reading(taxonomy)
    data = reading.keys(raw, "", required=("format", "version", *SECTIONS), optional=LATER_SECTIONS)
    _check_numbers(reading, data)
    parts = _parts(reading, data)
    _check_together(reading, parts)
    if reading.faults:
        return None, tuple(reading.faults)
    return Policy(version=data["version"], data=_plain(data), **parts), ()


def _check_together(reading: Reading, parts: Mapping[str, Any]) -> None:
    """The checks across sections, each where its sections could be read."""
    if reading.clean("fields", "matrix"):
        checks.check_matrix(reading, parts["matrix"], parts["roles"])
    if reading.clean("fields", "floors"):
        checks.check_floors(reading, parts["floors"])
    if reading.clean("fields", "matrix", "floors"):
        checks.check_rising_floors(reading, parts["floors"], parts["matrix"], parts["roles"])
    if reading.clean("deadlines", "calendar"):
        checks.check_deadlines(reading, parts["deadlines"], parts["calendar"])


def _check_numbers(reading: Reading, data: Mapping[str, Any]) -> None:
    if "format" in data and data["format"] != FORMAT:
        reading.fault("format", f"is {data['format']!r}; this release reads {FORMAT}.")
    version = data.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        reading.fault("version", f"{version!r} must be an integer from 1.")


def _parts(reading: Reading, data: Mapping[str, Any]) -> dict[str, Any]:
    """The sections that are there, read; a section that is missing has been told already."""
    roles = sections.roles(reading, data)
    readers: dict[str, Any] = {
        "matrix": lambda raw: sections.matrix(reading, raw, roles),
        "fallback": lambda raw: reading.grade(raw, "fallback"),
        "caution": lambda raw: sections.caution(reading, raw),
        "value": lambda raw: sections.value_rules(reading, raw),
        "floors": lambda raw: sections.floors(reading, raw),
        "score": lambda raw: sections.score_rules(reading, raw),
        "deadlines": lambda raw: sections.deadlines(reading, raw),
        "calendar": lambda raw: calendar_section.calendar_rules(reading, raw),
        "teams": lambda raw: work.team_rules(reading, raw),
        "lanes": lambda raw: work.lane_rules(reading, raw),
        "waiting": lambda raw: work.waiting(reading, raw),
        "overrides": lambda raw: work.override_rules(reading, raw),
        "queue": lambda raw: work.queue_rules(reading, raw),
    }
    given = {**work.WITHOUT, **data}
    return {"roles": roles} | {name: read(given[name]) for name, read in readers.items() if name in given}


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON would give it back: days as words, keys as text."""
    plain: dict[str, Any] = json.loads(json.dumps(data, default=_day))
    return plain


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise PolicyError(f"The policy holds {value!r}, which is neither number, word, list nor mapping.")
