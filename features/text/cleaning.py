"""What mail adds to words, left out again, one kind after the other; never so much that nothing is left."""

from __future__ import annotations

from features.text import markup
from features.text.disclaimers import without_disclaimers
from features.text.folding import fold, simplify
from features.text.greetings import without_greeting
from features.text.letters import unless_emptied
from features.text.notices import without_notices
from features.text.quotes import without_quotes
from features.text.signatures import without_signature
from features.text.trackers import without_trackers

MOST_PASSES = 6
"""What one pass uncovers the next may take: a signature above a notice. Mails take two or three."""
MOST_LINES = 1_000
"""A text of more lines than this in 20,000 characters is a list or a log and no mail; it is read as it is."""


def clean(words: str) -> str:
    """Folded words without what mail added. Cleaning them again changes nothing.

    What has not settled after six passes was made to be taken apart, and is read as it is.
    """
    if words.count("\n") > MOST_LINES:
        return words
    left = words
    for _ in range(MOST_PASSES):
        left, before = _clean_once(left), left
        if left == before:
            return left
    return words


def _clean_once(words: str) -> str:
    if markup.is_html(words):
        return simplify(fold(markup.plain(words, enough=len(words))))
    lines = words.split("\n")
    plain = unless_emptied(without_trackers, lines)
    left = unless_emptied(lambda each: without_quotes(each, _tidy), plain)
    if left == plain:  # nothing to leave out, or nothing would be left: the courtesies alone may still go
        left = _tidy(plain)
    return words if left == lines else fold("\n".join(left))


def _tidy(lines: list[str]) -> list[str]:
    """One mail's lines without notices, greeting and signature."""
    for step in (without_notices, without_disclaimers, without_signature, without_greeting):
        lines = unless_emptied(step, lines)
    return lines
