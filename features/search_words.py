"""How text is cut for search: words, and pairs of Chinese characters.

Chinese has no blanks between words and no segmenter agrees with a person's query; pairs of neighbouring
characters find every word of two and more. The last character of a run stands alone too, so that each
character begins some piece and a query of one character can be answered by prefix.
"""

from __future__ import annotations

import re

from features.text import fold, simplify

MOST_CHARACTERS = 20_000
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")


def cut(text: str) -> list[str]:
    """The pieces of a text, in order, folded and in lower case. Only the first 20,000 characters count."""
    folded = simplify(fold(text[:MOST_CHARACTERS])).casefold()
    return [piece for run in _RUN.findall(folded) for piece in _pieces(run)]


def terms(query: str) -> list[tuple[str, bool]]:
    """The pieces of a query, each once, and whether it is only the beginning of a piece (one character)."""
    found: dict[tuple[str, bool], None] = {}
    for run in _RUN.findall(simplify(fold(query[:MOST_CHARACTERS])).casefold()):
        pieces = _pieces(run)
        if _IS_HAN.match(run) and len(pieces) > 1:
            pieces = pieces[:-1]
        found |= dict.fromkeys((piece, bool(_IS_HAN.match(piece)) and len(piece) == 1) for piece in pieces)
    return list(found)


def _pieces(run: str) -> list[str]:
    if not _IS_HAN.match(run):
        return [run]
    return [run[i : i + 2] for i in range(len(run))]
