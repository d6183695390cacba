"""Defaults in disguise are named with what decides them, and so are columns that give the answer away."""

from __future__ import annotations

from tests.training.hygiene.sheets import codes, sheet, the
from training.hygiene.defaults import check_defaults
from training.hygiene.findings import Severity
from training.hygiene.leakage import check_leakage

TYPES = ["1"] * 80 + ["0"] * 20
URGENCIES = ["3"] * 80 + ["0", "1", "2", "1"] * 5


def test_a_value_on_most_rows_is_named_with_what_another_column_calls_it() -> None:
    urgency = ["routine"] * 72 + ["urgent"] * 28
    priority = ["Major"] * 72 + ["Blocker", "Critical"] * 14
    found = the(
        check_defaults(sheet(["x"] * 100, columns={"priority": priority}, urgency=urgency)), "one_value_twin"
    )
    assert (found.numbers["label"], found.numbers["rows"], found.column) == ("routine", 72, "priority")
    assert found.numbers["value"] == "Major"


def test_a_value_on_most_rows_needs_no_other_column() -> None:
    assert codes(check_defaults(sheet(["x"] * 10, urgency=["a"] * 8 + ["b"] * 2))) == ["one_value"]
    assert codes(check_defaults(sheet(["x"] * 10, urgency=["a"] * 6 + ["b"] * 4))) == []


def test_a_field_that_another_ones_value_decides_must_be_mended() -> None:
    checked = check_defaults(sheet(["x"] * 100, type=TYPES, urgency=URGENCIES))
    found = the(checked, "decided_where")
    assert (found.field, found.severity) == ("urgency", Severity.MEND)
    told = {key: found.numbers[key] for key in ("by", "value", "label", "rows", "same", "elsewhere")}
    assert told == {"by": "type", "value": "1", "label": "3", "rows": 80, "same": 80, "elsewhere": 0.0}


def test_each_decided_field_is_told_once_and_by_the_first_that_decides_it() -> None:
    impact = ["4"] * 80 + ["0", "1", "2", "3"] * 5
    checked = check_defaults(sheet(["x"] * 100, type=TYPES, urgency=URGENCIES, impact=impact))
    told = [(each.field, each.numbers["by"]) for each in checked.findings if each.code.startswith("decided")]
    assert told == [("urgency", "type"), ("impact", "type")]


def test_a_leaf_that_knows_its_branch_is_only_looked_at() -> None:
    leaf = ["a1", "a2", "b1", "b2"] * 25
    checked = check_defaults(sheet(["x"] * 100, leaf=leaf, branch=[each[0] for each in leaf]))
    found = the(checked, "decided")
    assert (found.field, found.numbers["by"], found.severity) == ("branch", "leaf", Severity.LOOK)


def test_fields_that_have_nothing_to_do_with_each_other_are_left() -> None:
    kinds, urgencies = ["a", "b"] * 50, ["x", "x", "y", "z"] * 25
    assert codes(check_defaults(sheet(["x"] * 100, type=kinds, urgency=urgencies))) == []


def test_columns_written_after_intake_are_known_by_name_in_both_languages() -> None:
    columns = {
        "处理结果": ["已换"] * 9,
        "resolution": ["done"] * 9,
        "closed_at": [""] * 9,
        "地区": ["华东"] * 9,
    }
    found = check_leakage(sheet(["x"] * 9, columns=columns)).findings
    assert [(each.code, each.column) for each in found] == [
        ("written_after", "处理结果"),
        ("written_after", "resolution"),
    ]


def test_a_column_from_which_the_label_can_be_read_off_is_named() -> None:
    labels = ["urgent", "routine", "long_term"] * 20
    priority = [{"urgent": "P1", "routine": "P2", "long_term": "P3"}[label] for label in labels]
    columns = {"priority": priority, "region": ["east", "west"] * 30, "number": [str(i) for i in range(60)]}
    found = the(check_leakage(sheet(["x"] * 60, columns=columns, urgency=labels)), "tells_label")
    assert (found.field, found.column, found.numbers["share"]) == ("urgency", "priority", 1.0)


def test_a_column_that_repeats_the_commonest_label_gives_nothing_away() -> None:
    labels = ["routine"] * 99 + ["urgent"]
    assert codes(check_leakage(sheet(["x"] * 100, columns={"region": ["east"] * 100}, urgency=labels))) == []


def test_labels_written_into_the_text_are_told() -> None:
    labels = ["hardware", "billing"] * 20
    inside = [f"Category: {label}\nplease help {i}" for i, label in enumerate(labels)]
    assert codes(check_leakage(sheet(inside, type=labels))) == ["label_in_text"]
    assert codes(check_leakage(sheet([f"please help {i}" for i in range(40)], type=labels))) == []
