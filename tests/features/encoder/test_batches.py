"""Texts are encoded once each, long ones first, and rows come back in the order asked."""

import numpy as np
from numpy.typing import NDArray

from features.encoder.batches import batches_by_length, encode_in_batches, unit_rows


class LengthEncoder:
    """Encodes a text as its length, and writes the batches down."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        self.batches.append(texts)
        return np.array([[len(text)] for text in texts], dtype=np.float32)


def test_each_text_is_encoded_once_and_neighbours_are_of_like_length() -> None:
    encoder = LengthEncoder()
    texts = ["a", "dddd", "bb", "a", "ccc", "dddd"]
    rows = encode_in_batches(texts, encoder, dimensions=1, batch_size=2, progress=False)
    assert encoder.batches == [["dddd", "ccc"], ["bb", "a"]]
    assert rows[:, 0].tolist() == [1, 4, 2, 1, 3, 4]


def test_length_is_counted_alike_in_both_languages() -> None:
    texts = ["twelve bytes", "打印机", "打印机坏了"]
    assert list(batches_by_length(texts, size=1)) == [["打印机坏了"], ["twelve bytes"], ["打印机"]]


def test_rows_are_scaled_to_length_one_and_zeros_get_a_direction() -> None:
    rows = unit_rows(np.array([[3, 4], [0, 0]], dtype=np.float32))
    assert np.allclose(rows, np.array([[0.6, 0.8], [1, 0]]))
