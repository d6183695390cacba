"""The sections of a policy on who works how: teams, lanes, the order of those who wait, second persons."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from features.policy.parts import (
    GRADES,
    Lane,
    LaneRules,
    OverrideRules,
    QueueRules,
    TeamRule,
    TeamRules,
    Waiting,
)
from features.policy.reading import Reading
from features.policy.sections import condition, part
from features.records import Grade
from features.taxonomy import LANGUAGES

FIRST = "first"
"""The lead of a grade that stands before all others."""
WITHOUT: Mapping[str, Mapping[str, Any]] = {
    "overrides": {"second_person": {"lower_from": "P1", "steps": 2}},
    "queue": {
        "lead_hours": {"P1": FIRST, "P2": 72, "P3": 24, "P4": 0},
        "score_hours": 24,
        "uncertainty_hours": 24,
        "without_promise_hours": 336,
    },
}
"""What holds under a policy that was written before these sections were."""
LONGEST_HOURS = 24 * 1000.0


def team_rules(reading: Reading, raw: Any) -> TeamRules:
    """`teams`: names, rules and the default; each team that is used has a name."""
    data = reading.keys(raw, "teams", required=("default", "names", "rules"))
    given = reading.mapping(data.get("names", {}), "teams.names")
    names = {
        team: {
            language: reading.text(words, f"teams.names.{team}.{language}")
            for language, words in reading.keys(each, f"teams.names.{team}", required=LANGUAGES).items()
        }
        for team, each in given.items()
    }
    rules = tuple(
        rule
        for index, item in enumerate(reading.items(data.get("rules", []), "teams.rules"))
        if (rule := _team_rule(reading, item, f"teams.rules[{index}]", names)) is not None
    )
    default = _team(reading, data["default"], "teams.default", names) if "default" in data else ""
    return TeamRules(default=default, names=names, rules=rules)


def _team_rule(reading: Reading, raw: Any, path: str, names: Mapping[str, Any]) -> TeamRule | None:
    data = reading.keys(raw, path, required=("when", "team"))
    if len(data) < 2:
        return None
    when = condition(reading, data["when"], f"{path}.when", attributes=True)
    return TeamRule(when=when, team=_team(reading, data["team"], f"{path}.team", names))


def _team(reading: Reading, raw: Any, path: str, names: Mapping[str, Any]) -> str:
    team = reading.text(raw, path)
    if team and team not in names:
        reading.fault(path, f"the team {team!r} is not in teams.names; it has {', '.join(names)}.")
    return team


def lane_rules(reading: Reading, raw: Any) -> LaneRules:
    """`lanes`: a lane for each grade."""
    data = reading.keys(raw, "lanes", required=("by_grade", "account_manager_on"))
    by_grade = part(reading, data, "by_grade", "lanes", tuple(grade.value for grade in GRADES))
    lanes = {
        Grade(grade): _lane(reading, raw_lane, f"lanes.by_grade.{grade}")
        for grade, raw_lane in by_grade.items()
    }
    known = {name for lane in lanes.values() for name in (lane.certain, lane.otherwise)}
    named = tuple(
        reading.text(lane, f"lanes.account_manager_on[{index}]")
        for index, lane in enumerate(
            reading.items(data.get("account_manager_on", []), "lanes.account_manager_on")
        )
    )
    for index, lane in enumerate(named):
        if lane and lane not in known:
            reading.fault(
                f"lanes.account_manager_on[{index}]",
                f"no grade has the lane {lane!r}; there are {', '.join(sorted(known))}.",
            )
    return LaneRules(by_grade=lanes, account_manager_on=named)


def _lane(reading: Reading, raw: Any, path: str) -> Lane:
    if not isinstance(raw, dict):
        name = reading.text(raw, path)
        return Lane(certain=name, otherwise=name)
    data = reading.keys(raw, path, required=("certain", "otherwise"))
    names = {key: reading.text(value, f"{path}.{key}") for key, value in data.items()}
    return Lane(certain=names.get("certain", ""), otherwise=names.get("otherwise", ""))


def waiting(reading: Reading, raw: Any) -> Waiting:
    """`waiting`: what an hour of waiting adds to the order of work."""
    data = reading.keys(raw, "waiting", required=("points_per_working_hour",))
    return Waiting(points_per_working_hour=reading.number(data, "points_per_working_hour", "waiting"))


def override_rules(reading: Reading, raw: Any) -> OverrideRules:
    """`overrides`: which of them wait for a second person."""
    data = reading.keys(raw, "overrides", required=("second_person",))
    if data.get("second_person") is None:
        return OverrideRules(lower_from=None, steps=None)
    path = "overrides.second_person"
    rules = reading.keys(data["second_person"], path, required=("lower_from", "steps"))
    least, steps = rules.get("lower_from"), rules.get("steps")
    if steps is not None and (isinstance(steps, bool) or not isinstance(steps, int) or steps < 1):
        reading.fault(f"{path}.steps", f"{steps!r} must be an integer from 1, or null.")
        steps = None
    return OverrideRules(
        lower_from=None if least is None else reading.grade(least, f"{path}.lower_from"), steps=steps
    )


def queue_rules(reading: Reading, raw: Any) -> QueueRules:
    """`queue`: the leads; a higher grade's may not be shorter than a lower one's."""
    hours = ("score_hours", "uncertainty_hours", "without_promise_hours")
    data = reading.keys(raw, "queue", required=("lead_hours", *hours))
    given = part(reading, data, "lead_hours", "queue", tuple(grade.value for grade in GRADES))
    leads = {
        Grade(grade): math.inf if lead == FIRST else _hours(reading, given, grade, "queue.lead_hours")
        for grade, lead in given.items()
    }
    for high, low in pairwise(grade for grade in GRADES if grade in leads):
        if leads[high] < leads[low]:
            told = (
                f"{given[low]!r} is more than the {given[high]!r} of {high}; it may not stand before {high}."
            )
            reading.fault(f"queue.lead_hours.{low}", told)
    return QueueRules(lead_hours=leads, **{name: _hours(reading, data, name, "queue") for name in hours})


def _hours(reading: Reading, data: dict[str, Any], key: str, path: str) -> float:
    return reading.number(data, key, path, high=LONGEST_HOURS)
