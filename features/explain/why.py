"""The words that moved a label, read off the model that answers.

A head is linear in its features, so its score between two labels is a sum. TF-IDF columns give their
summands to the characters they stand at (features.explain.columns). The vector's part is divided among the
encoder's tokens: pooled by the mean, the vector is the sum of its tokens' shares; what a token adds is its
share over the mean share, which is what the score would lose without it, to first order, if the other
tokens stayed as they are. Encoders that cannot tell leave the characters, and the method says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features import text
from features.encoder.tokens import TokenShares, token_shares
from features.explain.columns import by_character
from features.explain.words import Word, gather, spread, units
from features.heads import Head, Kind
from features.records import Request
from features.vectors import FeatureExtractor

if TYPE_CHECKING:
    from features.bundle import TriageModel

TOKENS = "tokens_and_characters"
CHARACTERS = "characters"


@dataclass(frozen=True)
class RunnerUp:
    """A label that was not chosen, and its probability."""

    label: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class FieldExplanation:
    """Why a field has its label.

    words: against the first runner-up, the one that moved most first. method: what they were read off,
    `tokens_and_characters` or `characters` alone.
    """

    label: str
    probability: float
    runners_up: tuple[RunnerUp, ...]
    words: tuple[Word, ...]
    method: str


def explain(model: TriageModel, request: Request, *, runners_up: int = 3) -> dict[str, FieldExplanation]:
    """Field -> why it has its label, for each field of the model. Words are of `text.read(request).words`."""
    words = text.read(request).words
    shares = token_shares(model.encoder, words)
    spans = units(words, shares.spans if shares else ())
    features = {
        part: each.transform([words], vectors=_vectors(model, words, shares))
        for part, each in model.extractors.items()
    }
    found = {}
    for code, head in model.heads.items():
        chances = head.probabilities(features[head.part])[0]
        order = np.argsort(-chances, kind="stable")
        added = _added(head, model.extractors[head.part], words, shares, (int(order[0]), int(order[1])))
        found[code] = FieldExplanation(
            label=head.labels[order[0]],
            probability=float(chances[order[0]]),
            runners_up=tuple(RunnerUp(head.labels[i], float(chances[i])) for i in order[1 : runners_up + 1]),
            words=gather(words, spans, added),
            method=TOKENS if shares else CHARACTERS,
        )
    return found


def _vectors(model: TriageModel, words: str, shares: TokenShares | None) -> Any:
    """The vector, from the shares where there are any: a text is then encoded once."""
    return model.encoder.encode([words]) if shares is None else _whole(shares)[None, :]


def _whole(shares: TokenShares) -> NDArray[np.float32]:
    return np.asarray(shares.vectors.sum(axis=0) + shares.rest, dtype=np.float32)


def _added(
    head: Head, extractor: FeatureExtractor, words: str, shares: TokenShares | None, pair: tuple[int, int]
) -> NDArray[np.float64]:
    """(characters,): what each adds to the score of one label over another."""
    coefficients = direction(head, *pair)
    width = extractor.encoder.dimensions
    added = by_character(words, extractor.vectorizers, coefficients[width:])
    if shares is None or not shares.spans:
        return added
    each = extractor.vector_weight * shares.vectors.astype(np.float64) @ coefficients[:width]
    return added + spread(len(words), shares.spans, each - each.mean())


def direction(head: Head, one: int, other: int) -> NDArray[np.float64]:
    """(features,): the coefficients of a head's score of one label over another, by their columns.

    Exact up to the calibration, which changes the scale and a constant.
    """
    if head.kind == Kind.CUMULATIVE:
        low, high = sorted((one, other))
        steps = sum(np.ravel(step.coef_) for step in head.classifier[low:high])
        return np.asarray(steps if one > other else -steps, dtype=np.float64)
    coefficients = np.asarray(head.classifier.coef_, dtype=np.float64)
    if head.kind == Kind.RANKS:
        return (one - other) * np.ravel(coefficients)
    if len(head.labels) == 2:
        return (one - other) * np.ravel(coefficients)
    return np.asarray(coefficients[one] - coefficients[other])
