"""How much is said in some lines, in Latin letters; a Han character counts as three, like in `language`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

FEWEST = 4
"""With fewer letters than this nothing is said: what would leave so few is not left out."""

_LETTER = re.compile(r"[^\W\d_]")
_HAN_WEIGHT = 3

Lines = Sequence[str]


def weight(lines: Iterable[str], *, enough: int) -> int:
    """The letters of some lines; counting stops at `enough`."""
    total = 0
    for line in lines:
        for letter in _LETTER.finditer(line):
            total += _HAN_WEIGHT if "\u3400" <= letter[0] <= "\u9fff" else 1
            if total >= enough:
                return total
    return total


def unless_emptied(step: Callable[[list[str]], list[str]], lines: list[str]) -> list[str]:
    """The lines after a step, or as they were where the step leaves nothing that is said."""
    left = step(lines)
    return left if left == lines or weight(left, enough=FEWEST) >= FEWEST else lines
