"""Character sequences of many texts as a sparse matrix, hashed in numpy: a second for 40,000 texts.

Hashed and not counted by name, since nothing here has to say which sequence it was. Chinese needs no
segmenter that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK = 1_000_000
"""Characters hashed at once, which bounds the memory."""
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
"""Multipliers of splitmix64 (Steele et al. 2014)."""


def count(texts: Sequence[str], *, sizes: Sequence[int], bits: int) -> Any:
    """(texts, 2**bits) how often each sequence of `sizes` characters stands in a text, as CSR float32.

    Start and end of a text count as a character each. Two sequences may share a column.
    """
    from scipy import sparse

    parts = [_chunk(chunk, tuple(sizes), bits) for chunk in _chunks(texts)]
    return (
        sparse.vstack(parts, format="csr") if parts else sparse.csr_matrix((0, 1 << bits), dtype=np.float32)
    )


def weigh(counts: Any, *, fewest: int = 2) -> Any:
    """TF-IDF of counts, rows of length 1; columns of fewer than `fewest` texts are left out."""
    texts_with = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = np.flatnonzero(texts_with >= fewest)
    weighted = counts[:, kept].astype(np.float32)
    rarity = (np.log((1 + counts.shape[0]) / (1 + texts_with[kept])) + 1).astype(np.float32)
    weighted.data = (1 + np.log(weighted.data)) * rarity[weighted.indices]
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(weighted.indptr)).astype(np.float32)
    return weighted


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    characters = 0
    for words in texts:
        chunk.append(words)
        characters += len(words)
        if characters >= CHUNK:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _chunk(texts: Sequence[str], sizes: tuple[int, ...], bits: int) -> Any:
    from scipy import sparse

    joined = "".join(f"\x02{words}\x03" for words in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    row_of = np.repeat(np.arange(len(texts), dtype=np.int32), [len(words) + 2 for words in texts])
    rows, columns = [], []
    rolled = codes
    for size in range(1, max(sizes) + 1):
        if size > 1:
            rolled = rolled[: len(codes) - size + 1] * _STEP + codes[size - 1 :]
        if size in sizes:
            inside = row_of[: len(rolled)] == row_of[size - 1 :]
            rows.append(row_of[: len(rolled)][inside])
            columns.append(_mixed(rolled[inside], size, bits))
    row, column = np.concatenate(rows), np.concatenate(columns)
    ones = np.ones(len(row), dtype=np.float32)
    counted = sparse.csr_matrix((ones, (row, column)), shape=(len(texts), 1 << bits))
    counted.sum_duplicates()
    return counted


def _mixed(hashes: NDArray[np.uint64], size: int, bits: int) -> NDArray[np.int32]:
    mixed = (hashes + np.uint64(size)) * _MIX[0]
    mixed ^= mixed >> np.uint64(31)
    mixed *= _MIX[1]
    return (mixed >> np.uint64(64 - bits)).astype(np.int32)
