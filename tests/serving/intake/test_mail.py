"""Mails of all makes become requests; hostile ones end soon, with one sentence or less harm."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import InputError
from serving.imports.mail import read_mail

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def raw(head: str, body: bytes | str = "hello") -> bytes:
    told = body.encode() if isinstance(body, str) else body
    return head.encode("utf-8", "surrogateescape").replace(b"\n", b"\r\n") + b"\r\n\r\n" + told


def request(data: bytes):
    return read_mail(data, now=NOW).request


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "gb18030", "big-5-of-nobody", "base64", ""])
def test_chinese_bodies_are_read_whatever_their_charset_is_called(charset):
    words = "王喆：打印机坏了，㐀号楼"  # characters beyond GB2312, and beyond GBK
    kind = f'Content-Type: text/plain; charset="{charset}"' if charset else "Content-Type: text/plain"
    assert request(raw(f"Subject: x\n{kind}", words.encode("gb18030"))).text == words


def test_headers_become_the_parts_of_a_request():
    head = (
        "From: =?gb2312?B?" + base64.b64encode("王喆".encode("gb18030")).decode() + "?= <wang@example.cn>\n"
        "To: help@example.com\nSubject: =?utf-8?B?5omT5Y2w5py65Z2P?=\n =?utf-8?B?5LqG?=\n"
        "Date: Mon, 02 Mar 2026 09:00:00 +0800\nMessage-ID: <a1@example.cn>\n"
        "In-Reply-To: <b@x>\nReferences: <c@x> <b@x>"
    )
    mail = read_mail(raw(head, "坏了"), now=NOW)
    made = mail.request
    assert (made.subject, made.text, made.channel) == ("打印机坏了", "坏了", "email")
    assert (made.contact.name, made.contact.email) == ("王喆", "wang@example.cn")
    assert (made.external_id, made.received_at.isoformat()) == (
        "<a1@example.cn>",
        "2026-03-02T01:00:00+00:00",
    )
    assert mail.answers == ("<b@x>", "<c@x>")
    assert made.attributes == {"mail_to": "help@example.com"}


def test_encoded_words_parted_inside_a_character_are_joined():
    data = "服务器".encode("gb18030")
    parts = [base64.b64encode(each).decode() for each in (data[:3], data[3:])]
    head = "Subject: " + "\n ".join(f"=?GB2312?B?{each}?=" for each in parts)
    assert request(raw(head)).subject == "服务器"


@pytest.mark.parametrize(
    "subject", ["=?utf-8?B?!!!?=", "=?nobody?Q?=FF=FE?=", "=?utf-8?B?5omT", "=?=?=?=", "\udcff\udcfe raw"]
)
def test_broken_headers_are_kept_as_far_as_they_can_be_read(subject):
    made = request(raw(f"Subject: {subject}\nFrom: <<>>\nDate: not a day\nMessage-ID: none"))
    assert made.text == "hello"
    assert (made.received_at, made.external_id) == (NOW, None)
    assert made.subject is None or made.subject.encode()


@pytest.mark.parametrize(
    "date", ["Mon, 02 Mar 1970 09:00:00 +0000", "Mon, 02 Mar 2099 09:00:00 +0000", "", "9" * 99]
)
def test_a_time_that_cannot_be_is_now(date):
    assert request(raw(f"Subject: x\nDate: {date}")).received_at == NOW


def test_of_html_alone_the_words_are_taken_and_plain_text_is_preferred():
    page = "<html><body><p>打印机<b>坏了</b></p><script>x()</script></body></html>"
    alone = EmailMessage()
    alone.set_content(page, subtype="html")
    assert request(bytes(alone)).text.strip() == "打印机坏了"
    both = EmailMessage()
    both.set_content("plain words")
    both.add_alternative(page, subtype="html")
    assert request(bytes(both)).text.strip() == "plain words"


def test_attachments_are_named_and_not_kept():
    mail = EmailMessage()
    mail.set_content("see the file")
    mail.add_attachment(b"secret" * 100, maintype="application", subtype="pdf", filename="发票.pdf")
    made = request(bytes(mail))
    assert made.attributes["mail_attachments"] == "发票.pdf (application/pdf, 600 bytes)"
    assert "secret" not in made.text
    empty = EmailMessage()
    empty.add_attachment(b"x", maintype="image", subtype="png", filename="screen.png")
    assert "screen.png" in request(bytes(empty)).text


def test_a_mail_inside_a_mail_is_read_below_the_outer_one():
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Boiler", "bob@example.com"
    inner.set_content("the boiler leaks")
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("please look")
    outer.add_attachment(inner)
    made = request(bytes(outer))
    assert made.text.index("please look") < made.text.index("From: bob@example.com")
    assert "the boiler leaks" in made.text
    assert "Boiler (message/rfc822)" in made.attributes["mail_attachments"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Auto-Submitted: auto-replied", "auto-replied"),
        ("Precedence: bulk", "bulk"),
        ("Return-Path: <>", "bounce"),
        ("Auto-Submitted: no", None),
    ],
)
def test_what_a_machine_sent_is_told(line, why):
    mail = read_mail(raw(f"Subject: x\n{line}"), now=NOW)
    assert (mail.automatic, mail.request.attributes.get("mail_automatic")) == (why is not None, why)


def nested(depth: int) -> bytes:
    lines = [f"Content-Type: multipart/mixed; boundary=b{each}\r\n\r\n--b{each}" for each in range(depth)]
    return ("Subject: x\r\n" + "\r\n".join(lines) + "\r\n\r\nhello").encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no headers at all",
        nested(100),
        nested(5_000),
        raw("Subject: x\n" + "\n".join(f"X-{each}: y" for each in range(10_000))),
        raw("Subject: " + "x" * 1_000_000),
        raw("Content-Type: multipart/mixed; boundary=b", b"--b\r\n\r\nx\r\n" * 200_000),
        raw(
            "Content-Type: multipart/mixed; boundary=b",
            b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 2_000,
        ),
    ],
    ids=["empty", "no-headers", "deep", "deeper", "many-headers", "long-header", "many-parts", "many-typed"],
)
def test_hostile_mails_are_refused_soon(data):
    began = time.monotonic()
    with pytest.raises(InputError):
        read_mail(data, now=NOW)
    assert time.monotonic() - began < 5


def test_a_long_mail_is_cut_and_says_so():
    made = request(raw("Subject: x", "word " * 100_000))
    assert len(made.text) == 200_000
    assert made.attributes["mail_cut"] == "500000 characters"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.binary(max_size=200))
def test_any_bytes_are_a_mail_or_refused(head, body):
    data = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n" + head + b"\r\n\r\n--b\r\n" + body
    try:
        made = read_mail(data, now=NOW).request
    except InputError:
        return
    made.text.encode()
