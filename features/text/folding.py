"""One form for each character: full width and half, invisible ones, blanks, traditional and simplified."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

MOST_MARKS = 30
"""Combining marks kept on one letter, as in the Stream-Safe Text Format of Unicode (UAX #15)."""

_BLANKS = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_LINES = re.compile(r"\s*\n\s*")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BREAKS = re.compile(r"\r\n?")
_MAYBE_MARKS = re.compile(rf"[^\w\x00-\x7f]{{{MOST_MARKS + 1},}}")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]")


def fold(words: str) -> str:
    """Full-width forms to half-width (NFKC), invisible and control characters out, blanks to one each."""
    bounded = _MAYBE_MARKS.sub(_fewer_marks, _INVISIBLE.sub("", _BREAKS.sub("\n", words)))
    plain = _CONTROL.sub(" ", unicodedata.normalize("NFKC", bounded))
    return _LINES.sub("\n", _BLANKS.sub(" ", plain)).strip()


def simplify(words: str) -> str:
    """Traditional Chinese characters to simplified ones, by OpenCC's dictionary of words (乾隆 stays).

    Only characters: Taiwan's own words (軟體, 印表機) become 软体, 印表机.
    """
    if not _HAN.search(words):
        return words
    try:
        simplified = str(_converter().convert(words))
        return simplified if simplified == words else str(_converter().convert(simplified))  # 薴, 苧, 苎
    except UnicodeEncodeError:  # half a character, which `check` refuses: nothing can be looked up
        return words


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def _fewer_marks(found: re.Match[str]) -> str:
    """A run without marks beyond the thirtieth on end: sorting them takes Python quadratic time."""
    kept: list[str] = []
    marks = 0
    for character in found[0]:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
