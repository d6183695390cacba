"""Labels that are paths become a hierarchy; labels that only look like paths do not."""

from __future__ import annotations

import time

import pytest

from features.errors import TaxonomyError
from features.taxonomy import Taxonomy, infer
from features.taxonomy.paths import find_separator, suspects

CATEGORIES = ("硬件/打印机/卡纸", "硬件/打印机/缺墨", "硬件/电脑", "网络/无线网络", "网络/DNS")


def test_a_path_gets_its_parents_and_each_level_its_own_name() -> None:
    field = infer({"category": CATEGORIES}).field("category")
    assert field.path("硬件/打印机/卡纸") == ("硬件", "硬件/打印机", "硬件/打印机/卡纸")
    assert field.ancestors("硬件/打印机/卡纸") == ("硬件/打印机", "硬件")
    assert set(field.leaves) == set(CATEGORIES)
    assert field.children["硬件"] == ("硬件/打印机", "硬件/电脑")
    assert field.by_code["硬件/打印机"].name == {"zh": "打印机", "en": "Printer"}
    assert field.by_code["硬件/打印机/卡纸"].name == {"zh": "卡纸", "en": "卡纸"}, "no translation is known"
    assert field.full_name("硬件/打印机/卡纸", "en") == "Hardware › Printer › 卡纸"
    assert field.full_name("gone", "en") == "gone"


@pytest.mark.parametrize("separator", ["/", ">", "-", "::", "|", "／", " > "])
def test_each_separator_is_found(separator: str) -> None:
    labels = [each.replace("/", separator) for each in CATEGORIES]
    field = infer({"c": labels}).field("c")
    assert set(field.leaves) == set(labels), "codes stay as the data write them"
    assert len(field.path(labels[0])) == 3


@pytest.mark.parametrize(
    "labels",
    [
        ("e-mail", "log-in", "long-term", "printer"),
        ("TCP/IP", "I/O", "24/7 support", "and/or"),
        ("card_arrival", "card_lost"),
        ("故障", "投诉"),
    ],
)
def test_a_separator_inside_plain_names_makes_no_levels(labels: tuple[str, ...]) -> None:
    assert find_separator(labels) is None
    assert not infer({"c": labels}).field("c").has_levels


def test_a_separator_given_is_used_and_none_keeps_labels_whole() -> None:
    assert infer({"c": ["I/O", "A/B"]}, separator="/").field("c").has_levels
    assert not infer({"c": CATEGORIES}, separator=None).field("c").has_levels


def test_a_separator_inside_a_name_of_a_path_is_suspected_and_mended_in_the_file() -> None:
    field = infer({"c": [*CATEGORIES, "网络/TCP/IP故障"]}).field("c")
    assert suspects(field.labels, {}) == ["网络/TCP"]
    words = infer({"c": [*CATEGORIES, "网络/TCP/IP故障"]}).as_yaml()
    mended = words.replace("parent: 网络/TCP\n", "parent: 网络\n").replace(
        "      网络/TCP:\n        name: {zh: TCP, en: TCP}\n        parent: 网络\n", ""
    )
    assert Taxonomy.parse(mended).field("c").path("网络/TCP/IP故障") == ("网络", "网络/TCP/IP故障")


def test_one_path_written_in_two_ways_is_one_label() -> None:
    field = infer({"c": [*CATEGORIES, "硬件 / 电脑", "硬件/电脑/"]}).field("c")
    assert field.resolve("硬件 / 电脑") == field.resolve("硬件/电脑/") == "硬件/电脑"


def test_more_than_six_levels_are_refused_naming_the_label() -> None:
    with pytest.raises(TaxonomyError, match=r"'1/2/3/4/5/6/7' of 'c' is 7 levels deep by '/'"):
        infer({"c": ["1/2/3/4/5/6/7", "1/2/b"]})


def test_labels_called_as_the_default_calls_them_get_both_names() -> None:
    field = infer({"type": ["安全", "Billing", "别的"]}).field("type")
    assert field.by_code["安全"].name["en"] == "Security"
    assert field.by_code["Billing"].name["zh"] == "账务"
    assert field.name == {"zh": "类型", "en": "Type"}


def test_five_thousand_labels_are_inferred_written_and_read_within_seconds() -> None:
    started = time.monotonic()
    made = infer({"c": [f"top {i % 50}/middle {i % 500}/leaf {i}" for i in range(5000)]})
    assert Taxonomy.parse(made.as_yaml()) == made
    assert len(made.field("c").leaves) == 5000
    assert time.monotonic() - started < 15


def test_rows_are_counted_by_code_and_alias_and_read_back() -> None:
    made = infer({"c": [*CATEGORIES, "硬件 / 电脑"]}).counted({"c": ["硬件/电脑", "硬件 / 电脑", None, "?"]})
    assert made.field("c").by_code["硬件/电脑"].rows == 2
    assert made.field("c").by_code["网络/DNS"].rows == 0
    assert Taxonomy.parse(made.as_yaml()) == made
