"""Out-of-fold probabilities by linear models that are fast enough to be fitted five times.

Where it fits into minutes, support vector machines as the heads of a model are, stopped early. Of a field
with so many labels that it does not, a ridge regression on the labels' indicators over the texts' strongest
directions: a fold is fitted by taking its rows out of one sum of products, so it costs a solve and no pass.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.calibration import softmax
from training.calibration import fit_temperature
from training.heads import C
from training.hygiene import ngrams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from features.encoder import Encoder

VECTOR_WEIGHT = 3.0
"""How much the unit vector weighs against the unit row of characters, as the heads have it."""
SIZES = (1, 2, 3, 4)
BITS = 16
MOST_PASSES = 10
"""Of the support vector solver. On banking77 with flipped labels as good as until it settles."""
LARGEST = 1_000_000_000
"""Numbers read in a pass over all labels, up to which support vector machines are fitted. 40,000 texts of 200
characters with 60 labels are over it: their time was measured with the regression."""
DIRECTIONS = 512
PENALTY = 0.3
FOLDS = 5
ENOUGH_ROWS = 5_000
"""For one temperature."""


@dataclass(frozen=True)
class Read:
    """What the models read of texts: weighted characters (sparse), and perhaps vectors, (texts, width)."""

    characters: Any
    vectors: NDArray[np.float32] | None
    seed: int

    @classmethod
    def of(cls, texts: Sequence[str], *, encoder: Encoder | None, seed: int) -> Read:
        """Read the texts, all of them: characters need no labels to be weighed."""
        counts = ngrams.count([words.casefold() for words in texts], sizes=SIZES, bits=BITS)
        vectors = None if encoder is None else encoder.encode(texts, progress=True)
        return cls(characters=ngrams.weigh(counts), vectors=vectors, seed=seed)

    @cached_property
    def wide(self) -> Any:
        """Everything, sparse, for support vector machines."""
        from scipy import sparse

        if self.vectors is None:
            return self.characters.astype(np.float64)
        weighted = sparse.csr_matrix(VECTOR_WEIGHT * self.vectors.astype(np.float64))
        return sparse.hstack([weighted, self.characters], format="csr")

    @cached_property
    def narrow(self) -> NDArray[np.float64]:
        """The characters' strongest directions (Halko, Martinsson & Tropp 2011), vectors and a constant."""
        from sklearn.utils.extmath import randomized_svd

        width = max(1, min(DIRECTIONS, *(side - 1 for side in self.characters.shape)))
        left, strengths, _ = randomized_svd(
            self.characters, width, n_iter=1, power_iteration_normalizer="LU", random_state=self.seed
        )
        blocks = [left * strengths, np.ones((len(left), 1))]
        return np.hstack(blocks if self.vectors is None else [*blocks, self.vectors]).astype(np.float64)


def probabilities(
    read: Read,
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    *,
    seed: int,
    largest: int = LARGEST,
) -> NDArray[np.float32]:
    """(rows, classes) probabilities of each row by a model that saw neither it nor a copy of it.

    labels: (rows,) class numbers. groups: (rows,) rows of one number stay in one fold.
    """
    folds = fold_of(labels, groups, seed=seed)
    if read.wide.nnz * (int(labels.max()) + 1) <= largest:
        scores = _by_support_vectors(read.wide[rows], labels, folds, seed=seed)
    else:
        scores = _by_ridge(read.narrow[rows], labels, folds)
    chosen = np.random.default_rng(seed).permutation(len(labels))[:ENOUGH_ROWS]
    temperature = fit_temperature(scores[chosen], labels[chosen])
    return softmax(scores / temperature).astype(np.float32)


def fold_of(labels: NDArray[np.int64], groups: NDArray[np.int64], *, seed: int) -> NDArray[np.int64]:
    """(rows,) the fold of each row: labels dealt out evenly, rows of one group together."""
    _, first, number = np.unique(groups, return_index=True, return_inverse=True)
    order = np.lexsort((np.random.default_rng(seed).random(len(first)), labels[first]))
    dealt = np.empty(len(first), dtype=np.int64)
    dealt[order] = np.arange(len(first)) % FOLDS
    return dealt[number]


def _by_support_vectors(
    read: Any, labels: NDArray[np.int64], folds: NDArray[np.int64], *, seed: int
) -> NDArray[np.float64]:
    """(rows, classes): scores by machines fitted without the row's fold, two folds at a time."""
    from joblib import Parallel, delayed
    from sklearn.exceptions import ConvergenceWarning

    held = [np.flatnonzero(folds == fold) for fold in range(FOLDS)]
    with warnings.catch_warnings():  # around the threads, which share the filters
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
        parts = Parallel(n_jobs=2, prefer="threads")(
            delayed(_one_fold)(read[folds != fold], labels[folds != fold], read[held[fold]], seed)
            for fold in range(FOLDS)
        )
    scores = np.empty((len(labels), int(labels.max()) + 1))
    for rows, (seen, found) in zip(held, parts, strict=True):
        least = found.min(axis=1, keepdims=True, initial=0.0)
        scores[rows] = least
        scores[np.ix_(rows, seen)] = found
    return scores


def _one_fold(
    read: Any, labels: NDArray[np.int64], held: Any, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The classes seen, and (rows, classes) scores of the rows held back."""
    from sklearn.svm import LinearSVC

    classes = np.unique(labels)
    if len(classes) < 2 or not held.shape[0]:
        return classes, np.zeros((held.shape[0], len(classes)))
    machine = LinearSVC(C=C, max_iter=MOST_PASSES, random_state=seed).fit(read, labels)
    scores = machine.decision_function(held)
    return classes, np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


def _by_ridge(
    read: NDArray[np.float64], labels: NDArray[np.int64], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(rows, classes): scores of each row by the regression fitted without its fold."""
    wanted = -np.ones((len(labels), int(labels.max()) + 1))
    wanted[np.arange(len(labels)), labels] = 1
    products, sums = read.T @ read, read.T @ wanted
    penalty = PENALTY * np.eye(read.shape[1])
    scores = np.empty_like(wanted)
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        if len(held):
            part = read[held]
            left = products - part.T @ part + penalty
            scores[held] = part @ np.linalg.solve(left, sums - part.T @ wanted[held])
    return scores
