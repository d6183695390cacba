"""A classifier fitted fold by fold: scores of rows it did not see, and the mean of its fits as the head.

Calibration, thresholds and the choice between kinds all start from the same out-of-fold scores. The head
that is served is the mean of the folds' linear classifiers: a classifier fitted once more on all rows gives
larger scores than those the calibration was fitted on, and so too much confidence (zh_kuake_qic: ECE 0.040
against 0.030, banking77 0.013 against 0.010, with the same labels right); see experiments/trust.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.heads import Kind, scores
from training.heads import make_classifier

Fold = tuple[NDArray[np.int64], NDArray[np.int64]]
Weights = NDArray[np.float64] | None
Fit = Callable[[Any, NDArray[np.int64], Weights], Any]
"""(features, truth, weights) -> a classifier as a head holds it."""
FEWEST_FOR_THREADS = 5000
"""Rows times labels from which on threads are worth their waiting for each other."""
THREADS = 3
"""Two processors then take two and a half turns for five folds, where two threads take three."""
RIDGE = 1.0
"""The penalty of the regression on ranks."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The rows of one field. features: (rows, features). truth: each row's label by its position in
    `labels`, which run from least to most where the field is ordered; each label has a row. groups: of
    duplicates. weights: what each row counts where a classifier is fitted, None for all alike. gain: how many
    times as heavy the first `width` features are while a classifier is fitted; it then reads features as they
    are."""

    features: Any
    labels: tuple[str, ...]
    truth: NDArray[np.int64]
    groups: NDArray[np.int64]
    folds: Sequence[Fold]
    weights: Weights = None
    gain: float = 1.0
    width: int = 0


@dataclass(frozen=True, kw_only=True)
class Folded:
    """scores: (rows, labels), of each row by a classifier that did not see it. classifier: the mean of the
    folds' ones, as a head holds it."""

    kind: Kind
    classifier: Any
    scores: NDArray[np.float64]


def fold_fits(given: Evidence, *, kind: Kind, seed: int, fit: Fit | None = None) -> Folded:
    """Fit each fold, of larger data several at a time. fit: how, by default the classifier of the kind.

    A label that a fold did not see gets, in that fold, the row's lowest score. Kinds for ordered labels
    need folds that are `whole`.
    """
    from joblib import Parallel, delayed

    labels = len(given.labels)
    fitter = fit or partial(fit_kind, labels=labels, kind=kind, seed=seed, gain=given.gain, width=given.width)

    def one(learn: NDArray[np.int64], measure: NDArray[np.int64]) -> tuple[Any, NDArray[np.float64]]:
        truth = given.truth[learn]
        fitted = fitter(given.features[learn], truth, None if given.weights is None else given.weights[learn])
        return fitted, _scores(fitted, given.features[measure], truth, labels=labels, kind=kind)

    jobs = THREADS if len(given.truth) * labels >= FEWEST_FOR_THREADS else 1
    fits = Parallel(n_jobs=jobs, prefer="threads")(delayed(one)(*fold) for fold in given.folds)
    found = np.zeros((len(given.truth), labels))
    for (_, measure), (_, part) in zip(given.folds, fits, strict=True):
        found[measure] = part
    mean = _mean([fitted for fitted, _ in fits], labels=labels)
    if mean is None:
        mean = fitter(given.features, given.truth, given.weights)
    return Folded(kind=kind, classifier=mean, scores=found)


def whole(truth: NDArray[np.int64], folds: Sequence[Fold]) -> bool:
    """Whether every fold learns from every label, as the kinds for ordered labels need."""
    labels = len(np.unique(truth))
    return all(len(np.unique(truth[learn])) == labels for learn, _ in folds)


def fit_kind(
    features: Any,
    truth: NDArray[np.int64],
    weights: Weights = None,
    *,
    labels: int,
    kind: Kind,
    seed: int,
    gain: float = 1.0,
    width: int = 0,
) -> Any:
    """A classifier of a kind, as a head holds it; None where the rows have one label only. gain, width: as
    Evidence has them."""
    from sklearn.linear_model import Ridge

    if len(np.unique(truth)) < 2:
        return None
    features = _heavier(features, gain=gain, width=width)
    if kind is Kind.CUMULATIVE:
        steps = range(labels - 1)
        fits = [make_classifier(seed=seed).fit(features, truth > step, weights) for step in steps]
        return [_of_plain(each, gain=gain, width=width) for each in fits]
    fitter = Ridge(alpha=RIDGE, random_state=seed) if kind is Kind.RANKS else make_classifier(seed=seed)
    return _of_plain(fitter.fit(features, truth, weights), gain=gain, width=width)


def _heavier(features: Any, *, gain: float, width: int) -> Any:
    """The features, the first `width` of them so many times as heavy."""
    if gain == 1.0:
        return features
    heavier = features.copy()
    heavier.data[heavier.indices < width] *= gain
    return heavier


def _of_plain(fitted: Any, *, gain: float, width: int) -> Any:
    """A classifier of heavier features as one of the features as they are."""
    fitted.coef_[..., :width] *= gain
    return fitted


def _scores(
    fitted: Any, features: Any, learnt: NDArray[np.int64], *, labels: int, kind: Kind
) -> NDArray[np.float64]:
    if fitted is None:
        return np.zeros((features.shape[0], labels))
    found = scores(fitted, features, kind=kind, labels=labels)
    if found.shape[1] == labels:
        return found
    padded = np.repeat(found.min(axis=1, keepdims=True), labels, axis=1)
    padded[:, np.unique(learnt)] = found
    return padded


def _mean(fits: Sequence[Any], *, labels: int) -> Any | None:
    """The mean of linear estimators; None where they did not see the same labels, or are not linear."""
    if any(fitted is None for fitted in fits):
        return None
    if isinstance(fits[0], list):
        steps = [_mean(each, labels=2) for each in zip(*fits, strict=True)]
        return None if any(step is None for step in steps) else steps
    if not all(hasattr(fitted, "coef_") for fitted in fits):
        return None
    if any(len(getattr(fitted, "classes_", range(labels))) != labels for fitted in fits):
        return None
    mean = copy.deepcopy(fits[0])
    mean.coef_ = np.mean([fitted.coef_ for fitted in fits], axis=0)
    mean.intercept_ = np.mean([fitted.intercept_ for fitted in fits], axis=0)
    return mean
