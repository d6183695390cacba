"""A head: one field's classifier, the calibration of its scores, and how a label is chosen.

Three kinds of classifier give a score for each label; those of ordered fields read labels from least to most:

    plain        one linear classifier, a score for each label against the rest
    cumulative   a linear classifier for each step: is it more than this label? Scores add up step by step
                 (Frank and Hall 2001, A Simple Approach to Ordinal Classification)
    ranks        a linear regression on the label's rank r: rank k scores r k - k^2 / 2, so that softmax is a
                 bell around r, and the calibration sets the cutpoints
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.calibration import Calibration
from features.errors import BundleError

OWN = "own"
"""The part of a model that was fitted with it; others were carried over from a base version."""


class Kind(StrEnum):
    """What the classifier of a head is."""

    PLAIN = "plain"
    CUMULATIVE = "cumulative"
    RANKS = "ranks"


@dataclass(frozen=True, kw_only=True)
class Linear:
    """A fitted linear estimator as it is asked about one row: the same scores in a twentieth of the time.

    weights: (features, columns), a feature's side by side, which is how a sparse row meets them; scikit-learn
    keeps them the other way and turns them round at each call. intercepts: (columns,).
    """

    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    @classmethod
    def of(cls, estimator: Any) -> Linear:
        """The weights of an estimator of scikit-learn."""
        weights = np.atleast_2d(np.asarray(estimator.coef_, dtype=np.float64))
        intercepts = np.broadcast_to(np.asarray(estimator.intercept_, dtype=np.float64), len(weights))
        return cls(weights=np.ascontiguousarray(weights.T), intercepts=intercepts)

    def decision_function(self, features: Any) -> NDArray[np.float64]:
        """(rows, columns) of scores; (rows,) where there is one column."""
        found = np.asarray(features @ self.weights + self.intercepts)
        return found[:, 0] if found.shape[1] == 1 else found

    predict = decision_function


@dataclass(frozen=True, kw_only=True)
class Head:
    """One field's classifier over the features of one part of the model.

    classifier: one estimator, or under Kind.CUMULATIVE a list of them. labels: of the columns of scores.
    weights: what a label's probability counts when the label to answer is chosen, 1 where it is not named;
    they never change a probability. part: whose vocabularies it reads by.
    """

    classifier: Any
    labels: tuple[str, ...]
    calibration: Calibration
    kind: str = Kind.PLAIN
    weights: Mapping[str, float] = field(default_factory=dict)
    part: str = OWN

    def probabilities(self, features: Any) -> NDArray[np.float64]:
        """(rows, labels): calibrated probabilities; each row sums to 1."""
        found = scores(self._scorer, features, kind=self.kind, labels=len(self.labels))
        return self.calibration.probabilities(found)

    @cached_property
    def _scorer(self) -> Any:
        if self.kind == Kind.CUMULATIVE:
            return [Linear.of(step) for step in self.classifier]
        return Linear.of(self.classifier)

    def weight(self, label: str) -> float:
        """What the label's probability counts when the answer is chosen."""
        return self.weights.get(label, 1.0)


def scores(classifier: Any, features: Any, *, kind: str, labels: int) -> NDArray[np.float64]:
    """(rows, labels): a score for each label. Raises BundleError where the kind is of a later release."""
    if kind == Kind.PLAIN:
        return logits(classifier, features)
    if kind == Kind.CUMULATIVE:
        steps = [np.asarray(step.decision_function(features), dtype=np.float64) for step in classifier]
        return np.cumsum(np.column_stack([np.zeros_like(steps[0]), *steps]), axis=1)
    if kind == Kind.RANKS:
        ranks = np.arange(labels, dtype=np.float64)
        found = np.asarray(classifier.predict(features), dtype=np.float64)
        return np.asarray(found[:, None] * ranks - ranks**2 / 2)
    raise BundleError(f"A head of the kind {kind!r} is of a later release: upgrade.")


def logits(classifier: Any, features: Any) -> NDArray[np.float64]:
    """(rows, classes): a linear classifier's scores; two classes give two columns like any other."""
    found = np.asarray(classifier.decision_function(features), dtype=np.float64)
    if found.ndim == 1:
        found = np.column_stack([np.zeros_like(found), found])
    return found
