"""Explanations as plain data: places and weights of words, and no word: the text is needed to read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.explain.why import FieldExplanation, RunnerUp
from features.explain.words import Span, Word, shared

EXPLAINED = 2
"""Rises when explanations are made otherwise: those that were kept before are then made again."""
_DIGITS = 6


def as_data(found: Mapping[str, FieldExplanation]) -> dict[str, Any]:
    """Field -> what is kept of its explanation. Weights are rounded to a millionth."""
    return {code: _as_data(each) for code, each in found.items()}


def of_data(data: Mapping[str, Any], text: str) -> dict[str, FieldExplanation]:
    """Make explanations again. text: what was read when they were made."""
    return {
        code: FieldExplanation(
            label=each["label"],
            probability=each["probability"],
            runners_up=tuple(RunnerUp(label, probability) for label, probability in each["runners_up"]),
            words=_words(text, each["words"]),
            method=each["method"],
        )
        for code, each in data.items()
    }


def _as_data(said: FieldExplanation) -> dict[str, Any]:
    return {
        "label": said.label,
        "probability": said.probability,
        "runners_up": [[each.label, each.probability] for each in said.runners_up],
        "words": [[each.start, each.end, round(each.weight, _DIGITS)] for each in said.words],
        "method": said.method,
    }


def _words(text: str, kept: Sequence[tuple[int, int, float]]) -> tuple[Word, ...]:
    spans: list[Span] = [(start, end) for start, end, _ in kept]
    return tuple(shared(text, spans, [weight for _, _, weight in kept]))
