"""What is read of a request, and what is refused."""

from __future__ import annotations

import pytest

from features import text
from features.errors import InputError
from features.language import detect
from features.records import Request


def test_subject_and_text_are_joined_and_folded() -> None:
    read = text.read(Request(subject=" Ｐｒｉｎｔｅｒ ", text="does\u200b not\t work\r\n\r\n １２３"))
    assert read.words == "Printer\ndoes not work\n123"
    assert not read.truncated


def test_a_subject_alone_is_enough() -> None:
    assert text.read(Request(subject="发票", text="")).words == "发票"


def test_the_first_20000_characters_are_read_and_said_to_be() -> None:
    read = text.read(Request(text="长" * 20_001))
    assert read.truncated
    assert len(read.words) == 20_000
    assert not text.read(Request(text="长" * 20_000)).truncated


@pytest.mark.parametrize("words", ["😀😀", "12345", "?!…", "----"])
def test_emoji_and_digits_are_no_words(words: str) -> None:
    assert not text.read(Request(text=words)).has_words


@pytest.mark.parametrize(
    ("words", "subject", "field"),
    [("", None, "text"), (" \n\u3000", "", "text"), ("a\0b", None, "text"), ("a", "\ud800", "subject")],
)
def test_what_cannot_be_read_or_kept_is_refused_by_name(words: str, subject: str | None, field: str) -> None:
    with pytest.raises(InputError) as caught:
        text.check(words, subject)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("打印机坏了", "zh"),
        ("The printer is broken", "en"),
        ("ERP 系统登录报错 500 internal error", "zh"),
        ("Please extend the 合同 until March, thank you all", "en"),
        ("プリンターが壊れました", "other"),
        ("프린터가 고장났습니다", "other"),
        ("Принтер сломался", "other"),
        ("Die Größe der Rückgabegebühr für Möbel", "other"),
        ("café invoices", "en"),
        ("12345 😀", "other"),
    ],
)
def test_language_is_told_by_script(words: str, language: str) -> None:
    assert detect(words) == language
