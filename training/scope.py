"""What a model may know of its own scope, fitted on in-scope rows alone, and better with some examples.

Rows of a label are parted into groups of like ones; how far a row is from them is measured by groups that
were made without it. Clauses of long rows stand beside them (training.fragments), or a model of long mails
would call any short request unlike. The cutoff is the score that FALSE_ALARMS of whole rows exceed. With
examples of what is out of scope, the weights of the measures are fitted too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features import language
from features.encoder import Encoder
from features.scope import MEASURES, Distance, ScopeModel, Shape, chance, different_letters, unit
from training.dataset import Dataset
from training.fragments import fragments

FALSE_ALARMS = 0.02
"""The share of in-scope rows that may be called unlike the others."""
FALSE_ALARMS_OF_WORDS = 0.005
"""The share of training rows that may be called foreign, and that may be called too little to go by."""
FEWEST_ROWS = 60
"""With fewer rows nothing is said of distance."""
FEWEST_EXAMPLES = 10
"""With fewer examples the weights are the default ones."""
MOST_EXAMPLES = 500
GROUP_ROWS = 40
SHRINKAGE, SHRINKAGE_OVERALL = 0.02, 0.001
"""How much of a covariance is replaced by that of independent dimensions of equal variance."""
DEFAULT_WEIGHTS = (1.0, 1.0, 0.0, 0.0)
LANGUAGE_CUTOFF = 0.05
FEWEST_LETTERS = 6
LANGUAGE_SAMPLE = 2000
UNKNOWN_LANGUAGES = ("en", "zh")
"""Taken for known where there are no texts to tell by."""
_SURE, _SHARE, _ROWS = 0.9, 0.01, 10
_PENALTY = 0.1


@dataclass(frozen=True, kw_only=True)
class ScopeFit:
    """A fitted scope, and the scores of its rows by a model without them. scores: None without a distance."""

    model: ScopeModel
    scores: NDArray[np.float64] | None
    rows: int
    fragments: int
    examples: int

    def as_data(self) -> dict[str, Any]:
        """What the manifest says of it."""
        distance = self.model.distance
        return {
            "languages": list(self.model.languages),
            "false_alarms": FALSE_ALARMS,
            "rows": self.rows,
            "fragments": self.fragments,
            "examples": self.examples,
            "cutoff": None if distance is None else distance.cutoff,
            "weights": None
            if distance is None
            else dict(zip(MEASURES, distance.weights.tolist(), strict=True)),
        }


@dataclass(frozen=True, kw_only=True)
class _Known:
    """In-scope vectors with the label each is grouped by and the fold it is measured in. whole: how many are
    of whole rows; after them come those of fragments."""

    whole: int
    vectors: NDArray[np.float32]
    labels: NDArray[Any]
    folds: NDArray[np.int64]


def fit_scope(dataset: Dataset, *, examples: Sequence[str], encoder: Encoder, seed: int) -> ScopeFit:
    """Fit the scope of the rows of a dataset, all of them in scope. examples: texts that are not."""
    words = dataset.words
    rest = reading(words)
    if len(words) < FEWEST_ROWS:
        model = ScopeModel(distance=None, **rest)
        return ScopeFit(model=model, scores=None, rows=len(words), fragments=0, examples=0)
    pieces = fragments(words, seed=seed)
    known = _known(dataset, words, pieces, encoder=encoder, seed=seed)
    outside = encoder.encode(list(dict.fromkeys(examples))[:MOST_EXAMPLES])
    distance, scores = fit_distance(known, outside, seed=seed)
    return ScopeFit(
        model=ScopeModel(distance=distance, **rest),
        scores=scores[: len(words)],
        rows=len(words),
        fragments=len(pieces),
        examples=len(outside),
    )


def fit_distance(
    known: _Known, outside: NDArray[np.float32], *, seed: int
) -> tuple[Distance, NDArray[np.float64]]:
    """The distance, and the score of each known vector by a shape that was made without it."""
    measured, others = _out_of_fold(known, outside, seed=seed)
    means, spreads = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-9)
    standard, strange = (measured - means) / spreads, (others - means) / spreads
    weights = _weights(standard, strange)
    scores = standard @ weights
    distance = Distance(
        shape=fit_shape(known.vectors, known.labels, outside, seed=seed),
        means=means,
        spreads=spreads,
        weights=weights,
        cutoff=float(np.quantile(scores[: known.whole], 1 - FALSE_ALARMS)),
    )
    return distance, scores


def fit_shape(
    vectors: NDArray[np.float32], labels: NDArray[Any], outside: NDArray[np.float32], *, seed: int
) -> Shape:
    """Groups, centre and covariances of the vectors."""
    groups = _groups(vectors, labels, seed=seed)
    counts = np.bincount(groups)
    means = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(means, groups, vectors)
    means /= counts[:, None]
    centre = vectors.mean(axis=0)
    return Shape(
        centre=centre,
        groups=means.astype(np.float32),
        within=_factor(vectors - means[groups], len(vectors) - len(counts), SHRINKAGE),
        overall=_factor(vectors - centre, len(vectors), SHRINKAGE_OVERALL),
        examples=unit(outside - centre).astype(np.float32),
    )


def languages_of(shares: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    """The languages of texts: each that at least 1 % and ten of the surely recognised are in.

    shares: of each text, as features.language gives them.
    """
    found = [max(each.items(), key=lambda one: one[1]) for each in shares]
    sure = Counter(code for code, share in found if share >= _SURE)
    fewest = max(_ROWS, _SHARE * len(found))
    named = tuple(sorted(code for code, count in sure.items() if count >= fewest))
    return named or tuple(sorted(code for code, _ in sure.most_common(1))) or UNKNOWN_LANGUAGES


def reading(words: Sequence[str]) -> dict[str, Any]:
    """What a ScopeModel knows of texts without their vectors: languages, and the bounds of too strange or
    too little a text, both lower where more than FALSE_ALARMS_OF_WORDS of the texts would fall below."""
    sample = list(words)[:: -(-len(words) // LANGUAGE_SAMPLE)]
    shares = [language.shares(each) for each in sample]
    languages = languages_of(shares)
    chances = [chance(each, languages) for each in shares]
    different = [different_letters(each) for each in sample]
    return {
        "languages": languages,
        "language_cutoff": min(LANGUAGE_CUTOFF, float(np.quantile(chances, FALSE_ALARMS_OF_WORDS))),
        "fewest_letters": min(FEWEST_LETTERS, int(np.quantile(different, FALSE_ALARMS_OF_WORDS))),
    }


def _known(
    dataset: Dataset, words: list[str], pieces: list[tuple[int, str]], *, encoder: Encoder, seed: int
) -> _Known:
    owners = np.array([*range(len(words)), *(i for i, _ in pieces)])
    column = max(dataset.labels.values(), key=lambda labels: len(set(labels)))
    labels = np.array([label or "" for label in column])
    groups = np.unique(dataset.groups, return_inverse=True)[1]
    folds = np.random.default_rng(seed).integers(10 if len(words) < 3000 else 5, size=groups.max() + 1)
    vectors = encoder.encode([*words, *(piece for _, piece in pieces)])
    return _Known(whole=len(words), vectors=vectors, labels=labels[owners], folds=folds[groups][owners])


def _out_of_fold(
    known: _Known, outside: NDArray[np.float32], *, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """MEASURES of the known vectors, each by a shape without it, and of the examples, each without itself."""
    measured = np.zeros((len(known.vectors), len(MEASURES)))
    others = np.zeros((len(outside), len(MEASURES)))
    folds = np.unique(known.folds)
    for fold in folds:
        learn, measure = known.folds != fold, known.folds == fold
        shape = fit_shape(known.vectors[learn], known.labels[learn], outside, seed=seed)
        measured[measure] = shape.measures(known.vectors[measure])
        if len(outside):
            others += shape.measures(outside) / len(folds)
    if len(outside) > 1:
        moved = unit(outside - known.vectors.mean(axis=0))
        alike = moved @ moved.T
        np.fill_diagonal(alike, -1.0)
        others[:, MEASURES.index("examples")] = alike.max(axis=1)
    return measured, others


def _weights(standard: NDArray[np.float64], strange: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weight of each measure: the default, or by logistic regression where there are examples enough."""
    if len(strange) < FEWEST_EXAMPLES:
        return np.array(DEFAULT_WEIGHTS)
    from sklearn.linear_model import LogisticRegression

    truth = np.r_[np.zeros(len(standard)), np.ones(len(strange))]
    model = LogisticRegression(C=_PENALTY, class_weight="balanced").fit(np.r_[standard, strange], truth)
    return np.asarray(model.coef_[0], dtype=np.float64)


def _groups(vectors: NDArray[np.float32], labels: NDArray[Any], *, seed: int) -> NDArray[np.int64]:
    """The group of each vector: its label's rows in clusters of about GROUP_ROWS."""
    from sklearn.cluster import KMeans

    directions = unit(vectors - vectors.mean(axis=0))
    groups, begun = np.zeros(len(vectors), dtype=np.int64), 0
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count = max(1, len(rows) // GROUP_ROWS)
        if count > 1:
            clusters = KMeans(count, n_init=1, max_iter=30, random_state=seed).fit_predict(directions[rows])
            groups[rows] = begun + clusters
        else:
            groups[rows] = begun
        begun += count
    return np.asarray(np.unique(groups, return_inverse=True)[1])


def _factor(deviations: NDArray[Any], freedom: int, shrinkage: float) -> NDArray[np.float32]:
    """F with F F' the inverse of the shrunken covariance of the deviations."""
    given = np.asarray(deviations, dtype=np.float64)
    covariance = given.T @ given / max(freedom, 1)
    width = len(covariance)
    even = max(np.trace(covariance) / width, 1e-9)
    whole = (1 - shrinkage) * covariance + shrinkage * even * np.eye(width)
    return np.linalg.cholesky(np.linalg.inv(whole)).astype(np.float32)
