"""From what characters and tokens add to what words add."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f"
_UNIT = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:['’\-.][^\W_{_HAN}]+)*")
_IS_HAN = re.compile(rf"[{_HAN}]")
_PAIR = 2
Span = tuple[int, int]


@dataclass(frozen=True)
class Word:
    """A word of what was read, where it stands there, and what it adds.

    weight: in the units of the score between the label and its runner-up; above 0 speaks for the label.
    share: its part of all that moved, 0..1.
    """

    text: str
    start: int
    end: int
    weight: float
    share: float


def units(text: str, tokens: Sequence[Span]) -> list[Span]:
    """The words of a text: whole ones where blanks part them, else the encoder's tokens, or pairs."""
    found: list[Span] = []
    for run in _UNIT.finditer(text):
        if not _IS_HAN.match(run[0]):
            found.append(run.span())
            continue
        cuts = {start for start, end in tokens if run.start() < start < run.end() and end > start}
        if not cuts:
            cuts = set(range(run.start() + _PAIR, run.end(), _PAIR))
        edges = sorted({run.start(), run.end(), *cuts})
        found.extend(pairwise(edges))
    return found


def gather(text: str, spans: Sequence[Span], by_character: NDArray[np.float64]) -> tuple[Word, ...]:
    """The words with what their characters add, the one that moved most first."""
    weights = [float(by_character[start:end].sum()) for start, end in spans]
    words = shared(text, spans, weights)
    return tuple(sorted(words, key=lambda word: (-abs(word.weight), word.start)))


def shared(text: str, spans: Sequence[Span], weights: Sequence[float]) -> list[Word]:
    """The words at these places, each with its share of all that moved."""
    moved = sum(abs(weight) for weight in weights) or 1.0
    return [
        Word(text[start:end], start, end, weight, abs(weight) / moved)
        for (start, end), weight in zip(spans, weights, strict=True)
    ]


def spread(length: int, spans: Sequence[Span], added: NDArray[np.float64]) -> NDArray[np.float64]:
    """(length,): what each token adds, divided evenly among its characters."""
    found = np.zeros(length)
    for (start, end), each in zip(spans, added.tolist(), strict=True):
        if end > start:
            found[start:end] += each / (end - start)
    return found
