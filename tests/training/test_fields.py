"""A field from rows to a sealed promise, on words that tell the labels apart and on those that do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from features.bundle import TriageModel
from features.encoder import HashEncoder
from features.guarantees import Rule
from features.records import Decision, Request
from features.taxonomy import Taxonomy, infer
from training import fit, promises
from training.dataset import Dataset
from training.targets import parse

WORDS = {
    "red": ["printer", "paper", "toner", "tray", "scanner"],
    "blue": ["invoice", "refund", "payment", "receipt", "discount"],
}


def dataset(rows: int, *, copies: int = 1, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Requests of two labels; a share `noise` of the labels is the other one's. Each text stands `copies`
    times."""
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for i in range(rows // copies):
        label = ("red", "blue")[i % 2]
        words = rng.choice(WORDS[label], 3)
        texts += [f"{' '.join(words)} number {chr(97 + i % 26)}{chr(97 + i // 26)}"] * copies
        other = "blue" if label == "red" else "red"
        labels += [other if rng.random() < noise else label] * copies
    return Dataset(
        requests=tuple(Request(text=each) for each in texts),
        labels={"colour": tuple(labels)},
        split=None,
        times=None,
    )


TAXONOMY: Taxonomy = infer({"colour": {"red", "blue"}})


def fitted(given: Dataset, *, target: str = "0.95", reviewed: bool = False) -> fit.Fitted:
    return fit.fit_all(
        given, TAXONOMY, encoder=HashEncoder(), seed=0, targets=parse(target), reviewed=reviewed
    )


@pytest.fixture(scope="module")
def easy() -> fit.Fitted:
    return fitted(dataset(240))


def test_what_is_plain_to_see_may_be_decided_alone(easy: fit.Fitted, tmp_path: Path) -> None:
    made = easy.fields["colour"].guarantee
    assert made.coverage == 1.0
    assert made.lower_bound is not None
    assert made.lower_bound > 0.95
    loaded = TriageModel.load(easy.model.save(tmp_path / "bundle"), encoder=HashEncoder())
    # One of the very texts it learnt from, so that it is surely in scope and over the cutoff.
    given = dataset(240)
    said = loaded.predict(given.requests[:1])[0].fields["colour"]
    assert (said.label, said.decision) == (given.labels["colour"][0], Decision.SUGGEST)
    assert said.threshold == made.cutoffs[said.label]


def test_the_manifest_says_what_is_promised_and_on_which_rows(easy: fit.Fitted) -> None:
    manifest = easy.model.manifest
    assert manifest.guarantees["colour"]["data_hash"] == manifest.data_hash
    assert manifest.thresholds == {"colour": easy.fields["colour"].guarantee.cutoffs}
    assert manifest.priors == {"colour": {"blue": 0.5, "red": 0.5}}
    assert not manifest.reviewed
    assert not manifest.guarantees["colour"]["reviewed"]


def test_what_was_seen_out_of_fold_is_kept_for_the_report(easy: fit.Fitted) -> None:
    seen = easy.fields["colour"].out_of_fold
    assert seen.probabilities.shape == (240, 2)
    assert np.allclose(seen.probabilities.sum(axis=1), 1)
    assert seen.right.mean() > 0.95
    assert set(easy.fields["colour"].losses) == {"temperature", "bias", "vector"}


def test_a_target_that_no_cutoff_can_hold_is_said_and_the_field_goes_to_review() -> None:
    given = dataset(240, noise=0.3)
    made = fitted(given, target="0.99")
    cutoffs = made.fields["colour"].guarantee.cutoffs
    assert cutoffs == {"blue": None, "red": None}
    told = promises.sentences({"colour": made.fields["colour"].guarantee})
    assert told[0].startswith("colour: no cutoff holds a precision of 0.99 on 240 out-of-fold rows")
    said = made.model.predict(given.requests[:5])
    assert {each.fields["colour"].decision for each in said} == {Decision.REVIEW}


def test_nine_of_ten_rows_being_copies_do_not_make_a_promise() -> None:
    made = fitted(dataset(240, copies=10)).fields["colour"]
    assert made.out_of_fold.right.mean() > 0.9
    assert {each.rule for each in made.guarantee.labels.values()} == {Rule.REVIEW}


def test_only_reviewed_rows_make_a_reviewed_promise() -> None:
    made = fitted(dataset(60), reviewed=True).model.manifest
    assert made.reviewed
    assert made.guarantees["colour"]["reviewed"]
