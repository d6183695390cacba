"""Names beside rows where rows are few: fitted in each fold, and kept where they are right more often."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.heads import Kind
from features.taxonomy import Field
from features.vectors import FeatureExtractor
from training.folded import Evidence, Fit, Folded, Weights, fold_fits
from training.named import fit_named, named, names_features

UP_TO = 32
"""Rows a label, in the mean, over which names are not tried: by then rows alone are as good on banking77."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Whether names took part, and the accuracy of both ways out of fold."""

    rows_per_label: float
    rows_alone: float
    with_names: float

    @property
    def used(self) -> bool:
        """Whether names took part."""
        return self.with_names > self.rows_alone

    def as_data(self) -> dict[str, Any]:
        """Plain data, as in a manifest."""
        return {**asdict(self), "used": self.used}


def fits(
    given: Evidence, field: Field, extractor: FeatureExtractor, *, seed: int
) -> tuple[Folded, Choice | None]:
    """The fits of a nominal field, by rows alone or with names; None where names were not tried: rows are
    many, or they weigh differently, which a name cannot be set against."""
    alone = fold_fits(given, kind=Kind.PLAIN, seed=seed)
    if len(given.truth) > UP_TO * len(given.labels) or given.weights is not None:
        return alone, None
    both = fold_fits(given, kind=Kind.PLAIN, seed=seed, fit=together(field, given.labels, extractor))
    choice = Choice(
        rows_per_label=len(given.truth) / len(given.labels),
        rows_alone=_accuracy(alone, given.truth),
        with_names=_accuracy(both, given.truth),
    )
    return (both if choice.used else alone), choice


def together(field: Field, labels: tuple[str, ...], extractor: FeatureExtractor) -> Fit:
    """Fits (features, positions of labels) with the names of the labels; rows all count alike."""
    given = named(field, labels)
    of_names, width = names_features(given, extractor), extractor.encoder.dimensions

    def fit(features: Any, truth: NDArray[np.int64], weights: Weights) -> Any:  # noqa: ARG001 - see `fits`
        return fit_named(features, truth, given, of_names, width=width)

    return fit


def _accuracy(folded: Folded, truth: NDArray[np.int64]) -> float:
    return float(np.mean(folded.scores.argmax(axis=1) == truth))
