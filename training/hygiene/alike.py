"""Texts that share most of their characters, found without comparing each with each.

MinHash signatures cut into bands (Broder 1997; Leskovec, Rajaraman & Ullman, Mining of Massive Datasets,
chapter 3): texts that agree in a band are compared exactly, each with the band's first and with its
neighbour, so the work grows with the rows even where thousands are alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.hygiene import ngrams

SEQUENCE = 4
BITS = 30
BANDS = 16
ROWS_OF_A_BAND = 4
"""A pair that shares 0.6 of its sequences is met with chance 0.89, one that shares 0.8 with 0.9998."""
FEWEST_SEQUENCES = 6
"""Shorter texts are alike or not by a single word; only whole duplicates are told of them."""
COMPARED_AT_ONCE = 20_000
_DIGITS = re.compile(r"[0-9]")


@dataclass(frozen=True)
class Pairs:
    """Pairs of texts by position, and the share (Jaccard) of their sequences that both have."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    shared: NDArray[np.float64]

    def over(self, least: float) -> Pairs:
        """The pairs that share at least so much."""
        kept = self.shared >= least
        return Pairs(self.first[kept], self.second[kept], self.shared[kept])

    def clusters(self, texts: int) -> NDArray[np.int64]:
        """(texts,) the number of each text's cluster: those joined by pairs have one number."""
        from scipy import sparse
        from scipy.sparse.csgraph import connected_components

        links = sparse.coo_matrix((np.ones(len(self.first)), (self.first, self.second)), shape=(texts, texts))
        return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def alike(texts: Sequence[str], *, least: float, seed: int) -> Pairs:
    """Pairs of texts that share at least `least` of their sequences of four characters.

    Digits count as one character, so that an order's number tells no two mails apart.
    """
    masked = [_DIGITS.sub("0", words.casefold()) for words in texts]
    sequences = ngrams.count(masked, sizes=(SEQUENCE,), bits=BITS)
    sequences.data[:] = 1
    enough = np.flatnonzero(np.diff(sequences.indptr) >= FEWEST_SEQUENCES)
    if len(enough) < 2:
        nothing = np.empty(0, dtype=np.int64)
        return Pairs(nothing, nothing, np.empty(0))
    chosen = sequences[enough]
    first, second = _candidates(_signatures(chosen, seed=seed))
    found = Pairs(first, second, _shared(chosen, first, second)).over(least)
    return Pairs(enough[found.first], enough[found.second], found.shared)


def _signatures(sequences: Any, *, seed: int) -> NDArray[np.uint32]:
    """(texts, bands * rows) the least of each random hash over a text's sequences."""
    draw = np.random.default_rng(seed)
    keys = sequences.indices.astype(np.uint64)
    starts = sequences.indptr[:-1]
    found = np.empty((len(starts), BANDS * ROWS_OF_A_BAND), dtype=np.uint32)
    for i in range(found.shape[1]):
        factor, offset = (np.uint64(each) for each in draw.integers(1, 2**62, size=2))
        hashed = ((keys * (factor | np.uint64(1)) + offset) >> np.uint64(32)).astype(np.uint32)
        found[:, i] = np.minimum.reduceat(hashed, starts)
    return found


def _candidates(signatures: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs that agree in a band: each text with the band's first, and with the one before it."""
    texts = np.int64(len(signatures))
    keys = []
    for band in range(BANDS):
        columns = signatures[:, band * ROWS_OF_A_BAND : (band + 1) * ROWS_OF_A_BAND]
        group = np.unique(columns, axis=0, return_inverse=True)[1].ravel()
        order = np.argsort(group, kind="stable")
        sorted_group = group[order]
        starts = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]])
        heads = order[np.repeat(starts, np.diff(np.r_[starts, len(order)]))]
        same = np.flatnonzero(sorted_group[1:] == sorted_group[:-1]) + 1
        keys += [heads[same] * texts + order[same], order[same - 1] * texts + order[same]]
    pairs = np.unique(np.concatenate(keys))
    pairs = pairs[pairs // texts != pairs % texts]
    return pairs // texts, pairs % texts


def _shared(sequences: Any, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
    """The exact Jaccard index of each pair."""
    sizes = np.diff(sequences.indptr)
    both = np.empty(len(first))
    for at in range(0, len(first), COMPARED_AT_ONCE):
        part = slice(at, at + COMPARED_AT_ONCE)
        met = sequences[first[part]].multiply(sequences[second[part]])
        both[part] = np.asarray(met.sum(axis=1)).ravel()
    return np.asarray(both / (sizes[first] + sizes[second] - both))
