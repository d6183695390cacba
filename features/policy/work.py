"""The sections of a policy on who works how: teams, lanes and the order of those who wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.policy.parts import GRADES, Lane, LaneRules, TeamRule, TeamRules, Waiting
from features.policy.reading import Reading
from features.policy.sections import condition, part
from features.records import Grade
from features.taxonomy import LANGUAGES


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
