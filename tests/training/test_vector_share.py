"""The weight of the vector is chosen by the rows, and what is fitted by it reads features as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from features.encoder import HashEncoder
from features.heads import Kind
from features.taxonomy import Taxonomy
from training import dataset as datasets
from training import vector_share
from training.fit import fit
from training.folded import Evidence, fold_fits
from training.splits import stratified
from training.vector_share import FEWEST_ROWS

LABELS = ("a", "b", "c")
AS_IT_IS = vector_share.Choice(gain=1.0, losses={})
WIDTH = 30


def evidence(rows=600, *, vector=1.0, words=1.0, weight=1.0, seed=0):
    """Rows whose vector and words tell their label so much each, in as much noise. weight: of the vector."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(len(LABELS), size=rows)
    blocks = []
    for told, size, heavy in ((vector, WIDTH, weight), (words, 50, 1.0)):
        towards = chance.standard_normal((len(LABELS), size))
        block = told * towards[truth] / 4 + chance.standard_normal((rows, size))
        blocks.append(heavy * block / np.linalg.norm(block, axis=1, keepdims=True))
    groups = np.arange(rows)
    return Evidence(
        features=sparse.csr_matrix(np.hstack(blocks)),
        labels=LABELS,
        truth=truth,
        groups=groups,
        folds=stratified(truth, groups, count=3, seed=0),
        width=WIDTH,
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_a_heavier_vector_is_fitted_and_features_are_read_as_they_are(kind: Kind) -> None:
    given = evidence(150)
    scale = np.r_[np.full(WIDTH, 1.7), np.ones(given.features.shape[1] - WIDTH)]
    scaled = replace(given, features=(given.features @ sparse.diags(scale)).tocsr())
    ours = fold_fits(replace(given, gain=1.7), kind=kind, seed=0)
    theirs = fold_fits(scaled, kind=kind, seed=0)
    assert np.allclose(ours.scores, theirs.scores, atol=1e-6)
    assert not np.allclose(ours.scores, fold_fits(given, kind=kind, seed=0).scores, atol=1e-2)


def test_a_vector_that_tells_little_is_made_lighter_and_one_that_tells_all_heavier() -> None:
    lighter, heavier = evidence(vector=0.0), evidence(words=0.0, weight=0.3)
    assert vector_share.choose(lighter, seed=0).gain < 1
    chosen = vector_share.choose(heavier, seed=0)
    assert chosen.gain > 1
    assert min(chosen.losses, key=chosen.losses.__getitem__) == chosen.gain


def test_few_rows_and_what_is_within_noise_keep_the_weight() -> None:
    few = vector_share.choose(evidence(FEWEST_ROWS - 1, vector=0.0), seed=0)
    assert (few.gain, few.losses) == (1.0, {})
    told = vector_share.choose(evidence(FEWEST_ROWS, vector=0.0, words=0.0), seed=0)
    assert told.gain == 1.0
    assert len(told.losses) >= 2


def test_of_many_rows_a_part_is_drawn_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_share, "MOST_ROWS", 300)
    given = evidence(vector=0.0)
    first, second = (vector_share.choose(given, seed=3) for _ in range(2))
    assert first == second
    assert first.losses != vector_share.choose(given, seed=4).losses


def test_an_ordered_field_keeps_the_weight_as_it_is(monkeypatch, sample_file):
    asked = []
    monkeypatch.setattr(vector_share, "choose", lambda given, **_: asked.append(given.labels) or AS_IT_IS)
    dataset, taxonomy = datasets.load(sample_file, taxonomy=Taxonomy.default(), fields=("type", "impact"))
    fit(dataset, taxonomy, encoder=HashEncoder(), seed=0)
    assert asked == [tuple(sorted(set(dataset.labels["type"])))]
