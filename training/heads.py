"""The linear classifier that every head uses."""

from __future__ import annotations

from typing import Any

C = 0.5
"""Inverse regularisation of the support vector classifier; see experiments/public_data."""
TOLERANCE = 0.01
"""Of the solver, whose default is 0.0001: the same labels (all, or 99.6 %) in two thirds of the time."""


def make_classifier(*, seed: int) -> Any:
    """An unfitted classifier with `decision_function`, as every head uses it.

    A linear support vector machine, one label against the rest: on vectors and characters together it was
    more often right than logistic regression (banking77 0.935 against 0.912) and faster to fit.
    """
    from sklearn.svm import LinearSVC

    return LinearSVC(C=C, tol=TOLERANCE, random_state=seed)
