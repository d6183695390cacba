"""A linear classifier and a discriminant analysis of the vectors, added with equal spread.

A support vector machine goes by the rows near its borders; a discriminant analysis by the mean of each label
and the covariance they share, of which there are more rows than of any border. The mistakes differ: their
sum is right more often than either while rows are some dozens a label. See experiments/loop.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.heads import Linear
from training.folded import Fit, Weights
from training.heads import make_classifier
from training.named import linear

SHRINKAGE = 0.7
"""Of the covariance within labels. Of 0.3, 0.5 and 0.7 the best on zh_kuake_qic at 1,000 rows, by half a
point at most."""
LEAST_SPREAD = 1e-12


def beside(*, width: int, seed: int) -> Fit:
    """Fits (features, positions of labels) by both. width: of the vector, the first columns."""

    def fit(features: Any, truth: NDArray[np.int64], weights: Weights) -> Any:
        if len(np.unique(truth)) < 2:
            return None
        return fit_both(features, truth, weights, width=width, seed=seed)

    return fit


def fit_both(
    features: Any, truth: NDArray[np.int64], weights: Weights = None, *, width: int, seed: int
) -> Any:
    """The sum as one linear classifier; its classes are the labels in `truth`, in their order.

    features: (rows, F), the first `width` columns the vector. truth: each row's label by its position; two
    labels or more. weights: what each row counts, None for all alike.
    """
    labels, places = np.unique(truth, return_inverse=True)
    counts = np.ones(len(truth)) if weights is None else np.asarray(weights, dtype=np.float64)
    borders = Linear.of(make_classifier(seed=seed).fit(features, places, weights))
    wide, offsets = borders.weights.T, np.array(borders.intercepts)
    if len(labels) == 2:
        wide, offsets = np.vstack([-wide, wide]) / 2, np.r_[-offsets, offsets] / 2
    vectors = features[:, :width].toarray()
    narrow, others = _discriminant(vectors, places, counts)
    one, two = _spread(features @ wide.T + offsets), _spread(vectors @ narrow.T + others)
    coefficients = _even(wide) / one
    coefficients[:, :width] += _even(narrow) / two
    made = linear(coefficients, _even(offsets) / one + _even(others) / two)
    made.classes_ = labels
    return made


def _discriminant(
    vectors: NDArray[np.float64], places: NDArray[np.int64], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(labels, D) weights and (labels,) offsets; every label is as likely as any other."""
    centre = np.average(vectors, axis=0, weights=counts)
    rows = vectors - centre
    sums = np.zeros((places.max() + 1, vectors.shape[1]))
    np.add.at(sums, places, rows * counts[:, None])
    means = sums / np.bincount(places, weights=counts)[:, None]
    apart = rows - means[places]
    covariance = (apart * counts[:, None]).T @ apart / counts.sum()
    even = max(np.trace(covariance) / len(covariance), LEAST_SPREAD)
    kept = (1 - SHRINKAGE) * covariance + SHRINKAGE * even * np.eye(len(covariance))
    weights = np.linalg.solve(kept, means.T).T
    return weights, -(weights * means).sum(axis=1) / 2 - weights @ centre


def _even(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is the same for all labels taken away: it tells none of them apart."""
    return np.asarray(values - values.mean(axis=0))


def _spread(scores: NDArray[np.float64]) -> float:
    return float(max((scores - scores.mean(axis=1, keepdims=True)).std(), LEAST_SPREAD))
