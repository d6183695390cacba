"""Headers of mails, as broken as they come, to plain words, addresses and times.

Read from the raw lines, with the bytes of each word in its own charset: the parser of `email.policy.default`
reads each header by its grammar, and decodes GB2312 strictly, so that names beyond it are lost.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from features.records import Contact

LONGEST_HEADER = 10_000
"""Characters of a header that are looked at."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
SLACK = timedelta(days=1)
"""How far ahead of now the time of a mail may lie: clocks and zones differ."""
MOST_REFERENCES = 50
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,998}>")
_ADDRESS = re.compile(r"[^\s<>\"',;:()]+@[^\s<>\"',;:()]+")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?)")
_OWN = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
}
"""What is said of Chinese mails, and what their bytes are: GB2312 and GBK are parts of GB18030."""


def header(mail: Message, name: str) -> str:
    """The words of the first header of a name on one line; empty where there is none."""
    found = next((str(value) for key, value in mail.raw_items() if key.lower() == name), "")
    return decoded(found[:LONGEST_HEADER])


def decoded(value: str) -> str:
    """A header's value with its encoded words read, on one line and without characters that are none."""
    value = _BETWEEN_WORDS.sub("", value)
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        parts = [(value, None)]
    words = "".join(_joined(parts))
    return " ".join("".join(each if each.isprintable() else " " for each in words).split())


def _joined(parts: Iterable[tuple[bytes | str, str | None]]) -> Iterable[str]:
    """Encoded words of one charset that follow each other are one: some are parted inside a character."""
    held, charset = b"", None
    for part, named in parts:
        raw = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        if held and named != charset:
            yield to_text(held, charset)
            held = b""
        held, charset = held + raw, named
    yield to_text(held, charset)


def to_text(raw: bytes, charset: str | None) -> str:
    """Bytes in a charset to text. Where it is unknown or not what the bytes are: UTF-8, else GB18030, else
    what can be read of it."""
    named = (charset or "").strip().strip("\"'").lower()
    for each in (_OWN.get(named, named), "utf-8", "gb18030"):
        try:
            if each and codecs.lookup(each)._is_text_encoding:  # base64 is a codec too
                return raw.decode(each)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("utf-8", "replace")


def sender(mail: Message) -> Contact | None:
    """Who wrote it, by `From`, else `Reply-To`; None where neither says."""
    for name in ("from", "reply-to"):
        raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name), "")[
            :LONGEST_HEADER
        ]
        words = header(mail, name)
        called, address = parseaddr(_BETWEEN_WORDS.sub("", " ".join(raw.split())))
        if "@" not in address:
            found = _ADDRESS.search(words)
            called, address = "", found[0] if found else ""
        if address:
            return Contact(name=decoded(called)[:500] or None, email=decoded(address)[:500])
        if words:
            return Contact(name=words[:500])
    return None


def sent_at(mail: Message, *, now: datetime) -> datetime:
    """When it was sent by its `Date`; now where it has none that can be."""
    try:
        moment = parsedate_to_datetime(header(mail, "date")[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return now
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return now
    return moment if EARLIEST <= moment <= now + SLACK else now


def message_id(mail: Message) -> str | None:
    """What the mail is called by its sender's machine, with its angle brackets."""
    found = _MESSAGE_ID.search(header(mail, "message-id"))
    return found[0] if found else None


def answers_to(mail: Message) -> tuple[str, ...]:
    """The mails it answers, the nearest first."""
    nearest = _MESSAGE_ID.findall(header(mail, "in-reply-to"))
    above = _MESSAGE_ID.findall(header(mail, "references"))
    return tuple(dict.fromkeys([*nearest, *reversed(above)]))[:MOST_REFERENCES]


def sent_by_machine(mail: Message) -> str | None:
    """Why a mail counts as sent by a machine: `auto-replied`, `bulk`, `bounce` ...; None for a person's."""
    submitted = header(mail, "auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return submitted[:100]
    if mail.get_content_type() == "multipart/report" or header(mail, "return-path").strip() == "<>":
        return "bounce"
    precedence = header(mail, "precedence").strip().lower()
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return precedence
    return "auto-replied" if header(mail, "x-autoreply") or header(mail, "x-autorespond") else None
