"""The learning curve: how good a field is at a growing number of rows a label, with names and without."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.encoder import Encoder
from features.heads import logits
from features.taxonomy import Field
from features.vectors import FeatureExtractor
from training.coldstart import cold_head
from training.dataset import Dataset
from training.few_rows import UP_TO, together
from training.heads import make_classifier
from training.named import named
from training.outside import parted

SIZES = (0, 1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One size of training set, measured on the rows held back.

    rows_per_label: at most so many rows of each label were learnt from. rows: how many that were in all.
    names: whether names and descriptions of the labels took part.
    """

    rows_per_label: int
    rows: int
    names: bool
    accuracy: float
    macro_f1: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The curve of one field. measured: rows held back."""

    field: str
    measured: int
    points: tuple[Point, ...]


def learning_curve(
    learn: Dataset,
    measure: Dataset,
    field: Field,
    *,
    encoder: Encoder,
    seed: int,
    sizes: Sequence[int] = SIZES,
) -> Curve:
    """Fit a field's classifier on ever more rows of `learn`, smaller sets within larger ones.

    Up to few_rows.UP_TO rows a label also with names; 0 rows is names alone. Sizes over what the most
    frequent label has are left out. Ordered fields are fitted like others, without thresholds.
    """
    learn, measure = (part.rows(part.labelled(field.code)) for part in (parted(learn)[0], parted(measure)[0]))
    labels = tuple(code for code in field.by_code if code in set(learn.labels[field.code]))
    place = {label: i for i, label in enumerate(labels)}
    truth = np.array([place[str(label)] for label in learn.labels[field.code]])
    asked = np.array([place.get(str(label), -1) for label in measure.labels[field.code]])
    order = np.random.default_rng(seed).permutation(len(truth))
    texts, points = (np.array(learn.words, dtype=object), measure.words), list[Point]()
    for size in sizes:
        rows = drawn(truth, order, size)
        fitted = _Fitted(list(texts[0][rows]), truth[rows], field, labels, encoder=encoder, seed=seed)
        for names in (False, True):
            answers = fitted.answers(texts[1], names=names, size=size)
            if answers is not None:
                points.append(_point(size, len(rows), names, asked, answers))
        if size >= np.bincount(truth).max():
            break
    return Curve(field=field.code, measured=len(asked), points=tuple(points))


class _Fitted:
    """The classifiers of one set of rows."""

    def __init__(
        self,
        texts: list[str],
        truth: NDArray[np.int64],
        field: Field,
        labels: tuple[str, ...],
        *,
        encoder: Encoder,
        seed: int,
    ) -> None:
        self.truth, self.field, self.labels, self.seed = truth, field, labels, seed
        self.extractor = FeatureExtractor.fit(texts or list(named(field, labels).texts), encoder=encoder)
        self.features = self.extractor.transform(texts) if texts else None

    def answers(self, texts: Sequence[str], *, names: bool, size: int) -> NDArray[np.int64] | None:
        """The position of each text's label; None where this is not to be tried."""
        classifier = self._classifier(names=names, size=size)
        if classifier is None:
            return None
        found = logits(classifier, self.extractor.transform(texts)).argmax(axis=1)
        return np.asarray(np.asarray(classifier.classes_)[found], dtype=np.int64)

    def _classifier(self, *, names: bool, size: int) -> Any:
        if self.features is None:
            return cold_head(named(self.field, self.labels), self.extractor).classifier if names else None
        if names:
            fit = together(self.field, self.labels, self.extractor)
            return fit(self.features, self.truth, None) if size <= UP_TO else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # scikit-learn doubts labels of one row each
            return make_classifier(seed=self.seed).fit(self.features, self.truth)


def drawn(truth: NDArray[np.int64], order: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """The first `size` rows of each label, in the order drawn."""
    found = [order[truth[order] == label][:size] for label in np.unique(truth)]
    return np.concatenate(found)


def _point(size: int, rows: int, names: bool, asked: NDArray[np.int64], answers: NDArray[np.int64]) -> Point:
    from sklearn.metrics import f1_score

    return Point(
        rows_per_label=size,
        rows=rows,
        names=names,
        accuracy=float(np.mean(asked == answers)),
        macro_f1=float(f1_score(asked, answers, average="macro", labels=np.unique(asked), zero_division=0)),
    )
