"""Labels too rare to be learnt train the label above; retired ones are not trained at all."""

from __future__ import annotations

import pytest

from features.errors import TrainingDataError
from features.records import Request
from features.taxonomy import Taxonomy, infer
from features.taxonomy.changes import retired
from training import thin
from training.dataset import Dataset


def data(**counts: int) -> Dataset:
    labels = tuple(label.replace("_", "/") for label, count in counts.items() for _ in range(count))
    requests = tuple(Request(text=f"words {i}") for i in range(len(labels)))
    return Dataset(requests=requests, labels={"c": labels}, split=None, times=None)


def known(given: Dataset) -> Taxonomy:
    return infer({"c": {label for label in given.labels["c"] if label}}, separator="/")


def test_a_thin_leaf_trains_its_parent_and_a_fat_one_itself() -> None:
    given = data(a_x=9, a_y=2, b_z=3)
    found = thin.lifted(given, known(given))
    assert found.merged == {"c": {"a/y": "a"}}
    assert [found.dataset.labels["c"].count(each) for each in ("a/x", "a", "b/z")] == [9, 2, 3]
    assert thin.notes(found.merged, known(given).counted(given.labels)) == [
        "c: 1 labels have fewer than 3 rows or are retired, and train the label above: 'a/y' (2) as 'a'."
    ]


def test_thin_siblings_join_below_the_top_before_they_rise_further() -> None:
    given = data(a_x_1=2, a_x_2=1, a_y_1=2, b=9)
    merged = thin.lifted(given, known(given)).merged["c"]
    assert merged == {"a/x/1": "a/x", "a/x/2": "a/x", "a/y/1": "a"}


def test_where_all_would_be_one_label_they_stay_as_they_are() -> None:
    given = data(a_x=2, a_y=2)
    assert thin.lifted(given, known(given)).merged == {}


def test_a_flat_field_is_left_alone_however_thin() -> None:
    given = data(p=1, q=30)
    assert thin.lifted(given, known(given)).dataset is given


def test_rows_of_a_retired_label_train_the_parent_or_only_other_fields() -> None:
    given = data(a_x=9, a_y=9, b=9, c=9)
    taxonomy = retired(retired(known(given), "c", label="a/x"), "c", label="c")
    found = thin.lifted(given, taxonomy)
    assert found.merged == {"c": {"a/x": "a", "c": None}}
    assert found.dataset.labels["c"].count(None) == 9
    told = thin.notes(found.merged, taxonomy)
    assert "rows of retired labels train no label of this field: 'c'" in told[1]


def test_nothing_left_to_tell_apart_is_refused() -> None:
    given = data(p=9, q=9, r=9)
    taxonomy = known(given)
    for label in ("q",):
        taxonomy = retired(taxonomy, "c", label=label)
    with pytest.raises(TrainingDataError, match="'c' has 1 label"):
        thin.lifted(data(p=9, q=9), taxonomy)
