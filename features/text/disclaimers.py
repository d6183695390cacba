"""Disclaimers: what a house has put under each of its mails, in the words of lawyers."""

from __future__ import annotations

import re

LONGEST_LINE = 2_000
"""Of a longer line only so much is looked at."""
SHORTEST_BROKEN = 40
"""A line that breaks off has about the width of a page."""

_SURELY = re.compile(
    r"[\W_]{0,8}(?:"
    r"if you (?:are|were) not (?:the|an) (?:intended|named) (?:recipient|addressee)|"
    r"if you (?:have )?received? this (?:e-?mail|message|communication) (?:in error|by mistake)|"
    r"please (?:consider|think of) the environment before print|"
    r"any (?:views|opinions) (?:or opinions )?(?:expressed|presented) in this (?:e-?mail|message)|"
    r"(?:如果?|若)?(?:您|你|阁下)(?:不是|并非|非)[^。]{0,16}(?:收件人|接收人|接收者|收信人)|"
    r"(?:如果?|若)(?:您|你)?(?:误收|错误地?收到)[^。]{0,6}(?:本|此)(?:邮件|信件)"
    r")",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"[\W_]{0,8}(?:"
    r"(?:confidentiality|privileged|legal) (?:notice|note|disclaimer|statement)\b|"
    r"(?:e-?mail )?disclaimer\s*[:.-]|"
    r"(?:this|the information (?:contained )?in this|the contents? of this) "
    r"(?:e-?mail|message|communication|transmission|electronic mail)\b|"
    r"(?:保密|机密|免责|法律)(?:声明|提示|条款|须知)\s*:|"
    r"(?:本|此)(?:封)?(?:电子)?(?:邮件|信件|电邮|讯息)"
    r")",
    re.IGNORECASE,
)
_SIGNS = tuple(
    re.compile(sign, re.IGNORECASE)
    for sign in (
        r"\bintended (?:solely|only|exclusively|for)",
        r"(?:intended |named )recipient|addressee|to whom (?:it|they)",
        r"\bprivileged\b",
        r"\bconfidential(?!ity notice)",
        r"\breceived (?:this|it)\b.{0,40}(?:error|mistake)",
        r"\bunauthori[sz]ed (?:use|disclosure|copying|review|distribution)",
        r"(?:strictly )?prohibited|dissemination|liab(?:le|ility)",
        r"notify (?:the|us|me)\b.{0,60}(?:sender|delet|immediately)",
        "收件人|接收人|接收者|收信人",
        "仅供|仅限|仅发送|仅为",
        "禁止|不得|未经|严禁",
        "误收|错收|错误.{0,2}收到",
        "保密|机密|秘密",
        "删除.{0,4}本?邮件|通知发件人",
    )
)
_TELLS = re.compile(
    r"\?|\b(?:i|i'm|my|can you|could you|wrong|leak(?:ed)?|breach|today|yesterday|asap|"
    r"your (?!system|computer|e-?mail|inbox|network|device|records|mail))\b|"
    r"贵|麻烦|帮|我们?(?:的|发现|收到|怀疑|需要)|发错|泄露了|被泄|今天|昨天|客户",
    re.IGNORECASE,
)
"""Words of a request and not of a disclaimer."""
_ENDS_SENTENCE = re.compile(r"[.!?。;…]$")


def without_disclaimers(lines: list[str]) -> list[str]:
    """The lines without those that start as a disclaimer, and those into which it was broken.

    The first line never is one: it may be the subject.
    """
    left = lines[:1]
    inside, broken = False, False
    for i, line in enumerate(lines[1:], start=1):
        goes_on = inside and ((broken and not line[:1].isupper()) or _signs(line) > 0)
        inside = (goes_on or _starts(lines, i)) and not _TELLS.search(line)
        broken = (
            inside and len(line) >= SHORTEST_BROKEN and line.isascii() and not _ENDS_SENTENCE.search(line)
        )
        if not inside:
            left.append(line)
    return left


def _starts(lines: list[str], i: int) -> bool:
    line = lines[i]
    if _SURELY.match(line):
        return True
    return _PERHAPS.match(line) is not None and _signs(" ".join(lines[i : i + 3])) >= 2


def _signs(words: str) -> int:
    """How many of the things that disclaimers say are said."""
    return sum(sign.search(words[:LONGEST_LINE]) is not None for sign in _SIGNS)
