"""Other people's words for labels, in Chinese and English."""

from __future__ import annotations

from collections import Counter

import pytest

from features.taxonomy import Taxonomy
from training.importing import labels


@pytest.mark.parametrize(
    ("field", "word", "label"),
    [
        ("urgency", "特急", "urgent"), ("urgency", " 紧急 ", "urgent"), ("urgency", "ＨＩＧＨ", "urgent"),
        ("urgency", "普通", "routine"), ("urgency", "不急", "long_term"), ("impact", "全公司", "high"),
        ("impact", "个人", "low"), ("type", "故障报修", "incident"), ("type", "Feature Request", "feature"),
        ("difficulty", "复杂", "hard"), ("urgency", "VIP", None), ("category", "特急", None),
    ],
)  # fmt: skip
def test_words_mean_labels_of_the_default_taxonomy(field: str, word: str, label: str | None) -> None:
    assert labels.meaning(word, field) == label


def test_every_meaning_is_a_label_of_the_default_taxonomy() -> None:
    taxonomy = Taxonomy.default()
    known = labels._known()["fields"]
    assert set(known) == set(taxonomy.fields)
    for code, words in known.items():
        assert set(words.values()) == set(taxonomy.fields[code].codes)


@pytest.mark.parametrize(
    "word", ["", " ", "待定", "其他", "N/A", "未分类", "-", "Unknown", "null", "？", "/"]
)
def test_words_that_say_there_is_no_label(word: str) -> None:
    assert labels.is_no_label(word)


def test_proposed_values_name_only_what_changes() -> None:
    counts = Counter({"特急": 5, "普通": 9, "routine": 2, "待定": 3, "": 4, "VIP": 2, "vip ": 1})
    assert labels.propose_values(counts, "urgency") == {
        "普通": "routine", "特急": "urgent", "待定": None, "vip": "VIP",
    }  # fmt: skip


def test_levels_are_joined_down_to_the_first_that_says_nothing() -> None:
    assert labels.joined(["硬件", "打印机", "卡纸"]) == ("硬件/打印机/卡纸", False)
    assert labels.joined(["硬件", "", "卡纸"]) == ("硬件", False)
    assert labels.joined(["硬件", "待定", ""]) == ("硬件", False)
    assert labels.joined(["硬件", "其他", ""]) == ("硬件/其他", False)
    assert labels.joined(["待定", "打印机", ""]) == ("", False)
    assert labels.joined(["硬件", "路由/交换"]) == ("硬件/路由／交换", True)


def test_channels_have_common_names_and_keep_their_own() -> None:
    assert [labels.channel(each) for each in ("邮件", "企业微信", "官网", "线下")] == [
        "email",
        "chat",
        "form",
        "线下",
    ]
