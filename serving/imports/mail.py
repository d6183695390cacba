"""A mail as it was sent (RFC 5322, MIME) to a request: its own words, and what is attached by name only.

Nothing attached is kept. How deep parts lie, how many there are and how long the headers are is bounded
before and while they are read: a mail comes from anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32

from features import text
from features.errors import InputError
from features.records import Request
from features.text import markup
from serving.imports import mail_headers

CHANNEL = "email"
MOST_PARTS = 500
DEEPEST = 20
MOST_HEADER_LINES = 2_000
LONGEST_HEADERS = 500_000
"""Bytes of the headers at the top."""
MOST_ATTACHMENTS = 50
LONGEST_LIST = 2_000
FORWARDED = "---------- Forwarded message ---------"
_PART = re.compile(rb"(?im)^content-type:")
_BOUNDARY = re.compile(rb"(?im)^--\S")
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail as a request. answers: the Message-IDs of the mails it answers, the nearest first. automatic:
    whether a machine sent it."""

    request: Request
    answers: tuple[str, ...]
    automatic: bool


@dataclass
class _Read:
    """What was found on the way through a mail's parts."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    parts: int = 0


def read_mail(raw: bytes, *, now: datetime) -> Mail:
    """Read a mail. now: its time where it says none that can be.

    Raises InputError where it is no mail, or of more parts or headers than any mail has.
    """
    _check(raw)
    try:
        mail = message_from_bytes(raw, policy=compat32)
        found = _Read()
        _walk(mail, found, depth=0)
    except (MessageError, RecursionError, ValueError, AssertionError) as error:
        raise InputError(f"The body is no mail that can be read: {type(error).__name__}.") from error
    if not any(True for _ in mail.raw_items()):
        raise InputError("The body is no mail: it has no headers.")
    return _mail(mail, found, now)


def _check(raw: bytes) -> None:
    """Refuse what would take long to part."""
    end = _END_OF_HEADERS.search(raw)
    headers = raw[: end.start()] if end else raw
    if len(headers) > LONGEST_HEADERS or headers.count(b"\n") > MOST_HEADER_LINES:
        raise InputError(
            f"The mail's headers are over {LONGEST_HEADERS:,} bytes or {MOST_HEADER_LINES:,} lines."
        )
    parts = sum(1 for _ in _PART.finditer(raw))
    if parts > MOST_PARTS or sum(1 for _ in _BOUNDARY.finditer(raw)) > 20 * MOST_PARTS:
        raise InputError(f"The mail has more than {MOST_PARTS} parts.")


def _walk(part: Message, found: _Read, *, depth: int) -> None:
    found.parts += 1
    if found.parts > MOST_PARTS or depth > DEEPEST:
        raise InputError(
            f"The mail has more than {MOST_PARTS} parts, or more than {DEEPEST} inside each other."
        )
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _nested(part, found, depth=depth)
    elif part.is_multipart():
        for each in _inside(part):
            _walk(each, found, depth=depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_attached(part):
        words = _words(part)
        (found.plain if kind == "text/plain" else found.html).append(words)
    else:
        found.attached.append(_attachment(part))


def _inside(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    return (each for each in payload if isinstance(each, Message)) if isinstance(payload, list) else iter(())


def _nested(part: Message, found: _Read, *, depth: int) -> None:
    """A mail inside a mail: its own words below a line that says it was forwarded."""
    for mail in _inside(part):
        subject = mail_headers.header(mail, "subject")
        found.attached.append(f"{subject or 'mail'} (message/rfc822)")
        own = _Read(parts=found.parts)
        _walk(mail, own, depth=depth + 1)
        found.parts = own.parts
        found.attached += own.attached
        names = ("From", "Date", "Subject")
        lines = [f"{name}: {mail_headers.header(mail, name.lower())}" for name in names]
        found.plain.append("\n".join([FORWARDED, *lines, "", _body(own)]))


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or _name(part) is not None


def _name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except (LookupError, ValueError, TypeError):
        return "unreadable name"
    return None if name is None else mail_headers.decoded(name)[:200]


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _words(part: Message) -> str:
    charset = part.get_param("charset")
    named = charset if isinstance(charset, str) else None
    words = mail_headers.to_text(_payload(part), named)
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _attachment(part: Message) -> str:
    size = len(_payload(part))
    return f"{_name(part) or 'without name'} ({part.get_content_type()[:100]}, {size:,} bytes)"


def _body(found: _Read) -> str:
    """The plain words where there are any, else those of the HTML."""
    plain = "\n".join(each.strip("\n") for each in found.plain if each.strip())
    own = "\n".join(each for each in found.plain if not each.startswith(FORWARDED)).strip()
    if own or not found.html:
        return plain
    pages = [markup.plain(each, enough=text.STORED_CHARACTERS) for each in found.html]
    return "\n".join([*pages, plain] if plain else pages)


def _mail(mail: Message, found: _Read, now: datetime) -> Mail:
    body, subject = _body(found), mail_headers.header(mail, "subject")[:2000]
    attributes = {"mail_to": mail_headers.header(mail, "to")[:LONGEST_LIST]}
    attributes["mail_attachments"] = "; ".join(found.attached[:MOST_ATTACHMENTS])[:LONGEST_LIST]
    machine = mail_headers.sent_by_machine(mail)
    attributes["mail_automatic"] = machine or ""
    if len(body) > text.STORED_CHARACTERS:
        attributes["mail_cut"] = f"{len(body)} characters"
    if not body.strip() and not subject:
        body = attributes["mail_attachments"]
    request = Request(
        text=_whole(body[: text.STORED_CHARACTERS]),
        subject=_whole(subject) or None,
        channel=CHANNEL,
        external_id=mail_headers.message_id(mail),
        contact=mail_headers.sender(mail),
        attributes={name: _whole(value) for name, value in attributes.items() if value},
        received_at=mail_headers.sent_at(mail, now=now),
    )
    return Mail(request=request, answers=mail_headers.answers_to(mail), automatic=machine is not None)


def _whole(words: str) -> str:
    """Words without half characters."""
    return words.encode("utf-8", "replace").decode("utf-8")
