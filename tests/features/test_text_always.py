"""What holds of reading whatever is sent: never emptied, the same when read again, in linear time."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import text
from features.records import Request
from tests.conftest import ROOT

PIECES = [
    "The press in hall 2 stands still.",
    "三楼的打印机又卡纸了，请派人来。",
    "Line two is down",
    "打印机也坏了",
    "ok",
    "好",
    "> please restart it",
    ">> and again",
    "> 您好，请先重启。",
    ">",
    "On Mon, Mar 2, 2026 at 10:00 AM Support <s@x.example> wrote:",
    "> On Mon, Mar 2, 2026 at 10:00 AM Support <s@x.example> wrote:",
    "在 2026年3月2日，客服 写道：",
    "-----Original Message-----",
    "------------------ 原始邮件 ------------------",
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "From: Kim <k@x.example>",
    "Sent: Monday",
    "To: me",
    "Subject: Scanner",
    "Subject: <b>bold</b>",
    "发件人：客服",
    "发送时间：2026-03-02",
    "主题：发票",
    "FW: see below",
    "________________",
    "--",
    "Best regards,",
    "Regards, Bob Miller",
    "Thanks",
    "Bob Miller",
    "Acme Ltd",
    "Tel: +1 555 0100",
    "E-mail: bob@x.example",
    "此致",
    "敬礼",
    "顺颂商祺",
    "谢谢",
    "王磊",
    "电话：0571-5550-1836",
    "P.S. and the other one too",
    "Sent from my iPhone",
    "发自我的iPhone",
    "Dear all,",
    "尊敬的客服：您好！",
    "您好，",
    "您好，三号机打不开",
    "Confidentiality notice: this is intended for the addressee only.",
    "本邮件及其附件含有保密信息，仅限于收件人使用。",
    "Unsubscribe",
    "https://x.example/?utm_source=a&id=2",
    "[image: logo.png]",
    "[cid:image001.png@01D9]",
    "aB3dE6gH9" * 12,
    "aGVsbG8=",
    "&nbsp;",
    "<p>Hello</p>",
    "<br>",
    "&lt;p&gt;Hi&lt;/p&gt;",
    "<blockquote class='gmail_quote'>old</blockquote>",
    "＜ｐ＞ｆｕｌｌ＜／ｐ＞",
    "\u200b",
    "",
    "12345",
    "😀",
    "薴",
]
WORDS = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=14).map("\n".join),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)


def read(words: str, subject: str | None = None) -> str:
    return text.read(Request(text=words, subject=subject)).words


@settings(max_examples=1500, deadline=None)
@given(words=WORDS, subject=st.one_of(st.none(), st.sampled_from(PIECES), st.text(max_size=30)))
def test_reading_what_was_read_changes_nothing(words: str, subject: str | None) -> None:
    once = read(words, subject)
    assert read(once) == once


@settings(max_examples=1500, deadline=None)
@given(words=WORDS, subject=st.one_of(st.none(), st.sampled_from(PIECES)))
def test_a_request_with_letters_is_never_read_as_empty(words: str, subject: str | None) -> None:
    plain = text.fold("\n".join((subject or "", words)))
    if any(character.isalpha() for character in plain):
        assert text.read(Request(text=words, subject=subject)).has_words


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=300))
def test_words_without_signs_of_mail_are_only_folded(words: str) -> None:
    assert read(words) == text.simplify(text.fold(words))


UNITS = [
    *("On ", "> ", "> \n", "From: x\n", "From: a@b.c\nTo: b@c.d\n", "\n ", "-\n", "--\n", "此致\n", "谢谢\n"),
    *(
        "Regards\n",
        "Bob Miller\n",
        "Tel: 1\n",
        "This e-mail is intended ",
        "本邮件及其附件",
        "如果您不是",
        "<div>",
    ),
    *(
        "<b>",
        "<!--",
        "<style>",
        "<",
        "&",
        "&amp;",
        "&#1",
        '<p a="',
        "<blockquote class=cite>x",
        "<li>",
        "<br>",
    ),
    *("[image:", "[cid:", "http://a?utm_a=1&", "aB3/", "www.", "2026年", "写道:", "在 2026\n", "fwd: ", "| "),
    *(
        "\u0301\u0327",
        "\u0f73",
        "ﷺ",
        "萬",
        " ",
        "\r",
        "尊敬的",
        "Hi ",
        "a.b@",
        "On Mar 2, 2026 10:00 wrote:\n",
    ),
]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("before", ["", "<html>", "The press stands still.\n"])
def test_hostile_input_takes_linear_time(unit: str, before: str) -> None:
    def seconds(length: int) -> float:
        words = (before + unit * length)[: length - 2] + "\n!"
        started = time.process_time()
        read(words)
        return time.process_time() - started

    read("萬")
    assert min(seconds(20_000) for _ in range(2)) < 0.4
    assert min(seconds(200_000) for _ in range(2)) < 0.8


def test_reading_some_lines_takes_a_fraction_of_a_millisecond() -> None:
    words = (
        "三楼的打印机今天又卡纸了，换了硒鼓也没用，出货单打不出来，三十个人等着。\n" * 8 + "此致\n敬礼\n王磊"
    )
    times = []
    for _ in range(200):
        started = time.perf_counter()
        read(words)
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.001


def test_the_dictionary_of_characters_is_loaded_when_it_is_needed() -> None:
    code = (
        "import sys; from features import text; from features.records import Request; "
        "text.read(Request(text='press')); assert 'opencc' not in sys.modules; "
        "text.read(Request(text='萬')); assert 'opencc' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
