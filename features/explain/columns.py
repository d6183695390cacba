"""What each character of a text adds to a linear score, by the n-grams that it is part of.

A TF-IDF column adds its value times its coefficient, exactly. That is divided evenly among the places where
the n-gram stands in the text, and at each place among its characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_RUN = re.compile(r"\S+")
Place = tuple[int, ...]
"""The characters that an occurrence covers."""


def by_character(
    text: str, vectorizers: Mapping[str, Any], coefficients: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(characters,): what each adds. coefficients: of the vectorizers' columns, one block after the other.

    Its sum is the blocks' part of the score, but for n-grams that the places below do not find: none, unless
    lower case changes the length of the text.
    """
    added = np.zeros(len(text))
    start = 0
    lowered = "".join(_lower(character) for character in text)
    for vectorizer in vectorizers.values():
        width = len(vectorizer.vocabulary_)
        row = vectorizer.transform([text])
        values = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
        block = coefficients[start : start + width]
        places = _places(vectorizer, lowered, values)
        for column, found in places.items():
            each = values[column] * block[column] / len(found)
            for place in found:
                added[list(place)] += each / len(place)
        start += width
    return added


def _lower(character: str) -> str:
    """Lower case of one character; itself where that would be longer."""
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def _places(vectorizer: Any, lowered: str, values: Mapping[int, float]) -> dict[int, list[Place]]:
    if vectorizer.analyzer == "char_wb":
        grams = _character_grams(lowered, *vectorizer.ngram_range)
    else:
        grams = _word_grams(lowered, *vectorizer.ngram_range, pattern=vectorizer.token_pattern)
    found: dict[int, list[Place]] = {}
    for gram, place in grams:
        column = vectorizer.vocabulary_.get(gram)
        if column in values:
            found.setdefault(column, []).append(place)
    return found


def _character_grams(lowered: str, least: int, most: int) -> Iterator[tuple[str, Place]]:
    """N-grams of characters inside blanks-parted runs, padded by a blank: scikit-learn's `char_wb`."""
    for run in _RUN.finditer(lowered):
        padded, start = f" {run[0]} ", run.start() - 1
        for size in range(least, most + 1):
            whole = len(padded) <= size
            for offset in range(1 if whole else len(padded) - size + 1):
                gram = padded[offset : offset + size]
                inside = range(max(offset, 1), min(offset + size, len(padded) - 1))
                yield gram, tuple(start + i for i in inside) or (run.start(),)
            if whole:
                break


def _word_grams(lowered: str, least: int, most: int, *, pattern: str) -> Iterator[tuple[str, Place]]:
    """N-grams of words, which are what the pattern finds: scikit-learn's `word`."""
    words = list(re.finditer(pattern, lowered))
    for size in range(least, most + 1):
        for i in range(len(words) - size + 1):
            run = words[i : i + size]
            gram = " ".join(word[0] for word in run)
            yield gram, tuple(place for word in run for place in range(word.start(), word.end()))
