"""What vectors have over the mean of their language tells meaning though whole ones tell language first."""

from __future__ import annotations

import numpy as np

from serving.language_means import FEWEST, Means, fitted
from serving.store.vectors import Entries
from serving.vector_rows import Rows

WIDTH = 32


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def spoken(count, *, seed=0):
    """So many topics, each in both languages: what a language has in common outweighs the topic."""
    chance = np.random.default_rng(seed)
    topics, languages = chance.standard_normal((count, WIDTH)), 3 * chance.standard_normal((2, WIDTH))
    return [unit(topics + each) for each in languages]


def entries(vectors, languages, *, start=1):
    numbers = np.arange(start, start + len(vectors))
    names = tuple(f"r{number}" for number in numbers)
    return Entries(
        numbers=numbers,
        request_ids=names,
        parties=(("web", "shop"),) * len(vectors),
        languages=tuple(languages),
        words_keys=names,
        vectors=vectors,
    )


def entered(*several):
    rows = Rows(1000, width=WIDTH)
    for each in several:
        rows.put(each)
        rows.fit()
    return rows


def test_the_same_topic_in_another_language_is_the_nearest_but_itself() -> None:
    chinese, english = spoken(60)
    rows = entered(entries(chinese, ["zh"] * 60), entries(english, ["en"] * 60, start=101))
    for i in range(0, 60, 7):
        (first, second), searched = rows.nearest(chinese[i], language="zh", count=2, party=None)
        assert (first, second, searched) == (1 + i, 101 + i, 120)
    assert (
        np.argsort(-(np.concatenate([chinese, english]) @ chinese[0]))[1] < 60
    )  # whole vectors say otherwise


def test_rows_that_come_after_the_means_were_fitted_are_compared_by_them() -> None:
    chinese, english = spoken(60)
    rows = entered(
        entries(np.concatenate([chinese, english]), ["zh"] * 60 + ["en"] * 60),
        entries(english[:1], ["en"], start=201),
    )
    assert set(rows.nearest(chinese[0], language="zh", count=3, party=None)[0]) == {1, 61, 201}


def test_a_language_of_few_is_compared_by_the_mean_of_all_and_few_rows_as_they_are() -> None:
    chinese, english = spoken(FEWEST)
    sums = {"zh": chinese.sum(axis=0), "en": english[:3].sum(axis=0)}
    means = fitted(sums, {"zh": FEWEST, "en": 3})
    assert set(means.of_language) == {"zh"}
    common = (sums["zh"] + sums["en"]) / (FEWEST + 3)
    expected = unit(english[:1] - common)
    assert np.allclose(means.over(english[:1], ["en"]), expected, atol=1e-6)
    assert np.allclose(means.over(english[:1], ["fr"]), expected, atol=1e-6)
    few = fitted({"zh": chinese[:5].sum(axis=0)}, {"zh": 5})
    assert few == Means()
    assert np.array_equal(few.over(chinese[:5], ["zh"] * 5), chinese[:5])


def test_a_vector_that_is_the_mean_itself_has_no_direction_and_no_fault() -> None:
    same = np.repeat(unit(np.ones((1, WIDTH))), FEWEST, axis=0)
    rows = entered(entries(same, ["zh"] * FEWEST))
    found, searched = rows.nearest(same[0], language="zh", count=3, party=None)
    assert (len(found), searched) == (3, FEWEST)
    assert np.isfinite(rows.means.over(same, ["zh"] * FEWEST)).all()
