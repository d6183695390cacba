"""What each character of a text adds to a linear score, by the n-grams that it is part of.

A TF-IDF column adds its value times its coefficient, exactly. That is divided evenly among the places where
the n-gram stands in the text, and at each place among its characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_RUN = re.compile(r"\S+")
Place = tuple[int, ...]
"""The characters that an occurrence covers."""


def divided(text: str, vectorizers: Mapping[str, Any], row: Any) -> Any:
    """(characters, columns), sparse: the value of each column, divided among the characters it stands at.

    row: (1, columns), the text's TF-IDF, one block after the other. A column of the result sums to its value,
    but for n-grams that the places below do not find: none, unless lower case changes the length of the
    text. Times the coefficients of a score it is what each character adds to that.
    """
    from scipy import sparse

    values = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
    lowered = "".join(_lower(character) for character in text)
    parts: list[float] = []
    characters: list[int] = []
    columns: list[int] = []
    start = 0
    for vectorizer in vectorizers.values():
        for column, found in _places(vectorizer, lowered, values, start=start).items():
            for place in found:
                parts += [values[column] / (len(found) * len(place))] * len(place)
                characters += place
                columns += [column] * len(place)
        start += len(vectorizer.vocabulary_)
    return sparse.csr_matrix((parts, (characters, columns)), shape=(len(text), start), dtype=np.float64)


def _lower(character: str) -> str:
    """Lower case of one character; itself where that would be longer."""
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def _places(
    vectorizer: Any, lowered: str, values: Mapping[int, float], *, start: int
) -> dict[int, list[Place]]:
    """Column, counted from the first block's first -> where its n-gram stands."""
    if vectorizer.analyzer == "char_wb":
        grams = _character_grams(lowered, *vectorizer.ngram_range)
    else:
        grams = _word_grams(lowered, *vectorizer.ngram_range, pattern=vectorizer.token_pattern)
    found: dict[int, list[Place]] = {}
    known = vectorizer.vocabulary_
    for gram, place in grams:
        column = known.get(gram)
        if column is not None and start + column in values:
            found.setdefault(start + column, []).append(place)
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
