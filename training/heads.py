"""One head a field: a linear classifier, and the temperature that makes its scores probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.heads import TEMPERATURE, Calibration, Head, logits, softmax

C = 0.5
"""Inverse regularisation of the support vector classifier; see experiments/public_data."""


def make_classifier(*, seed: int) -> Any:
    """An unfitted classifier with `decision_function`, as every head uses it.

    A linear support vector machine, one label against the rest: on vectors and characters together it was
    more often right than logistic regression (banking77 0.935 against 0.912) and faster to fit.
    """
    from sklearn.svm import LinearSVC

    return LinearSVC(C=C, random_state=seed)


def out_of_fold(
    features: Any,
    labels: NDArray[Any],
    folds: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    *,
    seed: int,
) -> NDArray[np.float64]:
    """(rows, classes): scores of each row by a classifier that did not see it.

    A class that a fold did not see gets, in that fold, the row's lowest score.
    """
    from joblib import Parallel, delayed

    classes = np.unique(labels)
    parts = Parallel(n_jobs=2, prefer="threads")(
        delayed(_scores)(features[fit], labels[fit], features[measure], classes, seed)
        for fit, measure in folds
    )
    scores = np.zeros((len(labels), len(classes)))
    for (_, measure), part in zip(folds, parts, strict=True):
        scores[measure] = part
    return scores


def fit_head(features: Any, labels: NDArray[Any], scores: NDArray[np.float64], *, seed: int) -> Head:
    """A head fitted on all rows, its temperature on the out-of-fold scores."""
    classifier = make_classifier(seed=seed).fit(features, labels)
    classes = tuple(str(label) for label in classifier.classes_)
    temperature = fit_temperature(scores, labels)
    calibration = Calibration(method=TEMPERATURE, parameters={"temperature": temperature})
    return Head(classifier=classifier, labels=classes, calibration=calibration)


def fit_temperature(scores: NDArray[np.float64], labels: NDArray[Any]) -> float:
    """The temperature of least log loss (Guo et al. 2017), between 1/20 and 20.

    scores: (rows, classes) in the order of the sorted labels.
    """
    from scipy.optimize import minimize_scalar

    truth = np.searchsorted(np.unique(labels), labels)

    def loss(log_temperature: float) -> float:
        chances = softmax(scores / np.exp(log_temperature))[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    found = minimize_scalar(loss, bounds=(-np.log(20), np.log(20)), method="bounded")
    return float(np.exp(found.x))


def _scores(
    features: Any, labels: NDArray[Any], measured: Any, classes: NDArray[Any], seed: int
) -> NDArray[np.float64]:
    seen = np.unique(labels)
    if len(seen) < 2:
        return np.zeros((measured.shape[0], len(classes)))
    found = logits(make_classifier(seed=seed).fit(features, labels), measured)
    scores = np.repeat(found.min(axis=1, keepdims=True), len(classes), axis=1)
    scores[:, np.searchsorted(classes, seen)] = found
    return scores
