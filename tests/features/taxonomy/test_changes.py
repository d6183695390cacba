"""A label renamed or retired stays readable, and what is below it keeps its place."""

from __future__ import annotations

import pytest

from features.errors import TaxonomyError
from features.taxonomy import Taxonomy, infer
from features.taxonomy.changes import renamed, retired

TREE = infer({"c": ["硬件/打印机", "硬件/电脑", "网络/DNS", "网络/VPN"]})


def test_a_renamed_label_answers_to_its_former_name_and_keeps_its_children() -> None:
    made = renamed(TREE, "c", old="硬件", new="设备")
    field = made.field("c")
    assert made.version == 2
    assert field.resolve("硬件") == "设备"
    assert field.path("硬件/打印机") == ("设备", "硬件/打印机")
    assert Taxonomy.parse(made.as_yaml()) == made


def test_a_label_renamed_back_is_no_alias_of_itself() -> None:
    back = renamed(renamed(TREE, "c", old="网络/DNS", new="域名"), "c", old="域名", new="网络/DNS")
    label = back.field("c").by_code["域名"]
    assert (label.code, label.aliases, back.version) == ("网络/DNS", ("域名",), 3)


def test_a_retired_label_is_readable_and_no_leaf() -> None:
    field = retired(TREE, "c", label="网络/DNS").field("c")
    assert field.resolve("网络/DNS") == "网络/DNS"
    assert "网络/DNS" not in field.leaves
    assert "网络/VPN" in field.leaves


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda: renamed(TREE, "c", old="gone", new="x"), "no label 'gone'"),
        (lambda: renamed(TREE, "d", old="硬件", new="x"), "no field 'd'"),
        (lambda: renamed(TREE, "c", old="硬件", new="网络"), "'网络' stands for another"),
        (lambda: renamed(TREE, "c", old="硬件", new="硬件"), "called '硬件' already"),
        (lambda: renamed(TREE, "c", old="硬件", new=" "), "name is empty"),
        (lambda: retired(TREE, "c", label="网络"), "parent of '网络/DNS', '网络/VPN'"),
        (lambda: retired(retired(TREE, "c", label="网络/DNS"), "c", label="网络/DNS"), "retired already"),
        (lambda: retired(infer({"t": ["a", "b"]}), "t", label="a"), "1 live label"),
    ],
)
def test_each_refusal_is_a_sentence(change, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TaxonomyError, match=told):
        change()
