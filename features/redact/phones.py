"""Telephone numbers: Chinese mobiles and landlines, North American ones, and those with a country's code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.redact.context import Called, called, glued

_STARTS = r"(?<![0-9].)(?<![0-9][.-].)"
"""Looks back from behind the first character: a pattern that starts with a set is searched twice as fast."""
_UNITS = " ?(?:元|万|亿|件|%|CNY|RMB|USD|EUR)"
_ENDS = rf"(?![0-9A-Za-z_]|\.[0-9]|-[0-9]{{1,3}}(?![0-9])|{_UNITS})"
"""Not a part of a longer number, not an order's line (`-01`), not a sum or a count."""
_EXTENSION = r"(?:(?:-| ?转 ?| ?(?:ext|x)\.? ?)[0-9]{1,6})?"
_NO_DATE = r"(?!(?<=2)0[0-9]{2}[ -]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9]))"

_AFTER_CODE = "|".join(rf"(?<=(?<![0-9]){code}{joint}.)" for code in ("86", "0086") for joint in ("", "[ -]"))
_MOBILE = re.compile(
    rf"1(?:{_STARTS}|{_AFTER_CODE})[3-9][0-9](?:[ -]?[0-9]{{4}}[ -]?[0-9]{{4}}"
    rf"|[0-9][ -][0-9]{{4}}[ -][0-9]{{3}}|[0-9]{{2}}[ -][0-9]{{6}}|[ -][0-9]{{3}}[ -][0-9]{{5}}){_ENDS}"
)
_TO_CHINA = re.compile(r"(?<![0-9A-Za-z])(?:\((?:\+ ?|00)86\)|(?:\+ ?|00)86|86)[ -]?$")
_AREA = r"(?:10|2[0-57-9]|3[1-9][0-9]|[4-9][0-9]{2})"
_LANDLINE = re.compile(
    rf"[0(]{_STARTS}(?:(?<=\()0{_AREA}\) ?|(?<=0){_AREA}(?P<joint>[ -]?))[2-8]{_NO_DATE}"
    rf"(?:[0-9]{{6,7}}|[0-9]{{2,3}}[ -][0-9]{{4}}){_EXTENSION}{_ENDS}"
)
_AMERICAN = re.compile(
    rf"[2-9(](?:{_STARTS}|(?<=(?<![0-9A-Za-z])1[ .-].))"
    r"(?:(?<=\()[2-9][0-9]{2}\) ?[2-9][0-9]{2}[ .-]|(?<!\()[0-9]{2}(?P<joint>[.-])[2-9][0-9]{2}(?P=joint))"
    rf"[0-9]{{4}}{_EXTENSION}{_ENDS}"
)
_FROM_AMERICA = re.compile(r"(?<![0-9A-Za-z])1[ .-]$")
_LOCAL = re.compile(rf"[2-8]{_STARTS}{_NO_DATE}[0-9]{{2,3}}[ -]?[0-9]{{4}}{_EXTENSION}{_ENDS}")
_LONGEST_PREFIX = 10
_ABROAD = re.compile(
    r"\+(?<![0-9A-Za-z]\+) ?(?P<code>1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-69][0-9]"
    r"|3[578][0-9]|42[0-9]|5[09][0-9]|6[789][0-9]|8[05789][0-9]|9[679][0-9])(?P<closed>\)?)"
    r"(?P<groups>(?:[ .-]?(?:\([0-9]{1,5}\)|[0-9]{1,12}+)){1,6}+)"
)
"""A country's code as the ITU assigns them (E.164), and groups of digits."""
_GOES_ON = re.compile(rf"[0-9]|{_UNITS}")
_GROUP = re.compile(r"[ .-]?\(?([0-9]+)\)?")
_MOST_DIGITS = 15
_FEWEST_NATIONAL = 7
_NATIONAL = {"1": 10, "7": 10}
"""Countries whose numbers are all of one length."""
_LEADING_ZERO = frozenset(("39", "225", "242"))
"""Countries that keep a first zero when called from abroad."""


def mobiles(text: str) -> Iterator[tuple[int, int]]:
    """Chinese mobile numbers, alone or after +86, unless they are called something else."""
    for found in _MOBILE.finditer(text):
        start = _with_prefix(_TO_CHINA, text, found.start())
        said = called(text, start)
        if said is Called.PHONE or (said is not Called.OTHER and not glued(text, start)):
            yield start, found.end()


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Other telephone numbers. One without a code or a joint must be called one: `电话 87654321`."""
    for found in _ABROAD.finditer(text):
        end = _end_abroad(found)
        if end and not _GOES_ON.match(text, end):
            opened = bool(found["closed"]) and text[found.start() - 1 : found.start()] == "("
            yield found.start() - opened, end
    for pattern in (_LANDLINE, _AMERICAN):
        for found in pattern.finditer(text):
            start = _with_prefix(_FROM_AMERICA, text, found.start())
            said = called(text, start)
            plain = said is Called.NOTHING and found["joint"] != "" and not glued(text, start)
            if said is Called.PHONE or plain:
                yield start, found.end()
    for found in _LOCAL.finditer(text):
        if called(text, found.start()) is Called.PHONE:
            yield found.span()


def _with_prefix(prefix: re.Pattern[str], text: str, start: int) -> int:
    """Where a number begins with what may stand before it."""
    if text[start - 1 : start] not in tuple("6)( -."):
        return start
    found = prefix.search(text, max(0, start - _LONGEST_PREFIX), start)
    return found.start() if found else start


def _end_abroad(found: re.Match[str]) -> int:
    """Where a number with a country's code ends, or 0 where none is of a length that is in use.

    What follows may be another number: groups are taken while they may still belong to this one.
    """
    code = found["code"]
    most = _NATIONAL.get(code, _MOST_DIGITS - len(code))
    digits, end = "", 0
    for group in _GROUP.finditer(found["groups"]):
        if len(digits) + len(group[1]) > most + ("(0)" in group[0]):
            break
        digits += "" if "(0)" in group[0] else group[1]
        end = found.start("groups") + group.end()
    fewest = _NATIONAL.get(code, _FEWEST_NATIONAL)
    trunk_zero = digits.startswith("0") and code not in _LEADING_ZERO
    return end if len(digits) >= fewest and not trunk_zero else 0
