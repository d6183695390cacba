"""Rows weigh what they are given, and thresholds are fitted on reviewed rows where there are enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.encoder import HashEncoder
from features.records import Request
from features.taxonomy import Taxonomy
from training.dataset import Dataset
from training.fields import FEWEST_REVIEWED
from training.fit import fit, fit_all

TAXONOMY = Taxonomy.default().only(["type"])


def dataset(rows: int = 60) -> Dataset:
    """Each text twice, under two labels."""
    labels = [("billing", "complaint")[i % 2] for i in range(rows)]
    return Dataset(
        requests=tuple(Request(text=f"the invoice {i // 2} was sent") for i in range(rows)),
        labels={"type": tuple(labels)},
        split=None,
        times=None,
    )


def share(given: Dataset, label: str) -> float:
    model = fit(given, TAXONOMY, encoder=HashEncoder(), seed=0)
    said = model.predict(given.requests)
    return float(np.mean([each.fields["type"].label == label for each in said]))


def test_a_heavy_label_wins_over_a_light_one_on_the_same_texts() -> None:
    given = dataset()
    heavy = tuple(20.0 if label == "complaint" else 1.0 for label in given.labels["type"])
    assert share(replace(given, weights=heavy), "complaint") > 0.9
    light = tuple(1.0 if label == "complaint" else 20.0 for label in given.labels["type"])
    assert share(replace(given, weights=light), "complaint") < 0.1


def test_weights_and_chances_are_part_of_the_hash_of_the_data() -> None:
    assert replace(dataset(), weights=(2.0,) * 60).sha256 != dataset().sha256
    some, others = (replace(dataset(), chances=(chance,) * 60).sha256 for chance in (0.05, 0.1))
    assert len({dataset().sha256, some, others}) == 3


def test_thresholds_say_that_they_are_of_reviewed_rows_only_where_there_are_enough() -> None:
    texts = [
        (f"发票 {i} 金额不对", "billing") if i % 2 else (f"机器 {i} 停了", "incident") for i in range(300)
    ]
    given = Dataset(
        requests=tuple(Request(text=text) for text, _ in texts),
        labels={"type": tuple(label for _, label in texts)},
        split=None,
        times=None,
    )
    for count, reviewed in ((FEWEST_REVIEWED, True), (FEWEST_REVIEWED - 1, False)):
        some = replace(given, reviewed=tuple(i < count for i in range(300)))
        fitted = fit_all(some, TAXONOMY, encoder=HashEncoder(), seed=0)
        guarantee = fitted.fields["type"].guarantee
        assert (guarantee.reviewed, guarantee.rows) == (reviewed, count if reviewed else 300)
        assert fitted.model.manifest.reviewed is reviewed


def test_thresholds_rest_on_the_reviewed_rows_that_chance_took() -> None:
    given = replace(dataset(400), reviewed=tuple(i < 300 for i in range(400)))
    given = replace(given, chances=tuple(0.05 if i % 2 else None for i in range(400)))
    made = fit_all(given, TAXONOMY, encoder=HashEncoder(), seed=0)
    guarantee = made.model.manifest.guarantees["type"]
    assert (guarantee["reviewed"], guarantee["drawn"]) == (True, 150)
