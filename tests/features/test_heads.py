"""A head asked for one row gives the scores of the estimator that was fitted, whatever its kind."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from features.calibration import Calibration
from features.heads import Head, Kind, Linear, scores

ROWS = sparse.random(60, 200, density=0.1, random_state=0, format="csr")
LABELS = ("low", "medium", "high")
TRUTH = np.arange(60) % 3


def steps() -> list[LinearSVC]:
    return [LinearSVC(random_state=0).fit(ROWS, level < TRUTH) for level in range(2)]


@pytest.mark.parametrize(
    ("kind", "classifier"),
    [
        (Kind.PLAIN, LinearSVC(random_state=0).fit(ROWS, TRUTH)),
        (Kind.PLAIN, LogisticRegression().fit(ROWS, TRUTH)),
        (Kind.CUMULATIVE, steps()),
        (Kind.RANKS, Ridge().fit(ROWS, TRUTH.astype(float))),
    ],
)
def test_probabilities_are_those_of_the_fitted_estimator(kind: str, classifier: object) -> None:
    calibration = Calibration(parameters={"temperature": 0.7})
    head = Head(classifier=classifier, labels=LABELS, calibration=calibration, kind=kind)
    expected = calibration.probabilities(scores(classifier, ROWS, kind=kind, labels=3))
    assert np.allclose(head.probabilities(ROWS), expected, atol=1e-12)
    assert np.allclose(head.probabilities(ROWS[:1]), expected[:1], atol=1e-12)


def test_two_classes_have_one_column_as_in_scikit_learn() -> None:
    (classifier, *_) = steps()
    found = Linear.of(classifier).decision_function(ROWS)
    assert found.shape == (60,)
    assert np.allclose(found, classifier.decision_function(ROWS), atol=1e-12)
