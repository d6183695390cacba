"""Encodings gone wrong: texts once read as what they were not, and then saved so.

Each wrong turn leaves its own signs; a sign is believed only where turning back gives readable text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from training.hygiene.findings import Checked, Doubt, Finding, Severity
from training.hygiene.labels import named
from training.hygiene.sheet import READ_CHARACTERS, Sheet

MANY = 0.01
"""From this share of rows on the export should be made again."""
MOSTLY = 0.8
FEWEST_QUESTIONS = 8
_LOST = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯")
_LATIN = re.compile("[\u0080-\u00ffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{2,}")
_WIDE = re.compile("[^\\x00-\\x7f]{3,}")
_READABLE_HAN = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")


def check_encodings(sheet: Sheet) -> Checked:
    """Rows, labels and column names whose characters were lost or are another encoding's."""
    rows = [i for i in range(len(sheet)) if is_broken(sheet.raw[i][:READ_CHARACTERS])]
    findings = []
    if rows:
        severity = Severity.MEND if len(rows) >= MANY * len(sheet) else Severity.LOOK
        numbers = {"rows": len(rows), "all": len(sheet), "first": rows[0] + 1}
        findings.append(Finding(code="mojibake", severity=severity, numbers=numbers, rows=tuple(rows)))
    findings += _broken_names(sheet)
    return Checked(
        findings=tuple(findings), doubts=tuple(Doubt(row=i, reason="mojibake", trust=0.0) for i in rows)
    )


def is_broken(words: str) -> bool:
    """Whether characters were lost (U+FFFD, 锟斤拷, all question marks) or read in a wrong encoding."""
    if words.count("?") >= max(FEWEST_QUESTIONS, len("".join(words.split())) / 3):
        return True
    if words.isascii():
        return False
    return (
        _LOST.search(words) is not None
        or any(_is_utf8_in_latin(run) or _is_chinese_in_latin(run) for run in _LATIN.findall(words))
        or any(_is_utf8_in_chinese(run) for run in _WIDE.findall(words))
    )


def _is_utf8_in_latin(run: str) -> bool:
    """UTF-8 read as Windows-1252 or Latin-1: Ã© for é, ä½ å¥½ for 你好."""
    try:
        written = b"".join(_byte(character) for character in run)
        return len(written.decode("utf-8")) < len(run)
    except UnicodeError:
        return False


def _byte(character: str) -> bytes:
    """One character as Windows-1252 has it, which leaves five bytes to Latin-1."""
    return bytes((ord(character),)) if "\x80" <= character <= "\x9f" else character.encode("cp1252")


def _is_chinese_in_latin(run: str) -> bool:
    """GB2312 read as Latin-1 is pairs of accented letters and signs: ÄãºÃ."""
    try:
        turned = run.encode("latin-1").decode("gb2312")
    except UnicodeError:
        return False
    return len(turned) > 1 and len(_READABLE_HAN.findall(turned)) == len(turned)


def _is_utf8_in_chinese(run: str) -> bool:
    """UTF-8 read as GB18030: 浣犲ソ for 你好. The first and last character may be torn."""
    try:
        written = run.encode("gb18030")
    except UnicodeError:
        return False
    turned = written.decode("utf-8", errors="ignore")
    return len(turned) > 1 and 3 * len(_READABLE_HAN.findall(turned)) >= MOSTLY * len(written)


def _broken_names(sheet: Sheet) -> Iterable[Finding]:
    cells: Mapping[str, Iterable[str]] = {code: sheet.counts(code) for code in sheet.labels}
    for code, labels in cells.items():
        broken = [label for label in labels if is_broken(label)]
        if broken:
            yield Finding(
                code="broken_labels", severity=Severity.MEND, field=code,
                numbers={"count": len(broken), "labels": named(broken)},
            )  # fmt: skip
    columns = [name for name in sheet.columns if is_broken(name)]
    if columns:
        yield Finding(code="broken_columns", severity=Severity.MEND, numbers={"columns": named(columns)})
