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
from features.explain.columns import divided
from features.explain.words import Word, gather, spread, units
from features.heads import Head, Kind
from features.records import Request

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
    width = model.encoder.dimensions
    characters = {
        part: divided(words, each.vectorizers, features[part][:, width:])
        for part, each in model.extractors.items()
    }
    found = {}
    for code, head in model.heads.items():
        chances = head.probabilities(features[head.part])[0]
        chosen, *others = _order(head, chances)
        coefficients = direction(head, chosen, others[0])
        added = characters[head.part].added(coefficients[width:])
        if shares is not None and shares.spans:
            weight = model.extractors[head.part].vector_weight
            added = added + _by_tokens(len(words), shares, weight * coefficients[:width])
        found[code] = FieldExplanation(
            label=head.labels[chosen],
            probability=float(chances[chosen]),
            runners_up=tuple(RunnerUp(head.labels[i], float(chances[i])) for i in others[:runners_up]),
            words=gather(words, spans, added),
            method=TOKENS if shares else CHARACTERS,
        )
    return found


def _order(head: Head, chances: NDArray[np.float64]) -> list[int]:
    """The label that is answered, then the others from the likeliest on."""
    weights = np.array([head.weight(label) for label in head.labels])
    chosen = int(np.argmax(chances * weights))
    return [chosen, *(i for i in np.argsort(-chances, kind="stable").tolist() if i != chosen)]


def _vectors(model: TriageModel, words: str, shares: TokenShares | None) -> Any:
    """The vector, from the shares where there are any: a text is then encoded once."""
    return model.encoder.encode([words]) if shares is None else _whole(shares)[None, :]


def _whole(shares: TokenShares) -> NDArray[np.float32]:
    return np.asarray(shares.vectors.sum(axis=0) + shares.rest, dtype=np.float32)


def _by_tokens(length: int, shares: TokenShares, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """(length,): what each character adds through the vector, over what the mean token adds."""
    each = shares.vectors.astype(np.float64) @ coefficients
    return spread(length, shares.spans, each - each.mean())


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
