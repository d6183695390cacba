"""What cannot be learnt is left out and named in a sentence; the rest goes on."""

from __future__ import annotations

import pytest

from features.errors import TrainingDataError
from features.records import Request
from features.taxonomy import Taxonomy
from training.dataset import Dataset
from training.left_out import remarks, trainable

TAXONOMY = Taxonomy.default().only(["type", "impact"])
WORDS = ["printer", "invoice", "door", "crane", "login", "order", "cable", "badge", "wagon", "mouse"] * 2


def made(types: list[str | None], impacts: list[str | None], words: list[str] | None = None) -> Dataset:
    said = words or [f"{word} {'ab'[i // 10]}" for i, word in enumerate(WORDS)]
    return Dataset(
        requests=tuple(Request(text=each) for each in said),
        labels={"type": tuple(types), "impact": tuple(impacts)},
        split=None,
        times=None,
    )


TYPES: list[str | None] = ["incident", "billing"] * 10


@pytest.mark.parametrize(
    ("impacts", "told"),
    [
        (["low"] * 20, "impact is left out. All 20 rows have the label 'low' of 'impact'."),
        (["low", "high"] + [None] * 18, "impact is left out. 2 rows with a label of 'impact'."),
    ],
)
def test_a_field_without_anything_to_learn_is_left_out(impacts: list[str | None], told: str) -> None:
    dataset, taxonomy, left = trainable(made(TYPES, impacts), TAXONOMY)
    assert list(dataset.labels) == list(taxonomy.fields) == ["type"]
    assert left == [told]


def test_whole_data_stay_as_they_are() -> None:
    given = made(TYPES, ["low", "high"] * 10)
    assert trainable(given, TAXONOMY) == (given, TAXONOMY, [])


@pytest.mark.parametrize(
    ("types", "words", "told"),
    [
        (["billing"] * 20, None, "All 20 rows have the label 'billing' of 'type': there is nothing"),
        (["billing"] + [None] * 19, None, "1 rows with a label of 'type': a head needs at least 10"),
        (TYPES, ["the same words"] * 20, "have only 1 different texts: a head needs at least 10"),
    ],
)
def test_where_nothing_is_left_the_first_fault_is_told(
    types: list[str | None], words: list[str] | None, told: str
) -> None:
    with pytest.raises(TrainingDataError, match=told):
        trainable(made(types, [None] * 20, words), TAXONOMY)


def test_repeats_and_foreign_rows_are_named() -> None:
    words = ["the printer is broken"] * 17 + ["发票开错了", "la imprimante est cassée, désolé", "ok"]
    told = remarks(made(TYPES, TYPES, words))
    assert told[0].startswith("16 of 20 rows say what another row says")
    assert told[1].startswith("1 of 20 rows are in neither Chinese nor English")
    assert remarks(made(TYPES, TYPES)) == []
