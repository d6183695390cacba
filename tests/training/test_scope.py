"""The scope is fitted on rows in scope, at a stated rate of false alarms, and better with examples."""

from __future__ import annotations

import numpy as np
import pytest

from features.bundle import TriageModel
from features.encoder import HashEncoder
from features.records import Request
from features.taxonomy import Taxonomy, infer
from tests.conftest import SAMPLES
from training import dataset as datasets
from training import outside, scope
from training.dataset import Dataset
from training.fit import fit
from training.fragments import LONG, fragments
from training.scope import FALSE_ALARMS, fit_scope


@pytest.fixture(scope="module")
def samples() -> Dataset:
    """The sample requests."""
    return datasets.load(SAMPLES, taxonomy=Taxonomy.default())[0].rows(range(400))


def made(texts: list[str], labels: list[str]) -> Dataset:
    return Dataset(
        requests=tuple(Request(text=each) for each in texts),
        labels={"type": tuple(labels)},
        split=None,
        times=None,
    )


def test_the_stated_share_of_rows_is_over_the_cutoff(samples: Dataset) -> None:
    found = fit_scope(samples, examples=(), encoder=HashEncoder(), seed=0)
    assert found.scores is not None
    assert found.model.distance is not None
    over = np.mean(found.scores > found.model.distance.cutoff)
    assert over == pytest.approx(FALSE_ALARMS, abs=1.5 / len(samples))
    assert found.model.languages == ("en", "zh")
    assert found.as_data()["weights"]["excess"] == 0


def test_the_same_rows_and_seed_give_the_same_scope(samples: Dataset) -> None:
    one, other = (fit_scope(samples, examples=(), encoder=HashEncoder(), seed=0) for _ in range(2))
    for name, array in one.model.arrays().items():
        assert np.array_equal(array, other.model.arrays()[name]), name


def test_examples_are_told_apart_better_than_without_them(samples: Dataset) -> None:
    encoder = HashEncoder()
    nouns = ("opera", "jazz", "chess", "poem", "ballet", "novel")
    words = [f"{noun} {rest}" for noun in nouns for rest in ("lyrics", "for beginners", "history", "rules")]
    seen, unseen = words[::2], words[1::2]
    plain, taught = (fit_scope(samples, examples=each, encoder=encoder, seed=0) for each in ((), seen))
    assert taught.examples == len(seen)

    def standing(found: scope.ScopeFit) -> float:
        assert found.model.distance is not None
        assert found.scores is not None
        far = found.model.distance.scores(encoder.encode(unseen))
        return float(np.mean(far[:, None] > found.scores[None, :]))

    assert standing(taught) >= standing(plain)


def test_few_rows_say_nothing_of_distance(samples: Dataset) -> None:
    found = fit_scope(samples.rows(range(40)), examples=(), encoder=HashEncoder(), seed=0)
    assert found.model.distance is None
    assert found.as_data()["cutoff"] is None


def test_the_language_of_the_rows_is_the_one_that_is_known() -> None:
    french = [f"Bonjour, l'imprimante numéro {i} ne fonctionne plus, merci de nous aider" for i in range(30)]
    found = fit_scope(made(french, ["a", "b"] * 15), examples=(), encoder=HashEncoder(), seed=0)
    assert found.model.languages == ("fr",)


def test_rows_of_one_word_lower_what_counts_as_too_little() -> None:
    texts = [f"{word}" for word in ("yes", "no", "stop", "help") for _ in range(20)]
    found = fit_scope(made(texts, ["a", "b", "a", "b"] * 20), examples=(), encoder=HashEncoder(), seed=0)
    assert found.model.fewest_letters == 2


def test_fragments_are_clauses_of_long_texts_only() -> None:
    long = (
        "The gate of hall two is stuck. Nobody can leave, please send someone before the evening shift ends."
    )
    found = fragments(["short one", long, "x" * (LONG + 1)], seed=0)
    assert [i for i, _ in found] == [1]
    assert all(piece in long for _, piece in found)


def test_rows_labelled_out_of_scope_train_no_head_and_are_counted_apart() -> None:
    words = [(f"my invoice {i} is wrong", "billing") for i in range(40)]
    words += [(f"the press {i} stands still", "incident") for i in range(40)]
    words += [(f"sing me song {i} tonight", "oos") for i in range(12)]
    dataset = made([text for text, _ in words], [label for _, label in words])
    taxonomy = infer({"type": {"billing", "incident", "oos"}})
    model = fit(dataset, taxonomy, encoder=HashEncoder(), seed=0)
    assert set(model.heads["type"].labels) == {"billing", "incident"}
    assert model.manifest.scope is not None
    assert model.manifest.scope["examples"] == 12
    figures = outside.scope_figures(model, dataset)
    assert figures is not None
    assert (figures.inside, figures.outside) == (80, 12)
    assert figures.auroc == pytest.approx(1, abs=0.05)
    assert "of 12 labelled out of scope" in outside.sentence(figures)


def test_without_outside_rows_only_false_alarms_are_told(hash_model: TriageModel, samples: Dataset) -> None:
    figures = outside.scope_figures(hash_model, samples.rows(range(200, 300)))
    assert figures is not None
    assert figures.auroc is None
    assert outside.sentence(figures).endswith("out of scope.")
