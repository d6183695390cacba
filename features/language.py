"""The language of a request: `zh`, `en`, or `other`.

By script, since only Chinese and English are read: in mixed text one Han character counts as much as
three Latin letters, about what a Chinese word and an English word take. Japanese and Korean
are known by their own letters; Latin text with more than one accented letter in a dozen is not English.
"""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]")
_LATIN = re.compile(r"[A-Za-z]")
_ACCENTED = re.compile(r"[\u00c0-\u024f]")
_FOREIGN = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_HAN_WEIGHT = 3


def detect(words: str) -> str:
    """The language of a text; `other` where it is neither, or holds no letter."""
    han = _HAN_WEIGHT * len(_HAN.findall(words))
    latin = len(_LATIN.findall(words))
    accented = len(_ACCENTED.findall(words))
    foreign = _HAN_WEIGHT * len(_FOREIGN.findall(words))
    if foreign > max(han, latin) * 0.5 or han + latin == 0:
        return "other"
    if han >= latin:
        return "zh"
    return "other" if accented > max(1, 0.08 * latin) else "en"
