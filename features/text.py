"""What is read of a request: subject and body joined, folded, and cut at a bound.

The cleaned text is made anew whenever it is needed and never stored, so a better reading (a higher
`TEXT_VERSION`) applies to old requests too. A model remembers the version it was trained under.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from features.errors import InputError
from features.records import Request

TEXT_VERSION = 1
READ_CHARACTERS = 20_000
"""How much of a request is read. The rest is stored and shown."""
STORED_CHARACTERS = 200_000
"""How long a request may be at all."""

_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class ReadText:
    """The words the model sees, and whether there were more of them."""

    words: str
    truncated: bool

    @property
    def has_words(self) -> bool:
        """False where there is nothing to understand: only digits, punctuation or emoji."""
        return any(character.isalpha() for character in self.words)


def read(request: Request) -> ReadText:
    """What is read of a request: `subject`, a line break, `text`; folded, the first 20,000 characters."""
    whole = "\n".join(part for part in (request.subject, request.text) if part and part.strip())
    folded = fold(whole[: READ_CHARACTERS + 1])
    return ReadText(words=folded[:READ_CHARACTERS], truncated=len(whole) > READ_CHARACTERS)


def fold(words: str) -> str:
    """Full-width forms to half-width (NFKC), invisible and control characters out, blanks to one each."""
    plain = _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", words)))
    return _LINES.sub("\n", _BLANKS.sub(" ", plain)).strip()


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
