"""What is read of a request: subject and body joined, folded, cut at a bound, and cleaned of what mail adds.

The cleaned text is made anew whenever it is needed and never stored, so a better reading (a higher
`TEXT_VERSION`) applies to old requests too. A model remembers the version it was trained under.

    1   subject and text joined; full-width forms, blanks and invisible characters folded
    2   markup, trackers, quoted mails, greetings, signatures and notices left out; traditional characters
        read as simplified ones
    3   tags of tone before the subject (URGENT!!!, 【特急】) left out
"""

from __future__ import annotations

from dataclasses import dataclass

from features.errors import InputError
from features.records import Request
from features.text import markup
from features.text.cleaning import clean
from features.text.folding import fold, simplify
from features.text.tone import without_tags

__all__ = [
    "READ_CHARACTERS",
    "STORED_CHARACTERS",
    "TEXT_VERSION",
    "ReadText",
    "check",
    "fold",
    "read",
    "simplify",
    "too_long",
]

TEXT_VERSION = 3
READ_CHARACTERS = 20_000
"""How much of a request is read. The rest is stored and shown."""
STORED_CHARACTERS = 200_000
"""How long a request may be at all."""


@dataclass(frozen=True)
class ReadText:
    """The words the model sees, and whether there were more of them."""

    words: str
    truncated: bool

    @property
    def has_words(self) -> bool:
        """False where there is nothing to understand: only digits, punctuation or emoji."""
        return _has_letters(self.words)


def read(request: Request) -> ReadText:
    """What is read of a request: `subject`, a line break, `text`, of which the first 20,000 characters count.

    These are folded and cleaned; of a text in HTML, its words are counted and not its tags. What is read
    is never empty where the request has letters, and reading it again changes nothing.
    """
    body = markup.plain(request.text[:STORED_CHARACTERS], enough=READ_CHARACTERS)
    subject = _subject(request.subject or "", alone=not _has_letters(body))
    whole = "\n".join(part for part in (subject, body) if part.strip())
    folded = simplify(fold(whole[:READ_CHARACTERS])[:READ_CHARACTERS])
    return ReadText(words=clean(folded), truncated=len(whole) > READ_CHARACTERS)


def _subject(given: str, *, alone: bool) -> str:
    """The subject without tags of tone; as it was given where these are all that there is to read."""
    rest = without_tags(simplify(fold(given[:READ_CHARACTERS])))
    return given if alone and not _has_letters(rest) else rest


def _has_letters(words: str) -> bool:
    return any(character.isalpha() for character in words)


def check(text: str, subject: str | None) -> None:
    """Refuse what cannot be kept or read.

    Raises InputError with field `text` or `subject`: nothing in either, a NUL, a lone surrogate.
    Length is the caller's to refuse, with 413 where it speaks HTTP: see `too_long`.
    """
    for name, value in (("text", text), ("subject", subject or "")):
        if "\0" in value:
            raise InputError(
                f"The {name} holds a NUL character at position {value.index(chr(0))}.", field=name
            )
        stray = next((i for i, c in enumerate(value) if "\ud800" <= c <= "\udfff"), None)
        if stray is not None:
            raise InputError(
                f"The {name} holds half a character (lone surrogate {value[stray]!r}) at position {stray}.",
                field=name,
            )
    if not text.strip() and not (subject or "").strip():
        raise InputError("The text is empty and there is no subject: nothing to read.", field="text")


def too_long(text: str) -> bool:
    """Whether a text is over what is stored, 200,000 characters."""
    return len(text) > STORED_CHARACTERS
