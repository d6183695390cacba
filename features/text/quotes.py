"""The mails under a mail: what a client appended below or between the sender's own words.

What the sender quoted by hand, a few lines behind '>', is part of what they say and stays as it is. What
a client appended is read only where the own words do not stand alone: they are few, they forward it,
or they speak of it ('see below', '第2项').
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from features.text.letters import weight
from features.text.markers import Markers, unquote

ENOUGH = 20
"""Letters of own words that stand alone; fewer ('Yes, please.', '还是不行') need what they answer."""
ENOUGH_FORWARDED = 120
"""Letters of a forwarded mail that stand alone; a shorter one passes on what is below it."""
LONGEST_EXCERPT = 600
"""Characters behind '>' that a person may have chosen; more is a whole mail."""

_FORWARDS = re.compile(r"(?:(?:re|aw|回复|答复)\s?: ?){0,3}(?:fwd?|转发?|轉發)\s?:", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(?:below|beneath|underneath|quoted|forward(?:ed|ing)?|passing on|fyi|"
    r"see (?:the |this |my |your |their |his |her )?(?:thread|trail|history|mail|e-?mail|message)|"
    r"(?:mail|e-?mail|message|thread) (?:from|above|under)|"
    r"(?:item|point|question|option|variant|offer) ?\d|"
    r"(?:first|second|third|last) (?:item|point|question|option|one|variant|offer))\b|"
    r"下面|下边|下方|以下|如下|见下|附后|附下|附在|后附|原话|原文|原信|原邮件|转给|转来|转发|转上|来信|上述|最下|"
    r"往下|引用|"
    r"第\s?[一二三四五六七八九十\d]+\s?(?:项|条|点|档|款|问|题|个|段|行)|方案\s?[一二三四五abcd\d]",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:(?:re|fwd?|aw|回复|答复|转发?)\s?: ?){0,9}", re.IGNORECASE)


@dataclass
class _Mail:
    """One mail of a trail: its lines, the depth of '>' they stand at, and whether it was passed on."""

    depth: int
    forwarded: bool = False
    lines: list[str] = field(default_factory=list)


@dataclass
class _Trail:
    """A mail and those below it, newest first.

    unmarked: all lines but those that introduce a mail. between: whether the sender answered between the
    quoted lines, which then belong to what they say.
    """

    mails: list[_Mail] = field(default_factory=lambda: [_Mail(depth=0)])
    unmarked: list[str] = field(default_factory=list)
    between: bool = False


def without_quotes(lines: list[str], tidy: Callable[[list[str]], list[str]]) -> list[str]:
    """The sender's own words, and of the mails below what they need. `tidy` strips one mail's courtesies."""
    trail = _trail(lines)
    if trail.between:
        return tidy(trail.unmarked)
    own, *below = trail.mails
    words = tidy(_without_long_excerpts(own.lines))
    if not below:
        return words
    forwards = below[0].forwarded or bool(lines and _FORWARDS.match(lines[0]))
    needed = forwards or weight(words, enough=ENOUGH) < ENOUGH or _refers(words)
    passed_on: list[str] = []
    for mail in below:
        if not needed:
            break
        said = tidy(mail.lines)
        passed_on += said[1:] if said and _same_title(said[0], words) else said
        needed = _refers(said) or (
            weight(passed_on, enough=ENOUGH_FORWARDED) < ENOUGH_FORWARDED
            if forwards
            else weight([*words, *passed_on], enough=ENOUGH) < ENOUGH
        )
    return [*words, *passed_on]


def _trail(lines: list[str]) -> _Trail:
    trail, markers = _Trail(), Markers(lines)
    open_mails = trail.mails[:1]
    at, answers = 0, False
    while at < len(lines):
        depth = markers.depths[at]
        while open_mails[-1].depth > depth:
            open_mails.pop()
            answers = True
        marker = markers.at(at)
        if marker is None:
            trail.between |= answers and depth > open_mails[-1].depth
            trail.unmarked.append(lines[at])
            open_mails[-1].lines.append(unquote(lines[at], open_mails[-1].depth))
            at += 1
            continue
        if at and markers.is_rule(at - 1) and open_mails[-1].lines:
            open_mails[-1].lines.pop()
        at += marker.length
        behind = markers.depths[at] if at < len(lines) else depth
        open_mails.append(_Mail(max(behind, depth), marker.forwarded, list(marker.said)))
        trail.mails.append(open_mails[-1])
    return trail


def _without_long_excerpts(lines: list[str]) -> list[str]:
    """Whole mails behind '>' left out, where what is said beside them stands alone."""
    excerpt = sum(len(line) for line in lines if line.startswith(">"))
    if excerpt <= LONGEST_EXCERPT:
        return lines
    own = [line for line in lines if not line.startswith(">")]
    return lines if weight(own, enough=ENOUGH) < ENOUGH or _refers(own) else own


def _same_title(line: str, words: list[str]) -> bool:
    """Whether a mail's first line is the subject that was read already."""
    return bool(words) and _TITLE.sub("", line, count=1) == _TITLE.sub("", words[0], count=1)


def _refers(lines: list[str]) -> bool:
    return any(_REFERS.search(line) for line in lines)
