"""No row is measured by a model that saw it, or its duplicate."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from features.errors import TrainingDataError
from features.records import Request
from training import splits
from training.dataset import Dataset


def made(
    words: Sequence[str], *, split: Sequence[str] | None = None, times: Sequence[int] | None = None
) -> Dataset:
    return Dataset(
        requests=tuple(Request(text=each) for each in words),
        labels={"type": tuple("ab"[i % 2] for i in range(len(words)))},
        split=None if split is None else tuple(split),
        times=None if times is None else tuple(times),
    )


def test_the_files_own_split_is_kept_and_validation_rows_are_not_in_the_figures() -> None:
    found = splits.split(made("abcd", split=["train", "val", "test", "dev"]), seed=0)
    assert (found.fit, found.measure, found.refit) == ((0,), (2,), False)


def test_without_test_rows_the_validation_rows_are_measured() -> None:
    assert splits.split(made("abc", split=["train", "dev", "train"]), seed=0).measure == (1,)


def test_a_split_without_training_rows_is_refused() -> None:
    with pytest.raises(TrainingDataError, match="must say 'train'"):
        splits.split(made("ab", split=["test", "test"]), seed=0)


def test_the_latest_fifth_is_held_back_where_times_are_known() -> None:
    words = [f"text number {'abcdefghij'[i]}" for i in range(10)]
    found = splits.split(made(words, times=list(range(10, 0, -1))), seed=0)
    assert found.measure == (0, 1)
    assert found.refit


@pytest.mark.parametrize("times", [None, list(range(40))])
def test_duplicates_stand_on_one_side(times: list[int] | None) -> None:
    words = [f"same words {'abcdefghij'[i % 10]}" for i in range(40)]
    dataset = made(words, times=times)
    found = splits.split(dataset, seed=0)
    groups = dataset.groups
    assert found.measure or times
    assert not {groups[i] for i in found.fit} & {groups[i] for i in found.measure}
    assert sorted((*found.fit, *found.measure)) == list(range(40))


def test_folds_cover_every_row_once_and_part_no_group() -> None:
    words = [f"words {'abcdefghijklmnopqrst'[i // 2]}" for i in range(40)]
    dataset = made(words)
    folds = splits.folds(dataset, "type", seed=0)
    assert sorted(i for _, measure in folds for i in measure) == list(range(40))
    for fit, measure in folds:
        assert not {words[i] for i in fit} & {words[i] for i in measure}
