"""Greetings: to whom is written, which says nothing of what is asked.

One that names a department stays, since the department tells of what kind the request may be.
"""

from __future__ import annotations

import re

MOST_GREETINGS = 2
"""'Dear all' and '您好' under it."""
LONGEST_GREETING = 80

_NAME = r"[^\W\d_a-z][\w'’-]{0,30}"
_TITLE = "先生|女士|小姐|老师|经理|主管|主任|总|老板|领导|客服|同事|工程师|顾问|会计|朋友|伙伴"
_GREETING = re.compile(
    r"(?i:dear|hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings) ?"
    r"(?:(?i:sirs?|madam|sir or madam|sir/madam|all|teams?|there|every(?:one|body)|folks|both|colleagues?|"
    r"customer (?:service|support|care)|support|support team|help ?desk|ladies and gentlemen)? ?[,:!.]?|"
    rf"(?:(?i:mr|mrs|ms|miss|dr|prof)\.? )?{_NAME}(?: {_NAME}){{0,2}} ?[,:])|"
    r"(?i:to whom it may concern) ?[,:.]?|"
    rf"尊敬的[^。?!;]{{0,14}}(?:{_TITLE}|您|你们?)"
    r" ?[:,!。]?(?: ?(?:您|你们?|大家|上午|下午|早上|晚上)好)?[!,。:~]*|"
    r"(?:各位(?:领导|老师|同事)?|大家|您|你们?|上午|下午|早上|晚上)好[!,。:~]*"
)
_GREETS_FIRST = re.compile(
    rf"(?:尊敬的[^。?!;]{{0,14}}(?:{_TITLE}) ?[:,!]? ?)?"
    r"(?:您好|你好|你们好|大家好|各位好)[!,。:~]{1,9} ?(?=[^\s!,。:~])"
)
_DEPARTMENT = re.compile(
    r"\b(?:desk|dep(?:artmen)?t|office|care|sales|accounts?|billing|finance|products?|security|ops|"
    r"operations|service|director|division|legal|purchasing|procurement|logistics|engineering|it|hr|people)\b|"
    r"[组部处科室岗队]|服务|支持|产品|财务|安全|运维|技术|中心",
    re.IGNORECASE,
)
_GENERAL = re.compile(r"customer (?:service|support|care)|help ?desk", re.IGNORECASE)


def without_greeting(lines: list[str]) -> list[str]:
    """The lines without a greeting in the first two: the very first may be the subject."""
    left = list(lines)
    for _ in range(MOST_GREETINGS):
        found = next((i for i, line in enumerate(left[:2]) if _greets(line)), None)
        if found is not None:
            del left[found]
    return [_without_first_words(line) for line in left[:2]] + left[2:]


def _greets(line: str) -> bool:
    if len(line) > LONGEST_GREETING or not _GREETING.fullmatch(line):
        return False
    return not _DEPARTMENT.search(_GENERAL.sub("", line))


def _without_first_words(line: str) -> str:
    found = _GREETS_FIRST.match(line)
    return line[found.end() :] if found and not _DEPARTMENT.search(found[0]) else line
