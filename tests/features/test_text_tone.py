"""Tags of tone before a subject are not read; the same words with a meaning are."""

from __future__ import annotations

import pytest

from features.records import Request
from features.text import read


@pytest.mark.parametrize(
    "tag",
    ["URGENT!!! ", "urgent: ", "[ASAP] ", "【特急】", "急！", "加急：", "!!! ", "(Urgent) ",
      "ＵＲＧＥＮＴ！！ ", "急急急！", "緊急：", "【特急】URGENT: "],
)  # fmt: skip
def test_a_tag_is_left_out(tag: str) -> None:
    assert read(Request(subject=f"{tag}Gate 2", text="It is shut.")).words == "Gate 2\nIt is shut."


@pytest.mark.parametrize(
    "subject",
    ["紧急停机按钮坏了", "急诊系统打不开", "Urgent help needed at dock 4",
     "重要客户投诉", "加急办理签证的费用", "Attention deficit"],
)  # fmt: skip
def test_the_same_word_inside_a_sentence_stays(subject: str) -> None:
    assert read(Request(subject=subject, text="")).words == subject


def test_a_tag_that_is_all_there_is_stays() -> None:
    assert read(Request(subject="URGENT!!!", text="...")).has_words
    assert read(Request(subject="URGENT!!!", text="The gate is shut.")).words == "The gate is shut."


def test_a_long_row_of_tags_takes_linear_time() -> None:
    assert read(Request(subject="急!" * 10_000, text="x")).words == "x"
