"""Vectors in memory are made once, shared by threads, and forgotten when too many."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from features.encoder import CachedEncoder, HashEncoder

Counting = Callable[[], Any]


def test_a_text_is_encoded_once(counting: Counting) -> None:
    encoder = counting()
    cached = CachedEncoder(encoder)
    cached.encode(["a", "b", "a"])
    vectors = cached.encode(["b", "c", "a"])
    assert encoder.asked == ["a", "b", "c"]
    assert np.array_equal(vectors, HashEncoder().encode(["b", "c", "a"]))


def test_the_text_unused_longest_is_forgotten_first(counting: Counting) -> None:
    encoder = counting()
    cached = CachedEncoder(encoder, capacity=2)
    for texts in (["a"], ["b"], ["a"], ["c"], ["a"], ["b"]):
        cached.encode(texts)
    assert encoder.asked == ["a", "b", "c", "b"]


def test_more_texts_than_capacity_still_all_get_their_vector(counting: Counting) -> None:
    texts = [f"text {n}" for n in range(50)]
    vectors = CachedEncoder(counting(), capacity=3).encode(texts)
    assert np.array_equal(vectors, HashEncoder().encode(texts))


def test_what_a_caller_does_to_its_vectors_is_not_remembered(counting: Counting) -> None:
    cached = CachedEncoder(counting())
    cached.encode(["a"])[:] = 0
    cached.encode(["a"])[:] = 0
    assert np.array_equal(cached.encode(["a"]), HashEncoder().encode(["a"]))


def test_threads_get_the_right_vectors_of_a_small_cache(counting: Counting) -> None:
    cached = CachedEncoder(counting(), capacity=5)
    texts = [f"text {n}" for n in range(20)]
    expected = dict(zip(texts, HashEncoder().encode(texts), strict=True))

    def ask(seed: int) -> bool:
        chosen = [texts[i] for i in np.random.default_rng(seed).integers(0, 20, 8)]
        return np.array_equal(cached.encode(chosen), [expected[text] for text in chosen])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(100)))


def test_it_passes_for_the_encoder_within(counting: Counting) -> None:
    cached = CachedEncoder(counting())
    assert (cached.name, cached.dimensions, cached.fingerprint) == ("hash", 256, HashEncoder().fingerprint)
    assert cached.encode([]).shape == (0, 256)
