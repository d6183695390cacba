"""Which rows are measured and which are learnt from: by the file's own split, by time, or by chance.

Rows that say the same thing (one duplicate group) never stand on both sides.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.errors import TrainingDataError
from training.dataset import Dataset

SHARE_HELD_BACK = 0.2
TRAIN = "train"
TEST = "test"
VALIDATION = ("val", "dev", "valid", "validation")
FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Split:
    """Positions to fit on and to measure on. refit: whether the heads are then fitted on all rows."""

    fit: tuple[int, ...]
    measure: tuple[int, ...]
    refit: bool
    how: str


def split(dataset: Dataset, *, seed: int) -> Split:
    """Hold rows back for the figures.

    With a `split` column, rows outside `train` are never fitted, and the figures are of `test`, or of the
    others where there is no test. Without one a fifth is held back: the latest where times are known,
    else by chance, stratified by the first field.
    Raises TrainingDataError where the file's split leaves nothing to fit.
    """
    if dataset.split is not None:
        return _given(dataset.split)
    if dataset.times is not None:
        return _latest(dataset)
    field = next(iter(dataset.labels))
    fit, measure = folds(dataset, field, count=round(1 / SHARE_HELD_BACK), seed=seed)[0]
    return Split(fit=tuple(fit), measure=tuple(measure), refit=True, how="a fifth held back by chance")


def folds(
    dataset: Dataset, code: str, *, count: int = FOLDS, seed: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(fit, measure) positions of each fold, stratified by a field's label, duplicate groups together."""
    labels = np.unique([label or "" for label in dataset.labels[code]], return_inverse=True)[1]
    groups = np.unique(dataset.groups, return_inverse=True)[1]
    return stratified(labels, groups, count=count, seed=seed)


def stratified(
    labels: NDArray[np.int64], groups: NDArray[np.int64], *, count: int, seed: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(fit, measure) positions of each fold, stratified by label, duplicate groups together.

    Where every label has fewer rows than there are folds, nothing can be stratified, and chance parts them.
    """
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    if np.bincount(labels).max() < count:
        by_chance = GroupKFold(n_splits=count, shuffle=True, random_state=seed)
        return list(by_chance.split(labels, labels, groups))
    splitter = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a label of fewer rows than folds: named by thin_labels
        return list(splitter.split(labels, labels, groups))


def _given(column: Sequence[str]) -> Split:
    fit = [i for i, value in enumerate(column) if value == TRAIN]
    if not fit:
        raise TrainingDataError(
            f"The column 'split' holds {', '.join(sorted(set(column)))}; the rows to learn from must say "
            f"{TRAIN!r}.",
            field="split",
        )
    names = (TEST,) if TEST in column else VALIDATION
    measure = [i for i, value in enumerate(column) if value in names]
    return Split(fit=tuple(fit), measure=tuple(measure), refit=False, how="the file's own split")


def _latest(dataset: Dataset) -> Split:
    groups, times = dataset.groups, dataset.times or ()
    first: dict[str, int] = {}
    for group, time in zip(groups, times, strict=True):
        first[group] = min(time, first.get(group, time))
    order = sorted(range(len(dataset)), key=lambda i: (first[groups[i]], groups[i], i))
    cut = round(len(order) * (1 - SHARE_HELD_BACK))
    while 0 < cut < len(order) and groups[order[cut]] == groups[order[cut - 1]]:
        cut += 1
    fit, measure = tuple(sorted(order[:cut])), tuple(sorted(order[cut:]))
    return Split(fit=fit, measure=measure, refit=True, how="the latest fifth held back")
