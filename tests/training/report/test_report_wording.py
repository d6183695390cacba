"""The words: complete in both languages, all of them used; and how shares are told."""

from __future__ import annotations

import re
from importlib import resources
from string import Formatter

import pytest

from training.report.wording import Say, base_of, out_of, percent, table, tidy

FAMILIES = ("language_", "channel_", "tier_", "way_", "column_", "agreement_", "rule_", "by_", "overview_",
            "made_", "reliability_")  # fmt: skip


def named(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize("key", sorted(table()))
def test_each_key_is_there_in_both_languages_with_the_same_names(key: str) -> None:
    words = table()[key]
    assert set(words) == {"zh", "en"}
    assert all(each.strip() for each in words.values())
    assert named(words["zh"]) == named(words["en"])


def test_no_word_is_left_over() -> None:
    package = resources.files("training.report")
    folders = (package, package.joinpath("sections"), package.joinpath("templates"))
    paths = [path for folder in folders for path in folder.iterdir()]
    source = "".join(path.read_text("utf-8") for path in paths if path.name.endswith((".py", ".jinja")))
    literal = set(re.findall(r'"([a-z_0-9]+)"', source))
    unused = {key for key in table() if key not in literal and not key.startswith(FAMILIES)}
    assert unused == set()


def test_chinese_words_are_chinese() -> None:
    latin = {key for key, words in table().items() if not re.search(r"[\u4e00-\u9fff]", words["zh"])}
    assert latin <= {"column_f1", "slice_length", "rule_target", "overview_line", "scope_auroc"}


def test_shares_are_told_as_whole_numbers_out_of_as_many_as_it_takes() -> None:
    assert base_of(0.91, 0.04) == 100
    assert base_of(0.91, 0.004) == 1000
    assert base_of(0.91, 0.0) == 100
    assert (out_of(100, 0.914), out_of(1000, 0.004)) == ("91", "4")


def test_nothing_short_of_all_is_told_as_all() -> None:
    assert percent(1.0) == "100.0%"
    assert percent(0.9999, digits=0) == ">99%"
    assert percent(0.0001) == "<0.1%"
    assert percent(0.0, digits=0) == "0%"
    assert percent(None) == "–"
    assert (tidy(0.95), tidy(0.9999)) == ("95%", "99.99%")


def test_a_channel_of_the_users_own_keeps_its_name() -> None:
    assert Say("zh").known("channel", "email") == "邮件"
    assert Say("zh").known("channel", "fax") == "fax"
