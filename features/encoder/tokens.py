"""What each token of a text adds to its vector, for encoders that pool by the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TokenShares:
    """A unit vector as a sum: one summand for each token of the text, and the rest.

    spans: (start, end) of each token in the text. vectors: (tokens, dimensions). rest: what the prefix and
    the special tokens add. vectors.sum(axis=0) + rest is the vector of the text.
    """

    spans: tuple[tuple[int, int], ...]
    vectors: NDArray[np.float32]
    rest: NDArray[np.float32]


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder that can tell what each token adds."""

    def encode_tokens(self, text: str) -> TokenShares | None:
        """The shares of a text's tokens; None where the encoder does not pool by the mean."""


def token_shares(encoder: Any, text: str) -> TokenShares | None:
    """The shares of a text's tokens, from the encoder or from one it wraps; None where none can tell."""
    while not isinstance(encoder, TokenEncoder):
        encoder = getattr(encoder, "encoder", None)
        if encoder is None:
            return None
    return encoder.encode_tokens(text)


def shares_of(
    tokens: NDArray[np.float32], offsets: NDArray[np.int64], *, special: NDArray[np.bool_], prefix: int
) -> TokenShares:
    """Divide a mean-pooled, normalised vector among its tokens.

    tokens: (tokens, dimensions), the last hidden state without padding. offsets: (tokens, 2) in the prefixed
    text. special: tokens that stand for no text. prefix: its length; a token that crosses its end counts
    from there.
    """
    mean = tokens.mean(axis=0)
    shares = tokens / (len(tokens) * max(float(np.linalg.norm(mean)), 1e-12))
    own = ~special & (offsets[:, 1] > prefix)
    starts = np.maximum(offsets[own, 0] - prefix, 0)
    spans = tuple(zip(starts.tolist(), (offsets[own, 1] - prefix).tolist(), strict=True))
    return TokenShares(spans=spans, vectors=shares[own], rest=shares[~own].sum(axis=0))
