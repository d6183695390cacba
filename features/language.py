"""The language of a request: `zh`, `en`, or `other`; and the chance of each of a hundred languages.

`detect` goes by script, since only Chinese and English are read: in mixed text one Han character counts as
much as three Latin letters, about what a Chinese word and an English word take. Japanese and Korean
are known by their own letters; Latin text with more than one accented letter in a dozen is not English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]")
_LATIN = re.compile(r"[A-Za-z]")
_ACCENTED = re.compile(r"[\u00c0-\u024f]")
_FOREIGN = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_HAN_WEIGHT = 3
_ENOUGH = 500
_FORMS = {"yue": "zh", "wuu": "zh", "gan": "zh", "hak": "zh", "nan": "zh", "lzh": "zh", "sco": "en"}
NO_LANGUAGE = "zxx"
"""ISO 639-2's code for what is in no language."""


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


def shares(words: str) -> Mapping[str, float]:
    """The probability of each language by its code of ISO 639, from the first 500 characters; sums to 1.

    By py3langid, a naive Bayes model of byte sequences (Lui and Baldwin 2012, langid.py), 0.3 ms a text.
    Other forms of Chinese and English count as these. NO_LANGUAGE is what keys hit at random are in.
    """
    found: dict[str, float] = {}
    for code, share in _identifier().rank(words[:_ENOUGH]):
        plain = _FORMS.get(code, code)
        found[plain] = found.get(plain, 0.0) + share
    return found


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
