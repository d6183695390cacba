"""Confident learning (Northcutt, Jiang & Chuang 2021): labels that a model that did not see them disbelieves.

A label counts as doubted where the probability of another one reaches that one's own threshold, the mean
probability it has on rows that bear it. So a label that is hard to tell needs less to be believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Disbelief:
    """What the probabilities say of each row.

    trust: (rows,) the probability of the row's own label. likely: (rows,) the label it is more likely of,
    or -1 where the row's own is believed. share: the estimated share of wrong labels, 0..1.
    """

    trust: NDArray[np.float64]
    likely: NDArray[np.int64]
    share: float


def disbelief(chances: NDArray[np.floating], labels: NDArray[np.int64]) -> Disbelief:
    """Compare labels with out-of-fold probabilities.

    chances: (rows, classes), each row's by a model that did not see it. labels: (rows,) class numbers;
    each class has a row at least.
    """
    rows, classes = chances.shape
    trust = chances[np.arange(rows), labels].astype(np.float64)
    thresholds = np.bincount(labels, weights=trust, minlength=classes) / np.bincount(
        labels, minlength=classes
    )
    confident = np.where(chances >= thresholds, chances, -1.0)
    best = confident.argmax(axis=1)
    counted = confident[np.arange(rows), best] >= 0
    likely = np.where(counted & (best != labels), best, -1)
    return Disbelief(trust=trust, likely=likely, share=_share(labels, best, counted, classes))


def _share(
    labels: NDArray[np.int64], best: NDArray[np.int64], counted: NDArray[np.bool_], classes: int
) -> float:
    """The off-diagonal share of the confident joint, each label's row scaled to how often it is given."""
    of_label = np.bincount(labels, minlength=classes)
    seen = np.bincount(labels[counted], minlength=classes)
    believed = np.bincount(labels[counted & (best == labels)], minlength=classes)
    wrong = np.divide(seen - believed, seen, out=np.zeros(classes), where=seen > 0)
    return float((wrong * of_label).sum() / max(1, of_label.sum()))
