"""What the names and descriptions of labels say, as texts that stand for rows, and a classifier of both.

A name becomes a few short requests, since a bare name lies elsewhere than requests do. The templates are
those that told apart most of the training rows of two public sets, banking77 and clinc150, in English; the
Chinese ones say the same. See experiments/cold_start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.taxonomy import LANGUAGES, Field
from features.vectors import FeatureExtractor

TEMPLATES = {
    "en": ("How do I {}?", "I have a question about {}", "my {}"),
    "zh": ("怎么{}?", "我想咨询{}", "我的{}"),
}
AS_ROWS = 2.0
"""How many rows a name counts as where the mean of a label is formed."""
SHRINKAGE = 0.7
"""Of the covariance within labels; with so few rows most of it is noise."""
PENALTY, VECTOR_GAIN = 2.0, 6.0
"""Inverse regularisation, and how much the unit vector weighs against the unit TF-IDF rows."""
SPANNED_SQUARE = 10
"""The space that rows span is looked for where their number, squared, is within so many times that of the
features: a step of the fit then takes less time in it, by what each way does."""
SAME_AS_NONE = 1e-10
"""A direction in which rows vary so little beside the one in which they vary most is none."""
FEW = 4
"""With fewer rows a label, texts made of names tell the covariance too."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Named:
    """Texts made of the names and descriptions of labels. owners: the position of each text's label.
    described: which are descriptions."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    owners: NDArray[np.int64]
    described: NDArray[np.bool_]

    def prototypes(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """(labels, D): the mean of each label's names, and of its descriptions where it has any, alike.

        vectors: (texts, D).
        """
        names = _means(vectors, self.owners, ~self.described, len(self.labels))
        described = np.bincount(self.owners[self.described], minlength=len(self.labels)) > 0
        told = _means(vectors, self.owners, self.described, len(self.labels))
        return np.where(described[:, None], (names + told) / 2, names)


def named(field: Field, labels: Sequence[str]) -> Named:
    """The texts of a field's labels, in their order."""
    found = [(i, text, told) for i, label in enumerate(labels) for text, told in _texts(field, label)]
    return Named(
        labels=tuple(labels),
        texts=tuple(text for _, text, _ in found),
        owners=np.array([i for i, _, _ in found], dtype=np.int64),
        described=np.array([told for _, _, told in found], dtype=bool),
    )


def fit_named(features: Any, truth: NDArray[np.int64], given: Named, of_names: Any, *, width: int) -> Any:
    """A linear classifier of rows and names together: a shrunken discriminant analysis of vectors whose means
    start from the names, and a logistic regression of all features, added with equal spread.

    features: (rows, F), of_names: (texts, F), both of one extractor, whose first `width` columns are the
    vector. truth: each row's label by its position. Every label has a name, so it may have no row.
    """
    block = features[:, :width].toarray()
    scale = np.linalg.norm(block, axis=1).mean()
    rows, names = block / scale, of_names[:, :width].toarray() / scale
    centre = rows.mean(axis=0)
    moved = names - names.mean(axis=0)  # names lie elsewhere than rows do: each about its own centre
    rows = rows - centre
    one = _discriminant(rows, truth, given, moved)
    stacked = _stacked(rows, features, width), _stacked(moved, of_names, width)
    other = _regression(*stacked, truth, given)
    plain = stacked[0]
    coefficients = np.zeros((len(given.labels), features.shape[1]))
    offsets = np.zeros(len(given.labels))
    for weights, offset in (one, other):
        wide = np.zeros_like(coefficients)
        wide[:, : weights.shape[1]] = weights
        spread = _spread(plain @ wide.T + offset)
        coefficients += wide / spread
        offsets += offset / spread
    coefficients[:, :width] *= VECTOR_GAIN
    offsets -= coefficients[:, :width] @ centre
    coefficients[:, :width] /= scale
    return linear(coefficients, offsets)


def linear(coefficients: NDArray[np.float64], offsets: NDArray[np.float64]) -> Any:
    """scikit-learn's own linear classifier with these weights; its classes are positions."""
    from sklearn.linear_model import LogisticRegression

    made = LogisticRegression()
    made.coef_, made.intercept_ = coefficients, offsets
    made.classes_ = np.arange(len(offsets))
    made.n_features_in_ = coefficients.shape[1]
    return made


def names_features(given: Named, extractor: FeatureExtractor) -> Any:
    """(texts, F): what the heads would read of the texts."""
    return extractor.transform(list(given.texts))


def _discriminant(
    rows: NDArray[np.float64], truth: NDArray[np.int64], given: Named, names: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights of vectors times VECTOR_GAIN, and offsets."""
    counts = np.bincount(truth, minlength=len(given.labels))[:, None]
    sums = np.zeros((len(given.labels), rows.shape[1]))
    np.add.at(sums, truth, rows)
    means = (AS_ROWS * given.prototypes(names) + sums) / (AS_ROWS + counts)
    apart = rows - means[truth]
    if len(rows) < FEW * len(given.labels):
        apart = np.concatenate([apart, names - means[given.owners]])
    covariance = apart.T @ apart / len(apart)
    even = max(np.trace(covariance) / len(covariance), 1e-12)
    inverse = np.linalg.inv((1 - SHRINKAGE) * covariance + SHRINKAGE * even * np.eye(len(covariance)))
    weights = means @ inverse
    return weights / VECTOR_GAIN, -(weights * means).sum(axis=1) / 2


def _regression(
    rows: Any, names: Any, truth: NDArray[np.int64], given: Named
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights and offsets. Where rows are few beside features it is fitted in the space that the rows span:
    the penalty is the same in it, and so is the minimum, which lies there."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    features = sparse.vstack([rows, names], format="csr")
    few = features.shape[0] ** 2 <= SPANNED_SQUARE * features.shape[1]
    inside, back = _span(features) if few else (features, None)
    model = LogisticRegression(C=PENALTY, max_iter=80, tol=1e-3).fit(inside, np.r_[truth, given.owners])
    weights = model.coef_ if back is None else np.asarray((features.T @ (back @ model.coef_.T)).T)
    if len(model.classes_) == 2:
        return np.vstack([-weights, weights]) / 2, np.r_[-model.intercept_, model.intercept_] / 2
    return weights, model.intercept_


def _span(features: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(rows, r): the rows along axes of the space they span; and B, (rows, r): features' B are the axes."""
    values, axes = np.linalg.eigh((features @ features.T).toarray())
    kept = values > values[-1] * SAME_AS_NONE
    spread = np.sqrt(values[kept])
    return axes[:, kept] * spread, axes[:, kept] / spread


def _stacked(vectors: NDArray[np.float64], features: Any, width: int) -> Any:
    from scipy import sparse

    return sparse.hstack([sparse.csr_matrix(VECTOR_GAIN * vectors), features[:, width:]], format="csr")


def _spread(scores: NDArray[np.float64]) -> float:
    return float(max((scores - scores.mean(axis=1, keepdims=True)).std(), 1e-12))


def _means(
    vectors: NDArray[np.float64], owners: NDArray[np.int64], chosen: NDArray[np.bool_], labels: int
) -> NDArray[np.float64]:
    sums = np.zeros((labels, vectors.shape[1]))
    np.add.at(sums, owners[chosen], vectors[chosen])
    counts = np.bincount(owners[chosen], minlength=labels)
    return np.asarray(sums / np.maximum(counts, 1)[:, None])


def _texts(field: Field, label: str) -> list[tuple[str, bool]]:
    """The texts of a label, and whether each is a description: names with those above them, each once."""
    path = [field.by_code[code] for code in field.path(label)]
    names = [" ".join(_plain(each.name[spoken]) for each in path) for spoken in LANGUAGES]
    told = [path[-1].description[spoken].strip() for spoken in LANGUAGES]
    made = [
        template.format(name)
        for name in dict.fromkeys(names)
        for template in TEMPLATES["zh" if _HAN.search(name) else "en"]
    ]
    return [(text, False) for text in made] + [(text, True) for text in dict.fromkeys(told) if text]


def _plain(name: str) -> str:
    """A name as words: `card_arrival` is `card arrival`."""
    return _NO_WORD.sub(" ", name).strip() or name
