"""Closings and signatures: who writes, which says nothing of what is asked.

Only what is surely one goes: whole lines, at the end, in the words of their kind. The number of a contract
or a machine, a postscript and whatever reads like a sentence stay.
"""

from __future__ import annotations

import re

from features.text.names import is_latin_name, is_name, is_signed_name

MOST_SIGNED = 8
"""Lines that a signature may have."""
LONGEST_SIGNED = 80

_CLOSING = re.compile(
    r"(?:with )?(?:my |our )?(?:very )?(?:best|kind|kindest|warm|warmest|many|respectful|friendly) "
    r"(?:and \w{1,12} )?(?:regards|wishes|thanks) ?[,.!]?|"
    r"(?:regards|cordially|respectfully|yours|best|thanks and regards|cheers|br|rgds|"
    r"(?:yours )?(?:very )?(?:sincerely|faithfully|truly)(?: yours)?|"
    r"(?:thanks|thank you)(?: very much| so much| in advance)?(?: and (?:best |kind )?regards)?) ?[,.!]?|"
    r"(?:此致|敬礼|致礼|此致 ?敬礼|专此|特此|"
    r"(?:顺颂|顺祝|敬祝|敬颂|即颂|谨祝|并颂|顺致|谨颂|颂|祝)[^。?,;:\d]{0,8}"
    r"(?:[好安祺礼绥福胜丰]|顺利|兴隆|愉快|如意|健康|安康|快乐|进步|发达|昌盛|敬意)|顺颂|顺祝|敬祝|"
    r"[商时春夏秋冬]祺|时绥|台安|近安|大安|敬上|谨上|谨启|敬启|谢谢(?:您|大家)?|多谢|感谢)[!。,~]*",
    re.IGNORECASE,
)
_CLOSES_WITH_NAME = re.compile(
    r"(?:(?:with )?(?:best|kind|kindest|warm|warmest|many|respectful) )?regards,? (?P<name>.{2,60})",
    re.IGNORECASE,
)
_WEAK = re.compile(r"谢谢|多谢|感谢|特此|专此|thank|cheers|best ?[,.!]?$|yours ?[,.!]?$|[–—]", re.IGNORECASE)
"""What closes a chat line too: below it only a bare name is taken for a signature."""
_DASHES = re.compile(r"--|—|––|——")
_POSTSCRIPT = re.compile(
    r"p\.? ?p?\.?s\b|ps ?:|nb\b|note|attach|encl|附|另|又及|注|备注|补充",
    re.IGNORECASE,
)

_NUMBER = r"\+?[\d()][\d ()./+-]{4,30}(?: ?(?:ext|x|转)\.? ?\d{1,5})?"
_CONTACT = re.compile(
    r"[|*•·]{0,2} ?(?:"
    r"(?:t(?:el)?|m(?:ob)?|f(?:ax)?|p|phone|telephone|mobile|cell|office|direct|"
    r"电 ?话|手 ?机|座机|传 ?真)\.? ?:? ?"
    rf"{_NUMBER}|(?:e|e-?mail|邮 ?箱|电子邮[件箱])\.? ?: ?\S{{1,64}}@\S{{1,64}}|"
    r"(?:w|web(?:site)?|网 ?[址站])\.? ?: ?\S{1,80}\.\S{1,80}|(?:微信号?|q ?q|wechat|邮 ?编) ?: ?[\w-]{4,30}|"
    rf"{_NUMBER}|(?:https?://|www\.)\S{{1,80}}|\S{{1,64}}@\S{{1,64}}"
    r")",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:address|地 ?址)\.? ?: ?.{1,70}", re.IGNORECASE)
_ELECTRONIC = re.compile(r"@|www\.|https?://|\bf(?:ax)?\b|传 ?真", re.IGNORECASE)
_FACT = re.compile(
    r"(?:customer|client|account|contract|order|invoice|ticket|case|serial|ref(?:erence)?|policy|member|"
    r"s/?n|model|po)\b|"
    r"户号|客户号|设备|型号|机号|个人|客户编号|合同|订单|单号|工单|编号|账号|会员|序列号|项目号",
    re.IGNORECASE,
)


def without_signature(lines: list[str]) -> list[str]:
    """The lines without a closing and what is signed under it; without a block of contacts at the end.

    Where something is said below the closing, a postscript say, that stays. The first line is no closing.
    """
    start = _start_of_signature(lines)
    left = lines[:start] if start < len(lines) else _without_inner_signature(lines)
    return _without_contacts(left)


def _start_of_signature(lines: list[str]) -> int:
    """Where a closing stands with nothing below it but what is signed; the number of lines if nowhere."""
    start, below = len(lines), 0
    for i in range(len(lines) - 1, 0, -1):
        if _closes(lines[i]):
            if _WEAK.match(lines[i]) and not all(map(_is_bare, lines[i + 1 : i + 1 + below])):
                break
            start, below = i, 0
        elif below < MOST_SIGNED and _is_signed(lines[i]):
            below += 1
        else:
            break
    return start


def _without_inner_signature(lines: list[str]) -> list[str]:
    """Without a signature that has something below it: where it is a sure one, or that is a postscript."""
    for start in range(max(1, len(lines) - MOST_SIGNED - 4), len(lines)):
        if not _closes(lines[start]):
            continue
        weak = _WEAK.match(lines[start]) is not None or _DASHES.fullmatch(lines[start]) is not None
        end = start + 1
        while end < len(lines) and end - start <= MOST_SIGNED and _is_under(lines[end], weak=weak):
            end += 1
        if end < len(lines) and (_POSTSCRIPT.match(lines[end]) or not weak):
            return lines[:start] + lines[end:]
    return lines


def _without_contacts(lines: list[str]) -> list[str]:
    """Without two lines or more at the end that are telephones, mail addresses or sites."""
    start = len(lines)
    while start > 1 and len(lines) - start < MOST_SIGNED and _is(_CONTACT, lines[start - 1]):
        start -= 1
    named = " ".join(lines[start:])
    return lines[:start] if len(lines) - start >= 2 and _ELECTRONIC.search(named) else lines


def _closes(line: str) -> bool:
    if len(line) > LONGEST_SIGNED:
        return False
    if _CLOSING.fullmatch(line) or _DASHES.fullmatch(line):
        return True
    named = _CLOSES_WITH_NAME.fullmatch(line)
    return named is not None and is_latin_name(named["name"])


def _is_under(line: str, *, weak: bool) -> bool:
    return _is_bare(line) if weak else _is_signed(line)


def _is_signed(line: str) -> bool:
    """Whether a line under a closing is a name, a title, a house, or a way to reach someone."""
    if len(line) > LONGEST_SIGNED or _POSTSCRIPT.match(line) or _FACT.search(line):
        return False
    return _is(_CONTACT, line) or _is(_PLACE, line) or _closes(line) or is_signed_name(line)


def _is_bare(line: str) -> bool:
    """Whether a line is a person's name, or a way to reach them, and nothing besides."""
    return not _POSTSCRIPT.match(line) and (_is(_CONTACT, line) or _closes(line) or is_name(line))


def _is(pattern: re.Pattern[str], line: str) -> bool:
    return len(line) <= LONGEST_SIGNED and pattern.fullmatch(line) is not None
