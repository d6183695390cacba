"""The policy is checked whole: every fault is named by its path, several in one message."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from features.errors import PolicyError
from features.policy import Policy, faults
from features.records import Grade
from features.taxonomy import Taxonomy

Change = Callable[[dict[str, Any]], object]


def changed(*changes: Change) -> dict[str, Any]:
    """The default policy's data with changes made to it."""
    data = Policy.default().as_data()
    for change in changes:
        change(data)
    return data


def put(path: str, value: object) -> Change:
    """Set what stands at a path of keys and list places: `floors.0.at_least`."""

    def change(data: Any) -> None:
        *before, last = (int(each) if each.isdecimal() else each for each in path.split("."))
        for each in before:
            data = data[each]
        data[last] = value

    return change


def drop(path: str) -> Change:
    """Take away what stands at a path of keys."""

    def change(data: Any) -> None:
        *before, last = path.split(".")
        for each in before:
            data = data[each]
        del data[last]

    return change


def test_default_policy_has_the_matrix_of_the_architecture() -> None:
    matrix = Policy.default().matrix
    rows = {
        impact: {urgency: grade.value for urgency, grade in row.items()} for impact, row in matrix.items()
    }
    assert rows == {
        "high": {"urgent": "P1", "routine": "P2", "long_term": "P3"},
        "medium": {"urgent": "P2", "routine": "P3", "long_term": "P4"},
        "low": {"urgent": "P3", "routine": "P4", "long_term": "P4"},
    }


def test_default_policy_has_the_other_numbers_of_the_architecture() -> None:
    policy = Policy.default()
    assert policy.score.weights == {"urgency": 40, "impact": 30, "value": 20, "ease": 10}
    assert policy.fallback is Grade.P3
    floors = [(dict(floor.when.labels), floor.at_least.value) for floor in policy.floors]
    assert floors == [
        ({"type": ("security",), "impact": ("high",)}, "P1"),
        ({"type": ("security",), "urgency": ("urgent",)}, "P2"),
        ({"type": ("complaint",)}, "P3"),
    ]
    spans = {grade.value: (str(each.respond), str(each.resolve)) for grade, each in policy.deadlines.items()}
    assert spans == {
        "P1": ("30 min", "4 h"),
        "P2": ("2 h", "8 h"),
        "P3": ("8 h", "3 days"),
        "P4": ("2 days", "10 days"),
    }


def test_policy_read_back_from_its_data_is_the_same_policy() -> None:
    policy = Policy.default()
    again = Policy.of(policy.as_data())
    assert again == policy
    assert again.hash == policy.hash
    assert len(policy.hash) == 64


def test_hash_changes_with_any_number() -> None:
    assert Policy.of(changed(put("value.from", 81))).hash != Policy.default().hash


def test_data_handed_out_cannot_change_the_policy() -> None:
    before = Policy.default().hash
    Policy.default().as_data()["matrix"]["high"]["urgent"] = "P4"
    assert Policy.default().matrix["high"]["urgent"] is Grade.P1
    assert Policy.of(Policy.default().as_data()).hash == before


FAULTS: list[tuple[Change, str, str]] = [
    (put("matrix.high.urgent", None), "matrix.high.urgent", "open"),
    (drop("matrix.high.urgent"), "matrix.high.urgent", "open"),
    (drop("matrix.low"), "matrix.low", "open"),
    (put("matrix.high.urgent", "P5"), "matrix.high.urgent", "'P5'"),
    (put("matrix.high.soon", "P1"), "matrix.high.soon", "'soon'"),
    (put("matrix.low.urgent", "P1"), "matrix.medium.urgent", "P2 is lower than the P1"),
    (put("matrix.high.long_term", "P1"), "matrix.high.routine", "P2 is lower than the P1"),
    (put("fields.urgency", "speed"), "fields.urgency", "'speed'"),
    (put("fields.impact", "type"), "fields.impact", "not ordered"),
    (put("fallback", "P0"), "fallback", "'P0'"),
    (put("caution.too_high", 0), "caution.too_high", "0"),
    (put("caution.too_low", "two"), "caution.too_low", "'two'"),
    (put("caution.too_low", float("nan")), "caution.too_low", "nan"),
    (put("value.from", 120), "value.from", "120"),
    (put("value.weights.growth", 11), "value.weights", "101"),
    (drop("value.weights.growth"), "value.weights.growth", "missing"),
    (put("value.weights.charm", 1), "value.weights.charm", "'charm'"),
    (put("value.currencies.USD", -7), "value.currencies.USD", "-7"),
    (put("value.currencies.CNY", 2), "value.currencies.CNY", "'CNY'"),
    (put("value.tiers.core_top_percent", True), "value.tiers.core_top_percent", "True"),
    (put("score.weights.urgency", 41), "score.weights", "101"),
    (put("score.value_when_unknown", -1), "score.value_when_unknown", "-1"),
    (put("floors.0.at_least", "P9"), "floors[0].at_least", "'P9'"),
    (put("floors.0.when", {}), "floors[0].when", "nothing"),
    (put("floors.0.when.type", "hack"), "floors[0].when.type", "'hack'"),
    (put("floors.0.when.mood", "bad"), "floors[0].when.mood", "'mood'"),
    (put("floors.0.when.attributes", {"vip": "yes"}), "floors[0].when.attributes", "never move a grade"),
    (
        put("floors.2", {"when": {"urgency": "routine"}, "at_least": "P1"}),
        "floors[2]",
        "more may not mean lower",
    ),
    (put("deadlines.P2.respond", "soon"), "deadlines.P2.respond", "'soon'"),
    (put("deadlines.P2.resolve", "30 min"), "deadlines.P2.resolve", "before the answer"),
    (put("deadlines.P3.respond", "1 h"), "deadlines.P3.respond", "sooner than that of P2"),
    (put("deadlines.P1.clock", "moon"), "deadlines.P1.clock", "'moon'"),
    (put("deadlines.P1.resolve", "9000 days"), "deadlines.P1.resolve", "9000 days"),
    (put("calendar.timezone", "Mars/Base"), "calendar.timezone", "'Mars/Base'"),
    (put("calendar.country", "ZZ"), "calendar.country", "'ZZ'"),
    (put("calendar.hours", ["18:00", "09:00"]), "calendar.hours", "18:00"),
    (put("calendar.hours", ["9", "18:00"]), "calendar.hours[0]", "'9'"),
    (put("calendar.years", {"2028": {"holidays": []}}), "calendar.years", "2027 is missing"),
    (
        put("calendar.years", {"2027": {"holidays": ["2028-01-01"]}}),
        "calendar.years.2027.holidays",
        "2028-01-01",
    ),
    (put("calendar.years", {"2027": {"holidays": ["May"]}}), "calendar.years.2027.holidays[0]", "'May'"),
    (put("calendar.file", "x.yaml"), "calendar.file", "Policy.load"),
    (put("teams.default", "nobody"), "teams.default", "'nobody'"),
    (put("teams.rules.0.team", "nobody"), "teams.rules[0].team", "'nobody'"),
    (put("teams.rules.0.when.type", "hack"), "teams.rules[0].when.type", "'hack'"),
    (drop("teams.names.sales.en"), "teams.names.sales.en", "missing"),
    (drop("lanes.by_grade.P4"), "lanes.by_grade.P4", "missing"),
    (put("lanes.account_manager_on", ["vip"]), "lanes.account_manager_on[0]", "'vip'"),
    (put("waiting.points_per_working_hour", -1), "waiting.points_per_working_hour", "-1"),
    (put("colour", "red"), "colour", "'colour'"),
    (drop("lanes"), "lanes", "missing"),
    (put("version", 0), "version", "0"),
    (put("format", 2), "format", "2"),
]


@pytest.mark.parametrize(
    ("change", "path", "value"), FAULTS, ids=[f"{path}-{value}" for _, path, value in FAULTS]
)
def test_a_fault_is_named_by_its_path_and_value(change: Change, path: str, value: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.of(changed(change))
    assert caught.value.field == path
    assert str(caught.value).startswith(f"{path}: ")
    assert value in str(caught.value)


def test_a_floor_that_says_less_than_a_wider_one_contradicts_it() -> None:
    wider = {"when": {"type": ["security", "complaint"]}, "at_least": "P2"}
    narrower = {"when": {"type": "security", "impact": "high"}, "at_least": "P3"}
    (fault,) = faults(changed(put("floors", [narrower, wider])))
    assert (
        str(fault)
        == "floors[0].at_least: P3 contradicts floors[1], which says P2 of these requests and more."
    )


def test_two_grades_for_the_same_floor_contradict_each_other() -> None:
    same = [{"when": {"type": "complaint"}, "at_least": grade} for grade in ("P3", "P2")]
    (fault,) = faults(changed(put("floors", same)))
    assert fault.path == "floors[0].at_least"
    assert "the same requests" in fault.message


def test_all_faults_are_told_in_one_message() -> None:
    data = changed(
        put("matrix.high.urgent", None),
        put("score.weights.ease", 20),
        put("floors", [{"when": {"type": "complaint"}, "at_least": grade} for grade in ("P3", "P4")]),
        drop("lanes"),
        put("deadlines.P2.respond", "soon"),
    )
    found = {fault.path for fault in faults(data)}
    assert found == {
        "matrix.high.urgent",
        "score.weights",
        "floors[1].at_least",
        "lanes",
        "deadlines.P2.respond",
    }
    with pytest.raises(PolicyError) as caught:
        Policy.of(data)
    assert all(f"\n- {path}: " in str(caught.value) for path in found)


@pytest.mark.parametrize("raw", [None, [], "P1", 7])
def test_what_is_no_policy_at_all_is_said_so(raw: object) -> None:
    with pytest.raises(PolicyError, match=r"^policy: expected names"):
        Policy.of(raw)


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(PolicyError, match="this key stands twice \\(line 2\\)"):
        Policy.parse("format: 1\nformat: 1\n")


def test_broken_yaml_is_refused() -> None:
    with pytest.raises(PolicyError, match="not YAML"):
        Policy.parse("matrix: [")


def test_load_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("format: 1\n", "utf-8")
    with pytest.raises(PolicyError, match=r"mine\.yaml: The policy has 13 faults"):
        Policy.load(path)
    with pytest.raises(PolicyError, match=r"Cannot read the policy .*none\.yaml"):
        Policy.load(tmp_path / "none.yaml")


def test_a_renamed_label_is_read_by_its_present_name_and_a_retired_one_needs_its_cell() -> None:
    raw = Taxonomy.default().as_data()
    labels = raw["fields"]["urgency"]["labels"]
    renamed = {"someday" if code == "long_term" else code: each for code, each in labels.items()}
    renamed["someday"] = copy.deepcopy(renamed["someday"]) | {"aliases": ["long_term"]}
    raw["fields"]["urgency"]["labels"] = {"never": {"retired": True}} | renamed
    taxonomy = Taxonomy.of(raw)
    found = {fault.path for fault in faults(Policy.default().as_data(), taxonomy=taxonomy)}
    assert found == {f"matrix.{impact}.never" for impact in ("high", "medium", "low")}
    cells = [put(f"matrix.{impact}.never", "P4") for impact in ("high", "medium", "low")]
    policy = Policy.of(changed(*cells), taxonomy=taxonomy)
    assert policy.matrix["high"]["someday"] is Grade.P3
