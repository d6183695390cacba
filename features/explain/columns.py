"""What each character of a text adds to a linear score, by the n-grams that it is part of.

A TF-IDF column adds its value times its coefficient, exactly. That is divided evenly among the places where
the n-gram stands in the text, and at each place among its characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_RUN = re.compile(r"\S+")
Place = tuple[tuple[int, int], ...]
"""The stretches of characters, (start, end), that an occurrence covers."""


@dataclass(frozen=True, kw_only=True)
class Divided:
    """The values of columns, divided among the characters of a text of this length.

    columns, starts, ends, parts: (stretches,); each character of a stretch has that part of the value.
    """

    length: int
    columns: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    parts: NDArray[np.float64]

    def added(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        """(length,): what each character adds to a score with these coefficients of the columns."""
        each = self.parts * coefficients[self.columns]
        begun, ended = (np.bincount(at, each, self.length + 1) for at in (self.starts, self.ends))
        return np.asarray(np.cumsum(begun - ended)[: self.length], dtype=np.float64)


def divided(text: str, vectorizers: Mapping[str, Any], row: Any) -> Divided:
    """The value of each column, divided among the characters it stands at.

    row: (1, columns), the text's TF-IDF, one block after the other. What a column's characters have adds up
    to its value, but for n-grams that the places below do not find: none, unless lower case changes how long
    the text is.
    """
    values = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
    lowered = "".join(_lower(character) for character in text)
    found: list[tuple[int, Place]] = []
    start = 0
    for vectorizer in vectorizers.values():
        found += _places(vectorizer, lowered, values, start=start)
        start += len(vectorizer.vocabulary_)
    return _side_by_side(len(text), found, values)


def _side_by_side(length: int, found: list[tuple[int, Place]], values: Mapping[int, float]) -> Divided:
    times = Counter(column for column, _ in found)
    stretches = [
        (column, start, end, values[column] / (times[column] * sum(b - a for a, b in place)))
        for column, place in found
        for start, end in place
    ]
    columns, starts, ends, parts = zip(*stretches, strict=True) if stretches else ((), (), (), ())
    return Divided(
        length=length,
        columns=np.array(columns, dtype=np.int64),
        starts=np.array(starts, dtype=np.int64),
        ends=np.array(ends, dtype=np.int64),
        parts=np.array(parts, dtype=np.float64),
    )


def _lower(character: str) -> str:
    """Lower case of one character; itself where that would be longer."""
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def _places(
    vectorizer: Any, lowered: str, values: Mapping[int, float], *, start: int
) -> Iterator[tuple[int, Place]]:
    """Column, counted from the first block's first, and a place where its n-gram stands."""
    if vectorizer.analyzer == "char_wb":
        grams = _character_grams(lowered, *vectorizer.ngram_range)
    else:
        grams = _word_grams(lowered, *vectorizer.ngram_range, pattern=vectorizer.token_pattern)
    known = vectorizer.vocabulary_
    for gram, place in grams:
        column = known.get(gram)
        if column is not None and start + column in values:
            yield start + column, place


def _character_grams(lowered: str, least: int, most: int) -> Iterator[tuple[str, Place]]:
    """N-grams of characters inside blanks-parted runs, padded by a blank: scikit-learn's `char_wb`."""
    for run in _RUN.finditer(lowered):
        padded, start = f" {run[0]} ", run.start() - 1
        for size in range(least, most + 1):
            whole = len(padded) <= size
            for offset in range(1 if whole else len(padded) - size + 1):
                first, last = max(offset, 1), min(offset + size, len(padded) - 1)
                if first >= last:  # a blank alone counts for the first character
                    first, last = 1, 2
                yield padded[offset : offset + size], ((start + first, start + last),)
            if whole:
                break


def _word_grams(lowered: str, least: int, most: int, *, pattern: str) -> Iterator[tuple[str, Place]]:
    """N-grams of words, which are what the pattern finds: scikit-learn's `word`."""
    words = [(word[0], word.span()) for word in re.finditer(pattern, lowered)]
    for size in range(least, most + 1):
        for i in range(len(words) - size + 1):
            run = words[i : i + size]
            yield " ".join(word for word, _ in run), tuple(span for _, span in run)
