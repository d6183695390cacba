"""Thresholds rest on the rows that chance took: they hold for what comes in, whatever people review first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from features.guarantees import Guarantee
from training import by_chance, promises, thresholds
from training.thresholds import Asked, Claims, Stage, reached

TARGET = 0.95
ASKED = Asked(target=TARGET, of_labels={})
LABELS = ("0", "1", "2")


def stream(rng: np.random.Generator, rows: int, *, harder: float = 0.0) -> Claims:
    """Answers to what comes in, each right with the chance that it states; `harder` ones say too much."""
    strength = rng.normal(2.5, 2.0, size=rows)
    said = rng.integers(len(LABELS), size=rows).astype(str)
    chances, true = (1 / (1 + np.exp(-strength + less)) for less in (0.0, harder))
    return Claims(said=said, confidence=chances, right=rng.random(rows) < true, groups=np.arange(rows))


def both(queue: Claims, drawn: Claims, *, chance: float = 0.05) -> tuple[Stage, NDArray[np.float64]]:
    """Rows of the queue and rows of chance, one after the other."""
    joined = Claims(
        said=np.concatenate([queue.said, drawn.said]),
        confidence=np.concatenate([queue.confidence, drawn.confidence]),
        right=np.concatenate([queue.right, drawn.right]),
        groups=np.arange(len(queue) + len(drawn)),
    )
    weights = np.concatenate([np.zeros(len(queue)), np.full(len(drawn), 1 / chance)])
    return Stage(claims=joined, labels=LABELS), weights


def fitted(stage: Stage, weights: NDArray[np.float64], asked: Asked = ASKED) -> Guarantee:
    return by_chance.guarantee([stage], asked, weights=weights, data_hash="of the rows", reviewed=True)


def as_before(stage: Stage, asked: Asked = ASKED) -> Guarantee:
    return thresholds.guarantee([stage], asked, data_hash="of the rows", reviewed=True)


def doubtful(rng: np.random.Generator, rows: int) -> Claims:
    """The queue's: those of four times as many requests whose answers are the least sure."""
    given = stream(rng, 4 * rows)
    return given.where(given.confidence <= np.sort(given.confidence)[rows - 1])


def flattered(rng: np.random.Generator, rows: int) -> Claims:
    """Any rows, and people who let stand much of what they are shown."""
    return stream(rng, rows, harder=-1.0)


def test_easy_rows_of_chance_win_over_hard_rows_of_the_queue() -> None:
    rng = np.random.default_rng(0)
    stage, weights = both(stream(rng, 800, harder=1.5), stream(rng, 300))
    made, before = fitted(stage, weights), as_before(stage)
    fresh = stream(rng, 20_000)
    assert (made.rows, made.drawn, made.confidence) == (300, 300, 0.95)
    assert reached(fresh, made.cutoffs).mean() > reached(fresh, before.cutoffs).mean() + 0.1
    alone = stage.claims.where(weights > 0)
    assert made.coverage == pytest.approx(reached(alone, made.cutoffs).mean())
    assert made.lower_bound is not None
    assert made.precision is not None
    assert TARGET <= made.lower_bound <= made.precision


@pytest.mark.parametrize("reviewed", [doubtful, stream, flattered])
def test_the_promise_holds_for_what_comes_in_whatever_is_reviewed(
    reviewed: Callable[[np.random.Generator, int], Claims],
) -> None:
    """The true precision of what is automatic, over 200 draws; 16 is the 95 % point at a rate of 5 %."""
    broken = automatic = 0
    fresh = stream(np.random.default_rng(10_000), 4_000)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        made = fitted(*both(reviewed(rng, 300), stream(rng, 400)))
        alone = reached(fresh, made.cutoffs)
        automatic += bool(alone.any())
        broken += bool(alone.any() and fresh.confidence[alone].mean() < TARGET)
    assert automatic > 100, "a test of promises that are made"
    assert broken <= 16


def test_other_rows_are_evidence_too_and_told_of_those_of_chance() -> None:
    rng = np.random.default_rng(1)
    stage, weights = both(stream(rng, 800), stream(rng, 300))
    made = fitted(stage, weights)
    assert (made.rows, made.drawn, made.confidence) == (1100, 300, 0.95)
    alone = stage.claims.where(weights > 0)
    assert made.coverage == pytest.approx(reached(alone, made.cutoffs).mean())
    assert "Fitted on 1100 rows, told of the 300" in promises.sentences({"type": made})[0]


@pytest.mark.parametrize("count", [0, 1, 109])
def test_with_too_few_rows_of_chance_all_is_as_it_was(count: int) -> None:
    rng = np.random.default_rng(1)
    stage, weights = both(stream(rng, 800), stream(rng, count))
    made = fitted(stage, weights)
    assert made == as_before(stage)
    assert "drawn" not in made.as_data(), "a bundle without such rows is the same to the byte"
    assert Guarantee.of(made.as_data()) == made


def test_rows_that_say_the_same_are_no_more_rows_of_chance() -> None:
    rng = np.random.default_rng(2)
    stage, weights = both(stream(rng, 800), stream(rng, 300))
    copies = np.where(weights > 0, 800 + np.arange(1100) // 10, np.arange(1100))
    stage = replace(stage, claims=replace(stage.claims, groups=copies))
    assert fitted(stage, weights) == as_before(stage)


def test_a_slice_of_all_is_by_chance_too_and_fitted_once() -> None:
    rng = np.random.default_rng(3)
    stage, weights = both(stream(rng, 0), stream(rng, 900), chance=1.0)
    made, before = fitted(stage, weights), as_before(stage)
    assert made.labels == before.labels
    assert (made.drawn, made.rows) == (900, 900)
    assert made.coverage == pytest.approx(before.coverage)


def test_a_row_that_was_less_likely_to_be_taken_stands_for_more_requests() -> None:
    rng = np.random.default_rng(4)
    stage, weights = both(stream(rng, 400), stream(rng, 600))
    weights[-300:] *= 2
    made = fitted(stage, weights)
    alone = reached(stage.claims, made.cutoffs)
    assert made.coverage == pytest.approx(weights[alone].sum() / weights.sum())
    right = alone & stage.claims.right
    assert made.precision == pytest.approx(weights[right].sum() / weights[alone].sum())


def test_a_promise_on_rows_of_chance_is_kept_whole_and_told() -> None:
    rng = np.random.default_rng(0)
    made = fitted(*both(stream(rng, 800, harder=1.5), stream(rng, 300)))
    assert Guarantee.of(made.as_data()) == made
    assert "It rests on 300 rows that chance took." in promises.sentences({"type": made})[0]
    nothing = fitted(*both(stream(rng, 800, harder=9), stream(rng, 300, harder=9)))
    assert nothing.coverage == 0
    assert "taken by chance), so every request" in promises.sentences({"type": nothing})[0]
