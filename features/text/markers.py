"""The lines by which a client introduces another mail: a rule, a header, 'On .. wrote:'.

A form may have a 'From' and a 'To', and a person may write 'on Monday the foreman wrote:'. So a header
counts only with what mails alone have, and an attribution only in the shape clients give it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_LEVELS = 8
"""Levels of '>' that are told apart."""
MOST_HEADERS = 60
"""Lines that a mail's header may have."""
LONGEST_LINE = 1_000

_QUOTED = re.compile(r"(?:> ?){1,50}")
_RULE = r"[-_*=~—–#]{2,80}"
_RULED = re.compile(_RULE)
_SEPARATOR = re.compile(
    rf"{_RULE} ?(?P<said>"
    r"(?:begin |start of )?(?:original|forwarded|fwd)(?: (?:message|mail|e-?mail|appointment|by .{1,80}))?|"
    r"reply message|(?:回复的)?原始?(?:邮件|信息|信件)|回复邮件|"
    r"转发的?(?:邮件|信息|内容|消息)?(?:信息)?"
    rf") ?:? ?{_RULE}|"
    r"(?P<bare>begin forwarded message ?:|(?:以下|下面)?[是为]?被?(?:开始)?转发的?原?邮件(?:信息)? ?:)",
    re.IGNORECASE,
)
_IS_FORWARD = re.compile(r"forward|fwd|转发", re.IGNORECASE)

_HEADER = re.compile(
    r"[|*]{0,2} ?(?P<name>"
    r"from|sent|date|to|cc|bcc|subject|reply-to|importance|priority|sender|message-id|mime-version|"
    r"content-[a-z-]{2,30}|received|return-path|delivered-to|in-reply-to|references|user-agent|"
    r"thread-[a-z]{2,10}|x-[a-z-]{2,40}|[a-z-]{2,30}-signature|authentication-results|"
    r"list-[a-z-]{2,20}|organi[sz]ation|"
    r"发件人|寄件人|发信人|发送时间|发件时间|发送日期|收件人|收信人|抄送人?|密送|"
    r"主 ?题|日 ?期|时 ?间|附件|重要性"
    r") ?[*|]{0,2} ?[:|] ?[*|]{0,2} ?(?P<value>.{0,1000})",
    re.IGNORECASE,
)
_SENDER = {"from", "sender", "发件人", "寄件人", "发信人"}
_SUBJECT = {"subject", "主题"}
_ADDRESSED = {"to", "cc", "bcc", "收件人", "抄送", "抄送人"}
_MAIL_ONLY = {"sent", "发送时间", "发件时间", "发送日期", "主题", "message-id", "mime-version", "return-path"}
_MAILBOX = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_ADDRESS = re.compile(r"[<(\[][^>)\]]{0,100}@[^>)\]]{0,100}[>)\]]?|\S{1,64}@\S{1,64}")
_AUTHORITY = re.compile(
    r"\b(?:court|dept|department|office|ministry|authority|agency|bureau|inspect\w*|regulator\w*|council|"
    r"police|tax|customs|audit\w*|tribunal|commission)\b|"
    r"税务|法院|监管|审计|公安|海关|政府|委员会|仲裁|监督|[^邮]局",
    re.IGNORECASE,
)
"""A sender whose word weighs more than a person's: who passes it on tells by it what is at stake."""

_MAY_ATTRIBUTE = re.compile(r"(?:on|at) .*\d|.{0,80}\d{4}", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"(?:on|at) .{5,250}\bwrote ?:|.{0,250}(?:写道|写到) ?:", re.IGNORECASE)
_BY_CLIENT = re.compile(
    r"(?i:on|at) (?:[A-Z][a-z]{2,8},? )?"
    r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2}\.? [A-Z][a-z]{2,8}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}),? ?"
    r"(?:\d{4})?,? ?(?:at )?(?:\d{1,2}:\d{2}(?::\d{2})?)? ?(?:[AaPp][Mm])?,? ?"
    r"(?:[A-Z][\w.'’-]{0,30} ?){1,4}wrote ?:|"
    r"在 ?\d{4} ?[-年/.] ?\d{1,2} ?[-月/.] ?\d{1,2} ?日?[^。!?;]{0,40}[,\s][^。!?;,]{1,20}(?:写道|写到) ?:"
)
_BY_HAND = re.compile(r"\b(?:your|our|my|his|her|he|she|you)\b|[贵您你我他她]", re.IGNORECASE)


@dataclass(frozen=True)
class Marker:
    """Where a mail below starts: how many lines say so, and what in them is worth reading."""

    length: int
    forwarded: bool = False
    said: tuple[str, ...] = ()


class Markers:
    """Finds the markers in the lines of a mail, asked from top to bottom."""

    def __init__(self, lines: list[str]) -> None:
        self.depths = [depth(line) for line in lines]
        self.bare = [unquote(line, MOST_LEVELS) for line in lines]
        self.form_until = 0

    def at(self, at: int) -> Marker | None:
        """The marker that starts at a line."""
        line = self.bare[at]
        if not line or len(line) > LONGEST_LINE:
            return None
        separator = _SEPARATOR.fullmatch(line)
        if separator:
            length, said = self._headers(at + 1)
            forwarded = _IS_FORWARD.search(separator["said"] or separator["bare"]) is not None
            return Marker(1 + length, forwarded, said)
        if at >= self.form_until and _HEADER.fullmatch(line):
            length, said = self._headers(at)
            if _are_mail(self.bare[at : at + length]):
                return Marker(length, said=said)
            self.form_until = at + length
        length = self._attribution(at)
        return Marker(length) if length else None

    def is_rule(self, at: int) -> bool:
        """Whether a line is but dashes, as clients put above a header."""
        return _RULED.fullmatch(self.bare[at]) is not None

    def _headers(self, at: int) -> tuple[int, tuple[str, ...]]:
        """How many lines from `at` on are a mail's header; its subject, and its sender where that weighs."""
        start, folds = at, False
        said: list[str] = []
        for line in self.bare[at : at + MOST_HEADERS]:
            found = _HEADER.fullmatch(line)
            if found:
                folds = _name(found) in _ADDRESSED
                said.append(_worth_reading(found))
            elif not (folds and _MAILBOX.search(line) and line.endswith((";", ">", ","))):
                break
            at += 1
        return at - start, tuple(each for each in said if each)

    def _attribution(self, at: int) -> int:
        """How many lines from `at` on say who wrote when, as a client does; 0 where none does."""
        if len(self.bare[at]) > 250 or not _MAY_ATTRIBUTE.match(self.bare[at]):
            return 0
        said = ""
        for length, line in enumerate(self.bare[at : at + 3], start=1):
            said = f"{said} {line[:250]}".strip()
            if _ATTRIBUTION.fullmatch(said):
                below = at + length
                quoted = below < len(self.depths) and self.depths[below] > self.depths[at]
                by_client = quoted or "@" in said or _BY_CLIENT.fullmatch(said) is not None
                return length if by_client and not _BY_HAND.search(said) else 0
            if said.endswith((".", "。", "!", "?")):
                return 0
        return 0


def depth(line: str) -> int:
    """How many '>' a line starts with."""
    found = _QUOTED.match(line)
    return min(found[0].count(">"), MOST_LEVELS) if found else 0


def unquote(line: str, levels: int) -> str:
    """A line without its first '>' signs; without all of them where `levels` is the most there are."""
    found = _QUOTED.match(line)
    if not found or not levels:
        return line
    left = 0 if levels >= MOST_LEVELS else max(0, found[0].count(">") - levels)
    return ">" * left + " " * bool(left) + line[found.end() :]


def _name(header: re.Match[str]) -> str:
    return header["name"].lower().replace(" ", "")


def _worth_reading(header: re.Match[str]) -> str:
    value = header["value"].strip(" ;|*")
    if _name(header) in _SUBJECT:
        return value
    sender = _ADDRESS.sub("", value).strip(" \"'")
    return sender if _name(header) in _SENDER and _AUTHORITY.search(sender) else ""


def _are_mail(headers: list[str]) -> bool:
    """Whether these lines are a mail's header and not the fields of a form: a freight has both ends too."""
    names = {_name(found) for found in map(_HEADER.fullmatch, headers) if found}
    if len(names) < 2 or not names & (_SENDER | {"return-path", "message-id"}):
        return False
    said = "\n".join(headers)
    timed = bool(names & _SUBJECT) and _TIME.search(said) is not None
    return timed or bool(names & _MAIL_ONLY) or _MAILBOX.search(said) is not None
