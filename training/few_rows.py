"""Other ways to fit where rows are few: tried in each fold, and kept where they are right more often.

Up to UP_TO rows a label, names of labels take part; then, up to DISCRIMINANT_UP_TO, a discriminant analysis.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.heads import Kind
from features.taxonomy import Field
from features.vectors import FeatureExtractor
from training import discriminant, outside
from training.folded import Evidence, Fit, Folded, Weights, fold_fits
from training.named import fit_named, named, names_features

UP_TO = 32
"""Rows a label, in the mean, over which names are not tried: by then rows alone are as good on banking77."""
DISCRIMINANT_UP_TO = 128
"""Rows a label, in the mean, over which no discriminant analysis is tried: on whole public sets it gained
nothing (banking77 0.9328 for 0.9344, zh_kuake_qic 0.7872 for 0.7852), and it takes as long as the rest."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Whether names took part, and the accuracy of both ways out of fold. unseen: labels without a row, which
    only a name can tell."""

    rows_per_label: float
    rows_alone: float
    with_names: float
    unseen: int = 0

    @property
    def used(self) -> bool:
        """Whether names took part: where they are right more often, or as often and know more labels."""
        return self.with_names > self.rows_alone or (self.unseen > 0 and self.with_names == self.rows_alone)

    def as_data(self) -> dict[str, Any]:
        """Plain data, as in a manifest."""
        return {**asdict(self), "used": self.used}


def fits(
    given: Evidence, field: Field, extractor: FeatureExtractor, *, seed: int
) -> tuple[Evidence, Folded, Choice | None]:
    """The fits of a nominal field, by rows alone or with names, and the evidence by the labels they know;
    None where names were not tried: rows are many, or they weigh differently, which a name cannot be set
    against.

    With names a flat field keeps the labels that no row has yet, so that a model of the first reviews knows
    no less than the one of names alone before it.
    """
    alone = fold_fits(given, kind=Kind.PLAIN, seed=seed)
    per_label = len(given.truth) / len(given.labels)
    if per_label > DISCRIMINANT_UP_TO:
        return given, alone, None
    if per_label > UP_TO or given.weights is not None:
        return given, _discriminated(given, alone, extractor, seed=seed), None
    whole = with_unseen(given, field)
    both = fold_fits(whole, kind=Kind.PLAIN, seed=seed, fit=together(field, whole.labels, extractor))
    choice = Choice(
        rows_per_label=per_label,
        rows_alone=_accuracy(alone, given.truth),
        with_names=_accuracy(both, whole.truth),
        unseen=len(whole.labels) - len(given.labels),
    )
    return (whole, both, choice) if choice.used else (given, alone, choice)


def with_unseen(given: Evidence, field: Field) -> Evidence:
    """The evidence with all live labels of a flat field; as it is where the field has levels, whose rows may
    train the label above (training.thin)."""
    if any(label.parent is not None for label in field.labels):
        return given
    labels = tuple(sorted({*given.labels, *field.leaves} - outside.LABELS))
    places = np.array([labels.index(label) for label in given.labels])
    return replace(given, labels=labels, truth=places[given.truth])


def together(field: Field, labels: tuple[str, ...], extractor: FeatureExtractor) -> Fit:
    """Fits (features, positions of labels) with the names of the labels; rows all count alike."""
    given = named(field, labels)
    of_names, width = names_features(given, extractor), extractor.encoder.dimensions

    def fit(features: Any, truth: NDArray[np.int64], weights: Weights) -> Any:  # noqa: ARG001 - see `fits`
        return fit_named(features, truth, given, of_names, width=width)

    return fit


def _discriminated(given: Evidence, alone: Folded, extractor: FeatureExtractor, *, seed: int) -> Folded:
    """The fits with a discriminant analysis beside, where they are right more often than those without."""
    width = extractor.encoder.dimensions
    both = fold_fits(given, kind=Kind.PLAIN, seed=seed, fit=discriminant.beside(width=width, seed=seed))
    return both if _accuracy(both, given.truth) > _accuracy(alone, given.truth) else alone


def _accuracy(folded: Folded, truth: NDArray[np.int64]) -> float:
    return float(np.mean(folded.scores.argmax(axis=1) == truth))
