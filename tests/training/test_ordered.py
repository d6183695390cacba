"""An ordered field is answered by another kind or other weights only where that is better beyond noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from sklearn.metrics import cohen_kappa_score

from features.heads import Kind, scores
from training import ordered, splits
from training.folded import Evidence, fit_kind, fold_fits


def evidence(rows: int, *, shares: list[float], noise: float, seed: int = 0) -> Evidence:
    """Rows whose features tell their label as well as `noise` lets them."""
    rng = np.random.default_rng(seed)
    truth = np.sort(rng.choice(len(shares), size=rows, p=shares))
    features = np.column_stack([truth + noise * rng.normal(size=rows), rng.normal(size=(rows, 4))])
    groups = np.arange(rows)
    return Evidence(
        features=sparse.csr_matrix(features),
        labels=tuple("abc"[: len(shares)]),
        truth=truth,
        groups=groups,
        folds=splits.stratified(truth, groups, count=5, seed=0),
    )


def test_where_one_label_is_the_default_the_others_are_weighted_up() -> None:
    given = evidence(900, shares=[0.1, 0.8, 0.1], noise=1.0)
    found = ordered.compare(given, seed=0)
    assert found.kept.weighted
    best = {each.candidate: each.kappa.mean() for each in found.measured}
    assert best[found.kept] > best[ordered.CANDIDATES[0]] + 0.05


def test_where_labels_are_plain_to_see_the_plain_head_is_kept() -> None:
    given = evidence(400, shares=[0.5, 0.5], noise=0.05)
    assert ordered.compare(given, seed=0).kept == ordered.Candidate(Kind.PLAIN, weighted=False)


def test_few_rows_are_not_compared() -> None:
    given = evidence(250, shares=[0.3, 0.4, 0.3], noise=0.5)
    assert ordered.compare(given, seed=0) == ordered.Comparison(kept=ordered.CANDIDATES[0])


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_scores_labels_in_their_order(kind: Kind) -> None:
    given = evidence(600, shares=[0.3, 0.4, 0.3], noise=0.3)
    folded = fold_fits(given, kind=kind, seed=0)
    assert folded.scores.shape == (600, 3)
    assert (folded.scores.argmax(axis=1) == given.truth).mean() > 0.6
    found = scores(folded.classifier, given.features, kind=kind, labels=3)
    assert np.corrcoef(found.argmax(axis=1), given.truth)[0, 1] > 0.8


def test_the_head_is_the_mean_of_the_folds() -> None:
    given = evidence(300, shares=[0.3, 0.4, 0.3], noise=0.5)
    fits = [
        fit_kind(given.features[learn], given.truth[learn], labels=3, kind=Kind.PLAIN, seed=0)
        for learn, _ in given.folds
    ]
    mean = fold_fits(given, kind=Kind.PLAIN, seed=0).classifier
    expected = np.mean([each.decision_function(given.features) for each in fits], axis=0)
    assert np.allclose(mean.decision_function(given.features), expected)


def test_a_label_of_one_row_is_learnt_from_all_rows() -> None:
    given = evidence(60, shares=[0.5, 0.5], noise=0.2)
    truth = given.truth.copy()
    truth[-1] = 2
    lonely = replace(given, truth=truth, labels=("a", "b", "c"))
    folded = fold_fits(lonely, kind=Kind.PLAIN, seed=0)
    assert folded.classifier.decision_function(given.features).shape == (60, 3)
    fold = next(measure for _, measure in given.folds if 59 in measure)
    assert np.array_equal(folded.scores[fold].min(axis=1), folded.scores[fold][:, 2])


def test_weights_make_each_label_as_frequent_as_it_is() -> None:
    rng = np.random.default_rng(0)
    truth = rng.choice(3, size=2000, p=[0.05, 0.85, 0.1])
    shares = rng.dirichlet([1, 1, 1], size=2000) * np.array([0.05, 0.85, 0.1])
    shares /= shares.sum(axis=1, keepdims=True)
    said = (shares * ordered.matching_weights(shares, truth)).argmax(axis=1)
    assert np.abs(np.bincount(said, minlength=3) - np.bincount(truth)).max() < 60


def test_weights_of_a_row_are_fitted_on_other_folds() -> None:
    given = evidence(300, shares=[0.1, 0.8, 0.1], noise=1.0)
    rng = np.random.default_rng(0)
    shares = rng.dirichlet([1, 4, 1], size=300)
    learn, measure = given.folds[0]
    answers = ordered.chosen(shares, given.truth, given.folds, weighted=True).answers
    weights = ordered.matching_weights(shares[learn], given.truth[learn])
    assert np.array_equal(answers[measure], (shares[measure] * weights).argmax(axis=1))


def test_kappa_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    one: NDArray[np.int64] = rng.integers(4, size=200)
    other = np.clip(one + rng.integers(-1, 2, size=200), 0, 3)
    expected = cohen_kappa_score(one, other, weights="quadratic")
    assert ordered.kappa(one, other, labels=4) == pytest.approx(expected)
    assert ordered.kappa(one[:1], one[:1], labels=4) == 1.0


def test_the_noise_of_a_difference_is_that_between_halves() -> None:
    assert ordered.difference(np.array([[0.1, 0.1]] * 5)) == pytest.approx((0.1, 0.0))
    assert ordered.difference(np.array([[0.2, 0.0]] * 5)) == pytest.approx((0.1, 0.02**0.5))
