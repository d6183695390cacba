"""The measures of the gate, as functions of how often each row was drawn.

Every measure is oriented so that more is better. It takes weights, (draws, rows), and gives the champion's
and the challenger's value of each draw; with weights of 1 that is the measured value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from training.gate_rows import Answers, Compared, FieldPair, GradePair

Values = NDArray[np.float64]
Measure = Callable[[Values], tuple[Values, Values]]
BINS = 15
"""Of the calibration error, of equal mass, as in training.reliability."""
CLASS_MARGIN = LANGUAGE_MARGIN = P1_MARGIN = 0.05
ECE_MARGIN = 0.03
FEWEST = 10
"""Rows of a class, a language or P1 below which nothing is said of it."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a challenger has to be better at: macro_f1 or kappa of a field, or cost of the grades."""

    name: str
    field: str
    rows: int
    measure: Measure


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What it may not be worse at by more than a margin. of: the class or the language."""

    name: str
    field: str
    of: str
    rows: int
    margin: float
    measure: Measure


def goals(compared: Compared) -> Iterator[Goal]:
    """The goals: of each field, and of the grades."""
    for each in compared.fields:
        if each.ordered:
            yield Goal(name="kappa", field=each.code, rows=len(each.rows), measure=partial(_kappa, each))
        else:
            yield Goal(
                name="macro_f1", field=each.code, rows=len(each.rows), measure=partial(_macro_f1, each)
            )
    if compared.grades is not None:
        grades = compared.grades
        yield Goal(name="cost", field="grade", rows=len(grades.rows), measure=partial(_cost, grades))


def floors(compared: Compared) -> Iterator[Floor]:
    """The floors: each class, each language and the calibration of each field, and P1 that are missed."""
    for each in compared.fields:
        for place, label in enumerate(each.labels):
            count = int((each.truth == place).sum())
            if count >= FEWEST:
                yield Floor(
                    name="class", field=each.code, of=label, rows=count, margin=CLASS_MARGIN,
                    measure=partial(_class_f1, each, place),
                )  # fmt: skip
        spoken = compared.languages[each.rows]
        for language in sorted(set(spoken.tolist())):
            inside = spoken == language
            if inside.sum() >= FEWEST:
                yield Floor(
                    name="language", field=each.code, of=language, rows=int(inside.sum()),
                    margin=LANGUAGE_MARGIN, measure=partial(_accuracy, each, inside),
                )  # fmt: skip
        yield Floor(
            name="ece", field=each.code, of="", rows=len(each.rows), margin=ECE_MARGIN,
            measure=partial(_calibration, each),
        )  # fmt: skip
    grades = compared.grades
    if grades is not None and (of_p1 := int((grades.truth == 1).sum())) >= FEWEST:
        yield Floor(
            name="missed_p1", field="grade", of="P1", rows=of_p1, margin=P1_MARGIN,
            measure=partial(_kept_p1, grades),
        )  # fmt: skip


def _f1(pair: FieldPair, side: Answers, weights: Values) -> tuple[Values, Values]:
    """(draws, labels): F1 of each label, and how often it is the truth."""
    true, said = np.eye(len(pair.labels))[pair.truth], np.eye(len(pair.labels))[side.said]
    support, answers, both = weights @ true, weights @ said, weights @ (true * said)
    return 2 * both / np.maximum(support + answers, 1e-12), support


def _macro_f1(pair: FieldPair, weights: Values) -> tuple[Values, Values]:
    drawn = _of(weights, pair.rows)
    one, two = (_mean_over(*_f1(pair, side, drawn)) for side in pair.sides)
    return one, two


def _mean_over(f1: Values, support: Values) -> Values:
    """The mean over the labels that a draw has rows of."""
    there = support > 0
    return np.asarray((f1 * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1))


def _class_f1(pair: FieldPair, place: int, weights: Values) -> tuple[Values, Values]:
    drawn, true = _of(weights, pair.rows), pair.truth == place
    found = []
    for side in pair.sides:
        said = side.said == place
        both = drawn @ (true & said).astype(np.float64)
        found.append(2 * both / np.maximum(drawn @ (true.astype(np.float64) + said), 1e-12))
    return found[0], found[1]


def _kappa(pair: FieldPair, weights: Values) -> tuple[Values, Values]:
    """Quadratic weighted kappa (Cohen 1968), as in training.ordered."""
    drawn, ranks = _of(weights, pair.rows), np.arange(len(pair.labels), dtype=np.float64)
    total = drawn.sum(axis=1)
    true = np.eye(len(ranks))[pair.truth]
    found = []
    for side in pair.sides:
        apart = drawn @ ((pair.truth - side.said) ** 2).astype(np.float64)
        shares, answers = drawn @ true, drawn @ np.eye(len(ranks))[side.said]
        chance = np.einsum("di,dj,ij->d", shares, answers, (ranks[:, None] - ranks) ** 2) / total
        found.append(np.where(chance > 0, 1 - apart / np.maximum(chance, 1e-12), 1.0))
    return found[0], found[1]


def _accuracy(pair: FieldPair, inside: NDArray[np.bool_], weights: Values) -> tuple[Values, Values]:
    drawn = _of(weights, pair.rows)
    total = np.maximum(drawn @ inside.astype(np.float64), 1e-12)
    one, two = (
        drawn @ (inside & (side.said == pair.truth)).astype(np.float64) / total for side in pair.sides
    )
    return one, two


def _calibration(pair: FieldPair, weights: Values) -> tuple[Values, Values]:
    """The calibration error of either, negative, over bins that stay as they are in every draw."""
    drawn = _of(weights, pair.rows)
    found = []
    for side in pair.sides:
        order = np.argsort(side.confidence, kind="stable")
        bins = np.zeros((len(order), BINS))
        for place, part in enumerate(np.array_split(order, BINS)):
            bins[part, place] = 1
        surplus = side.confidence - (side.said == pair.truth)
        found.append(-abs(drawn @ (bins * surplus[:, None])).sum(axis=1) / drawn.sum(axis=1))
    return found[0], found[1]


def _cost(grades: GradePair, weights: Values) -> tuple[Values, Values]:
    drawn = _of(weights, grades.rows)
    total = drawn.sum(axis=1)
    one, two = (-(drawn @ grades.cost(said)) / total for said in (grades.champion, grades.challenger))
    return one, two


def _kept_p1(grades: GradePair, weights: Values) -> tuple[Values, Values]:
    """The share of rows which are P1 and are graded so: one less what is missed."""
    drawn, of_p1 = _of(weights, grades.rows), grades.truth == 1
    total = np.maximum(drawn @ of_p1.astype(np.float64), 1e-12)
    one, two = (
        drawn @ (of_p1 & (said == 1)).astype(np.float64) / total
        for said in (grades.champion, grades.challenger)
    )
    return one, two


def _of(weights: Values, rows: NDArray[np.int64]) -> Values:
    """The weights of some rows; nothing is copied where these are all."""
    return weights if len(rows) == weights.shape[1] else weights[:, rows]
