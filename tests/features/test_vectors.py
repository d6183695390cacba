"""What heads read of a text: kept with the model, and alike wherever the model is."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from features.encoder import HashEncoder
from features.vectors import CURRENT, RECIPES, FeatureExtractor

TEXTS = (
    "产线的PLC通讯中断，三条线都停了",
    "PLC通讯恢复了，但发票开错了",
    "We were charged twice for March, please refund.",
    "Please send the March invoice again",
    "123 !!!",
)


@pytest.fixture(scope="module")
def extractor() -> FeatureExtractor:
    return FeatureExtractor.fit(TEXTS, encoder=HashEncoder())


def again(extractor: FeatureExtractor, **changes: Any) -> FeatureExtractor:
    data = json.loads(json.dumps(extractor.as_data())) | changes
    return FeatureExtractor.of(data, encoder=extractor.encoder)


def test_a_text_is_read_alike_before_and_after_a_round_trip(extractor: FeatureExtractor) -> None:
    before, after = extractor.transform(TEXTS), again(extractor).transform(TEXTS)
    assert (before != after).nnz == 0
    assert before.shape == (len(TEXTS), 256 + sum(len(v.vocabulary_) for v in extractor.vectorizers.values()))


def test_the_same_texts_give_the_same_features(extractor: FeatureExtractor) -> None:
    other = FeatureExtractor.fit(TEXTS, encoder=HashEncoder())
    assert other.as_data() == extractor.as_data()
    assert (other.transform(TEXTS) != extractor.transform(TEXTS)).nnz == 0


def test_each_block_has_the_length_that_the_recipe_gives_it(extractor: FeatureExtractor) -> None:
    rows, start = extractor.transform(TEXTS[:4]), 0
    widths = [256, *(len(each.vocabulary_) for each in extractor.vectorizers.values())]
    for width, length in zip(widths, (extractor.vector_weight, 1.0, 1.0), strict=True):
        block = rows[:, start : start + width].toarray()
        assert np.linalg.norm(block, axis=1) == pytest.approx(length)
        start += width


def test_vectors_that_are_known_are_not_made_again(extractor: FeatureExtractor) -> None:
    vectors = extractor.encoder.encode(TEXTS)
    assert (extractor.transform(TEXTS, vectors=vectors) != extractor.transform(TEXTS)).nnz == 0
    assert extractor.transform(TEXTS, vectors=0 * vectors)[:, :256].nnz == 0


def test_a_chinese_character_is_a_word_and_so_is_a_run_of_letters(extractor: FeatureExtractor) -> None:
    words = extractor.vectorizers["words"]
    found = words.build_analyzer()("发票INV-7错了, I can't 修")
    assert found[: found.index("修") + 1] == ["发", "票", "inv", "7", "错", "了", "i", "can", "t", "修"]
    assert "发 票" in words.vocabulary_
    assert "march invoice" in words.vocabulary_


def test_a_model_without_a_recipe_is_read_by_the_first(extractor: FeatureExtractor) -> None:
    data = extractor.as_data()
    del data["recipe"]
    old = FeatureExtractor.of(data, encoder=extractor.encoder)
    assert (old.recipe, old.vector_weight) == (1, RECIPES[1].vector_weight)
    assert old.vectorizers["words"].build_analyzer()("发票开错了") == ["发票开错了"]
    assert again(old).recipe == 1, "saved again it stays what it is"


def test_data_of_no_vocabulary_are_refused(extractor: FeatureExtractor) -> None:
    with pytest.raises(KeyError, match="terms"):
        again(extractor, words={"idf": []})


def test_a_recipe_of_a_later_release_is_refused(extractor: FeatureExtractor) -> None:
    with pytest.raises(ValueError, match=f"recipe {CURRENT + 1} is of a later release"):
        again(extractor, recipe=CURRENT + 1)


def test_texts_without_a_word_leave_the_vector() -> None:
    made = FeatureExtractor.fit(["", " "], encoder=HashEncoder())
    assert made.vectorizers == {}
    assert again(made).transform(["a"]).shape == (1, 256)


def test_rows_are_those_that_the_vectorizers_of_scikit_learn_give(extractor: FeatureExtractor) -> None:
    asked = [
        *TEXTS,
        "",
        "🙂",
        "printer printer PRINTER 打印机打印机",
        "words that nobody ever wrote: qqq zzz",
    ]
    columns = extractor.transform(asked)[:, 256:]
    expected = sparse.hstack([each.transform(asked) for each in extractor.vectorizers.values()], format="csr")
    assert columns.shape == expected.shape
    assert abs(columns - expected).max() < 1e-12
    assert (columns.indices == expected.indices).all()
