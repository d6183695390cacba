"""One field from its rows to a head with thresholds, and what was seen of it out of fold.

The folds' fits are made once: calibration, the choice of the answer, thresholds and the figures of the
report all start from the same out-of-fold scores, and the head is the mean of the same fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.calibration import Calibration
from features.guarantees import Guarantee
from features.heads import Head, Kind
from features.hierarchy import Levels
from features.taxonomy import Field
from features.vectors import FeatureExtractor
from training import by_chance, calibration, few_rows, ordered, splits, vector_share
from training.dataset import Dataset
from training.folded import Evidence, Folded, fold_fits, whole
from training.thresholds import Asked, Claims, Stage

FEWEST_REVIEWED = 200
"""Reviewed rows of a field from which on its thresholds are fitted on these alone."""


@dataclass(frozen=True, kw_only=True)
class OutOfFold:
    """What the field's answers would have been to rows that the answering classifier did not see.

    rows: positions in the dataset. labels: of the columns. truth, answers: positions in `labels`.
    probabilities: cross-fitted, (rows, labels). groups: of duplicates.
    """

    rows: tuple[int, ...]
    labels: tuple[str, ...]
    truth: NDArray[np.int64]
    answers: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    groups: NDArray[np.int64]

    @property
    def confidence(self) -> NDArray[np.float64]:
        """The probability of each row's answer."""
        return self.probabilities[np.arange(len(self.answers)), self.answers]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each row's answer is its label."""
        return np.equal(self.answers, self.truth)


@dataclass(frozen=True, kw_only=True)
class FieldFit:
    """A fitted field.

    prior: label -> its share of the training rows. losses: calibration method -> cross-fitted log loss.
    comparison: of the kinds of an ordered field, None where there was only one. names: whether names of
    labels took part, None where there were rows enough not to try.
    """

    head: Head
    guarantee: Guarantee
    prior: Mapping[str, float]
    out_of_fold: OutOfFold
    losses: Mapping[str, float]
    comparison: ordered.Comparison | None
    names: few_rows.Choice | None = None


def fit_field(
    dataset: Dataset,
    field: Field,
    *,
    features: Any,
    groups: NDArray[np.int64],
    seed: int,
    asked: Asked,
    data_hash: str,
    reviewed: bool = False,
    extractor: FeatureExtractor | None = None,
) -> FieldFit:
    """Fit the rows that have a label of a field. features, groups: of all rows of the dataset. extractor:
    of the features, by which names of labels are read where rows are few; None leaves names out, and
    the weight of the vector as it is, as it is for an ordered field.

    Where the dataset says which rows were reviewed and enough were, the thresholds are fitted on these alone,
    and where it says which of these chance took and enough were, as training.by_chance has it.
    """
    rows = dataset.labelled(field.code)
    given = _evidence(dataset, rows, field, features=features, groups=groups, seed=seed)
    given = given if extractor is None else _gained(given, field, extractor, seed=seed)
    comparison = ordered.compare(given, seed=seed) if field.ordered else None
    weighted = comparison is not None and comparison.kept.weighted
    given, folded, names = _folded(given, field, comparison, extractor=extractor, seed=seed)
    calibrated = calibration.choose(folded.scores, given.truth, given.folds, given.groups)
    chosen = ordered.chosen(calibrated.probabilities, given.truth, given.folds, weighted=weighted)
    seen = OutOfFold(
        rows=tuple(rows),
        labels=given.labels,
        truth=given.truth,
        answers=chosen.answers,
        probabilities=calibrated.probabilities,
        groups=given.groups,
    )
    promised, weights, of_reviewed = _promised(stages(seen, field), dataset, rows)
    guarantee = by_chance.guarantee(
        promised, asked, weights=weights, data_hash=data_hash, reviewed=reviewed or of_reviewed
    )
    of_labels = dict(zip(given.labels, chosen.weights.tolist(), strict=True)) if weighted else {}
    return FieldFit(
        head=_head(given, folded, calibrated.calibration, of_labels),
        guarantee=guarantee,
        prior=_shares(given),
        out_of_fold=seen,
        losses=calibrated.losses,
        comparison=comparison,
        names=names,
    )


def _gained(given: Evidence, field: Field, extractor: FeatureExtractor, *, seed: int) -> Evidence:
    """The evidence with the weight of the vector chosen; as it is for an ordered field, since log loss is
    mostly the common labels' and there the rare ones count."""
    given = replace(given, width=extractor.encoder.dimensions)
    return given if field.ordered else replace(given, gain=vector_share.choose(given, seed=seed).gain)


def _head(given: Evidence, folded: Folded, found: Calibration, weights: Mapping[str, float]) -> Head:
    return Head(
        classifier=folded.classifier,
        labels=given.labels,
        calibration=found,
        kind=folded.kind,
        weights=weights,
    )


def _shares(given: Evidence) -> dict[str, float]:
    """Label -> its share of the rows."""
    counts = np.bincount(given.truth, minlength=len(given.labels)) / len(given.truth)
    return dict(zip(given.labels, counts.tolist(), strict=True))


def _promised(
    given: list[Stage], dataset: Dataset, rows: Sequence[int]
) -> tuple[list[Stage], NDArray[np.float64], bool]:
    """The answers that thresholds are fitted on: of reviewed rows, if there are enough; the weights of those
    that chance took, 0 of the others; whether they are reviewed rows."""
    mask = np.zeros(len(rows), dtype=bool)
    if dataset.reviewed is not None:
        mask = np.array(dataset.reviewed)[list(rows)]
    if mask.sum() < FEWEST_REVIEWED:
        return given, np.zeros(len(rows)), False
    chances = (None,) * len(dataset) if dataset.chances is None else dataset.chances
    weights = np.array([0.0 if each is None else 1 / each for each in (chances[i] for i in rows)])
    return [replace(each, claims=each.claims.where(mask)) for each in given], weights[mask], True


def _folded(
    given: Evidence,
    field: Field,
    comparison: ordered.Comparison | None,
    *,
    extractor: FeatureExtractor | None,
    seed: int,
) -> tuple[Evidence, Folded, few_rows.Choice | None]:
    """The folds' fits, of the kind that was kept, or with the names of labels where those help; with the
    evidence by the labels they know."""
    if not field.ordered and extractor is not None:
        return few_rows.fits(given, field, extractor, seed=seed)
    kind = Kind.PLAIN if comparison is None else comparison.kept.kind
    kind = kind if whole(given.truth, given.folds) else Kind.PLAIN
    return given, fold_fits(given, kind=kind, seed=seed), None


def stages(seen: OutOfFold, field: Field) -> list[Stage]:
    """The answers by level, the deepest first: the labels of the head, then each level above them."""
    said = np.array(seen.labels)[seen.answers]
    claims = Claims(said=said, confidence=seen.confidence, right=seen.right, groups=seen.groups)
    levels = Levels.of(seen.labels, field)
    found = [Stage(claims=claims, labels=[each for each in seen.labels if each not in levels.inner])]
    sums, paths = levels.sums(seen.probabilities), [field.path(label) for label in seen.labels]
    for depth in sorted(set(levels.depths.values()), reverse=True):
        codes = [code for code in levels.inner if levels.depths[code] == depth]
        shares = np.column_stack([sums[code] for code in codes])
        best = shares.argmax(axis=1)
        right = [codes[i] in paths[truth] for i, truth in zip(best, seen.truth, strict=True)]
        above = Claims(
            said=np.array(codes)[best],
            confidence=shares.max(axis=1),
            right=np.array(right),
            groups=seen.groups,
        )
        found.append(Stage(claims=above, labels=codes))
    return found


def _evidence(
    dataset: Dataset,
    rows: Sequence[int],
    field: Field,
    *,
    features: Any,
    groups: NDArray[np.int64],
    seed: int,
) -> Evidence:
    """The rows of a field with folds of their own. features, groups: of all rows of the dataset."""
    column = [str(dataset.labels[field.code][i]) for i in rows]
    labels = _labels(field, Counter(column))
    place = {label: i for i, label in enumerate(labels)}
    truth = np.array([place[label] for label in column])
    groups = np.unique(groups[rows], return_inverse=True)[1]
    return Evidence(
        features=features[rows],
        labels=labels,
        truth=truth,
        groups=groups,
        folds=splits.stratified(truth, groups, count=min(splits.FOLDS, int(groups.max()) + 1), seed=seed),
        weights=None if dataset.weights is None else np.array(dataset.weights)[rows],
    )


def _labels(field: Field, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The labels in the rows: in the order of an ordered field, else of their codes."""
    if field.ordered:
        return tuple(label.code for label in field.labels if counts.get(label.code))
    return tuple(sorted(counts))
