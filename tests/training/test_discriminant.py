"""A discriminant analysis of vectors beside a linear classifier, and when it is kept."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from features.encoder import HashEncoder
from features.heads import Kind, logits
from features.taxonomy import infer
from features.vectors import FeatureExtractor
from training import few_rows, splits
from training.discriminant import fit_both
from training.folded import Evidence, fold_fits

WIDTH, WORDS = 6, 40


def made(rows: int = 90, labels: int = 3, seed: int = 0, apart: float = 1.0):
    """Vectors about a centre for each label, and words that tell nothing beside them."""
    random = np.random.default_rng(seed)
    truth = np.arange(rows) % labels
    centres = np.random.default_rng(99).normal(size=(labels, WIDTH))
    vectors = apart * centres[truth] + random.normal(size=(rows, WIDTH))
    words = sparse.random(rows, WORDS, density=0.1, random_state=seed, format="csr")
    return sparse.hstack([sparse.csr_matrix(vectors), words], format="csr"), truth


@pytest.mark.parametrize("labels", [2, 3])
def test_the_sum_is_one_linear_classifier_that_is_right_on_rows_it_did_not_see(labels):
    learn, truth = made(labels=labels, apart=3.0)
    unseen, asked = made(labels=labels, apart=3.0, seed=1)
    fitted = fit_both(learn, truth, width=WIDTH, seed=0)
    found = logits(fitted, unseen)
    assert found.shape == (len(asked), labels)
    assert np.mean(found.argmax(axis=1) == asked) > 0.95


def test_classes_are_the_labels_that_the_rows_have():
    features, truth = made()
    fitted = fit_both(features, np.where(truth == 1, 4, truth), width=WIDTH, seed=0)
    assert fitted.classes_.tolist() == [0, 2, 4]


def test_a_row_that_counts_twice_is_as_two_rows():
    features, truth = made()
    twice = np.r_[np.arange(90), np.arange(30)]
    counts = np.where(np.arange(90) < 30, 2.0, 1.0)
    weighted = fit_both(features, truth, counts, width=WIDTH, seed=0)
    repeated = fit_both(features[twice], truth[twice], width=WIDTH, seed=0)
    assert np.abs(weighted.coef_ - repeated.coef_).max() < 0.05 * np.abs(repeated.coef_).max()
    assert np.abs(weighted.coef_ - fit_both(features, truth, width=WIDTH, seed=0).coef_).max() > 0.01


def evidence(per_label: int, *, told_by: str):
    """Two labels that either the vector tells apart, amid words that say nothing, or a word of each label."""
    random = np.random.default_rng(per_label)
    truth = np.arange(2 * per_label) % 2
    extractor = FeatureExtractor.fit(["alpha beta", "gamma delta"], encoder=HashEncoder())
    width = extractor.encoder.dimensions
    vectors = random.normal(size=(len(truth), width))
    vectors[:, :40] += 0.35 * (2 * truth[:, None] - 1) * (told_by == "vector")
    noise = 5.0 * (random.random((len(truth), 60)) < 0.3)
    words = noise if told_by == "vector" else 3.0 * np.column_stack([truth, 1 - truth])
    groups = np.arange(len(truth))
    folds = splits.stratified(truth, groups, count=5, seed=0)
    features = sparse.csr_matrix(np.hstack([vectors, words]))
    given = Evidence(features=features, labels=("a", "b"), truth=truth, groups=groups, folds=folds)
    return given, infer({"type": {"a", "b"}}).field("type"), extractor


def accuracy(given, folded):
    return np.mean(folded.scores.argmax(axis=1) == given.truth)


def test_it_is_kept_where_it_is_right_more_often_than_rows_alone():
    given, field, extractor = evidence(50, told_by="vector")
    _, found, names = few_rows.fits(given, field, extractor, seed=0)
    assert names is None
    assert accuracy(given, found) > accuracy(given, fold_fits(given, kind=Kind.PLAIN, seed=0))


@pytest.mark.parametrize(("per_label", "told_by"), [(50, "words"), (130, "vector")])
def test_rows_alone_stay_where_it_gains_nothing_or_rows_are_many(per_label, told_by):
    given, field, extractor = evidence(per_label, told_by=told_by)
    _, found, _ = few_rows.fits(given, field, extractor, seed=0)
    assert np.array_equal(found.scores, fold_fits(given, kind=Kind.PLAIN, seed=0).scores)
