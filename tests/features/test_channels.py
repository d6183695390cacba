"""Channels are data: known by code, name and other programs' words; any other is kept by its own word."""

from __future__ import annotations

import pytest

from features.channels import channel_of, channels, name_of


def test_the_eight_channels_have_names_in_both_languages():
    assert list(channels()) == ["email", "form", "chat", "phone", "visit", "survey", "social", "api"]
    assert all(set(each.name) == {"zh", "en"} for each in channels().values())


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("ＥＭＡＩＬ", "email"),
        (" 微信 ", "chat"),
        ("热线", "phone"),
        ("上门", "visit"),
        ("微博", "social"),
        ("传真", "传真"),
    ],
)
def test_words_of_other_programs_mean_a_channel_or_stay(word, code):
    assert channel_of(word) == code


def test_an_unknown_channel_is_called_by_its_own_word():
    assert name_of("phone") == {"zh": "电话", "en": "phone"}
    assert name_of("fax") == {"zh": "fax", "en": "fax"}
