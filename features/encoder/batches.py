"""The order in which texts are encoded: each once, long ones first, neighbours of like length together."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

EncodeBatch = Callable[[list[str]], NDArray[np.float32]]


def encode_in_batches(
    texts: Sequence[str], encode_batch: EncodeBatch, *, dimensions: int, batch_size: int, progress: bool
) -> NDArray[np.float32]:
    """Encode the distinct texts in batches of like length; rows come back in the order of `texts`.

    Little is padded within a batch then, and a batch too long for the memory fails first, not last.
    Returns an array of shape (len(texts), dimensions).
    """
    row_of = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    distinct = np.zeros((len(row_of), dimensions), dtype=np.float32)
    with tqdm(total=len(row_of), unit="text", desc="encoding", disable=None if progress else True) as bar:
        for batch in batches_by_length(list(row_of), size=batch_size):
            distinct[[row_of[text] for text in batch]] = encode_batch(batch)
            bar.update(len(batch))
    return distinct[[row_of[text] for text in texts]]


def batches_by_length(texts: Sequence[str], *, size: int) -> Iterator[list[str]]:
    """Yield the texts from the longest to the shortest, `size` at a time.

    Length is counted in bytes of UTF-8: of both Chinese and English a token takes about four.
    """
    ordered = sorted(texts, key=lambda text: len(text.encode("utf-8", "surrogatepass")), reverse=True)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each row to length 1; a row of zeros becomes the first axis, so every row has a direction."""
    lengths = np.linalg.norm(vectors, axis=1)
    rows = np.asarray(vectors / np.where(lengths > 0, lengths, 1)[:, None], dtype=np.float32)
    rows[lengths == 0, 0] = 1
    return rows
