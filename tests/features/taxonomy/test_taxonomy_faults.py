"""Every fault of a taxonomy file is found in one go, each with its path."""

from __future__ import annotations

import pytest

from features.errors import TaxonomyError
from features.taxonomy import Taxonomy

HEAD = "format: 1\nversion: 1\nfields:\n  c:\n    labels:\n"


def faults(labels: str, head: str = HEAD) -> list[str]:
    return [str(each) for each in Taxonomy.read(head + labels)[1]]


def test_all_faults_are_told_and_not_the_first_alone() -> None:
    told = faults(
        "      a: {parent: z}\n      b: {aliases: [a]}\n      c: {colour: red}\n      d: {rows: many}\n"
        "      e: {retired: perhaps}\n      f: {aliases: words}\n"
    )
    assert [each.split(": ")[0] for each in sorted(told)] == [
        "fields.c.labels.a.parent", "fields.c.labels.b", "fields.c.labels.c", "fields.c.labels.d.rows",
        "fields.c.labels.e.retired", "fields.c.labels.f.aliases",
    ]  # fmt: skip


def test_a_circle_is_told_once_and_in_order() -> None:
    told = faults("      a: {parent: b}\n      b: {parent: c}\n      c: {parent: a}\n      d: {parent: a}\n")
    assert told == ["fields.c.labels.a.parent: the parents run in a circle: a -> b -> c -> a."]


def test_a_label_that_is_its_own_parent_is_a_circle() -> None:
    assert faults("      a: {parent: a}\n      b:\n") == [
        "fields.c.labels.a.parent: the parents run in a circle: a -> a."
    ]


def test_seven_levels_are_too_deep_and_six_are_not() -> None:
    lines = ["      l1:\n"] + [f"      l{i}: {{parent: l{i - 1}}}\n" for i in range(2, 8)]
    assert faults("".join(lines[:6])) == []
    assert faults("".join(lines)) == ["fields.c.labels.l7: is 7 levels deep; 6 are allowed: cut some out."]


def test_a_name_that_stands_twice_is_not_silently_replaced() -> None:
    assert faults("      a: {rows: 1}\n      b:\n      a: {rows: 2}\n") == [
        "fields.c.labels: the name 'a' stands twice here (line 8)."
    ]


def test_an_ordered_field_has_no_parents_and_a_live_label_no_retired_one() -> None:
    ordered = HEAD.replace("    labels", "    ordered: true\n    labels")
    assert "no parents" in faults("      a:\n      b: {parent: a}\n", ordered)[0]
    assert "'a' is retired" in faults("      a: {retired: true}\n      b: {parent: a}\n      c:\n")[0]


def test_a_label_may_be_leaf_and_parent() -> None:
    assert faults("      a: {rows: 5}\n      b: {parent: a, rows: 9}\n") == []


def test_an_anchor_that_holds_itself_is_a_fault_and_no_endless_loop() -> None:
    assert Taxonomy.read("&a {fields: {c: *a}}")[0] is None


def test_many_faults_are_cut_short_in_the_error_alone() -> None:
    words = HEAD + "".join(f"      l{i}: {{parent: z}}\n" for i in range(30))
    with pytest.raises(TaxonomyError, match="has 30 faults") as caught:
        Taxonomy.parse(words)
    assert str(caught.value).endswith("- and 10 more")
    assert len(Taxonomy.read(words)[1]) == 30
