"""Short texts out of long ones, so that a model of long mails knows that a request may be one clause too."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

MOST = 300
"""More of them teach no more, and make whole requests count less."""
LONG = 60
"""Characters from which on a text has clauses worth taking out."""
_ENDS = re.compile(r"[\n.!?;,。！？；，]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CHINESE, _OTHER = (5, 25), (12, 60)


def fragments(texts: Sequence[str], *, seed: int) -> list[tuple[int, str]]:
    """At most MOST pairs of a text's position and one clause of it, by chance, in the order of texts."""
    chance = np.random.default_rng(seed)
    long = [i for i, words in enumerate(texts) if len(words) > LONG]
    drawn = sorted(chance.permutation(long)[:MOST].tolist())
    found = []
    for i in drawn:
        parts = _clauses(texts[i])
        if parts:
            found.append((i, parts[int(chance.integers(len(parts)))]))
    return found


def _clauses(words: str) -> list[str]:
    """The clauses that are neither too short nor too long to be a request by themselves."""
    fewest, most = _CHINESE if 2 * len(_HAN.findall(words)) > len(words) / 3 else _OTHER
    parts = (part.strip() for part in _ENDS.split(words))
    return [part for part in parts if fewest <= len(part) <= most]
