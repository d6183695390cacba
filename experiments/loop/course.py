"""One course of the loop: a model from names of labels, then batch by batch reviews, and a model of them."""

from __future__ import annotations

import base64
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.loop.ground import FIELD, Ground
from experiments.loop.orders import BLIND, ORDERS, WEIGHTED
from experiments.loop.reviewers import REVIEWERS
from features.bundle import TriageModel
from training.coldstart import cold_start
from training.evaluate import field_figures
from training.fit import fit

BATCH, REVIEWS = 125, 1000
"""Reviews of a batch, and by how many of them all requests have come in, evenly."""
DRAWN = 25
"""Reviews of a batch that chance takes, of the requests that came in since the batch before."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """What is tried. sizes: after how many reviews a model is fitted and measured."""

    set: str
    order: str
    reviewers: str
    seed: int
    sizes: tuple[int, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from other courses."""
        return (self.set, self.order, self.reviewers, self.seed)


@dataclass(frozen=True, kw_only=True)
class Point:
    """What stands after so many reviews, as kept in a line of JSON.

    chosen, said: the requests of the last batch by position, and their labels. outside: how many of these
    the model before called out of its scope. agreed: the share of them whose shown label was said. known:
    labels that any review gave so far. drawn: those of `chosen` that chance took. rows: of the test.
    coverage: the share of them that reach a cutoff for 0.95 fitted out of fold; right_alone: how many of
    these are right, None without any. right: each test row's rightness, packed bits in base64. seconds: of
    processor, for choosing, fitting and measuring.
    """

    set: str
    order: str
    reviewers: str
    seed: int
    reviews: int
    chosen: list[int]
    said: list[str]
    outside: int
    agreed: float | None
    known: int
    rows: int
    accuracy: float
    coverage: float
    right_alone: float | None
    ece: float
    right: str
    seconds: float
    drawn: list[int] = field(default_factory=list)

    @property
    def key(self) -> tuple[object, ...]:
        """That of its course."""
        return (self.set, self.order, self.reviewers, self.seed)

    def as_data(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Point:
        """Make it again from `as_data`."""
        return cls(**data)

    @cached_property
    def rightness(self) -> NDArray[np.bool_]:
        """Each test row's."""
        packed = np.frombuffer(base64.b64decode(self.right), dtype=np.uint8)
        return np.unpackbits(packed, count=self.rows).astype(bool)


def points(ground: Ground, course: Course, done: Sequence[Point]) -> Iterator[Point]:
    """The points of a course that are not done yet, in their order."""
    chosen = [i for each in done for i in each.chosen]
    said = [label for each in done for label in each.said]
    drawn = {i for each in done for i in each.drawn}
    model: TriageModel | None = None
    for size in course.sizes[len(done) :]:
        started, told = time.process_time(), _NOTHING
        if size:
            model = model or _model(ground, course, chosen, said, drawn=drawn)
            told = _reviewed(ground, course, model, without=chosen, size=size)
            chosen, said = [*chosen, *told.chosen], [*said, *told.said]
            drawn |= set(told.drawn)
        model = _model(ground, course, chosen, said, drawn=drawn)
        yield Point(
            **_names(course),
            reviews=size,
            **asdict(told),
            known=len(set(said)),
            **_figures(ground, model),
            seconds=round(time.process_time() - started, 1),
        )


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """See Point."""

    chosen: list[int]
    said: list[str]
    outside: int
    agreed: float | None
    drawn: list[int]


_NOTHING = _Batch(chosen=[], said=[], outside=0, agreed=None, drawn=[])


def _names(course: Course) -> dict[str, Any]:
    return {"set": course.set, "order": course.order, "reviewers": course.reviewers, "seed": course.seed}


def _model(
    ground: Ground, course: Course, chosen: Sequence[int], said: Sequence[str], *, drawn: Collection[int]
) -> TriageModel:
    """What the reviews so far make, all of them learnt from; names of labels alone without any."""
    if not chosen:
        return cold_start(ground.taxonomy, encoder=ground.encoder, seed=course.seed)
    rows = replace(ground.open.rows(chosen), labels={FIELD: tuple(said)}, reviewed=(True,) * len(chosen))
    if drawn:
        share = DRAWN * REVIEWS / BATCH / len(ground.open)
        rows = replace(rows, chances=tuple(share if i in drawn else None for i in chosen))
    if course.order == WEIGHTED:
        rows = replace(rows, weights=tuple(1 / each if each else 1.0 for each in rows.chances or ()))
    return fit(rows, ground.taxonomy, encoder=ground.encoder, seed=course.seed)


def _reviewed(
    ground: Ground, course: Course, model: TriageModel, *, without: Sequence[int], size: int
) -> _Batch:
    """The next batch, up to `size` reviews in all, as the course's people label it."""
    random = np.random.default_rng([course.seed, size])
    taken = set(without)
    waiting = [i for i in ground.arrived(size / REVIEWS, seed=course.seed) if i not in taken]
    if course.order == "random":  # nothing of the model has a say, so only what is taken need be predicted
        waiting = random.permutation(waiting)[: size - len(taken)].tolist()
    predicted = model.predict([ground.open.requests[i] for i in waiting])
    drawn = _by_chance(ground, course, size=size)
    order = ORDERS[course.order](model, predicted, random)
    order = [*(i for i in order if waiting[i] in drawn), *(i for i in order if waiting[i] not in drawn)]
    first = order[: size - len(taken)]
    shown = [predicted[i].fields[FIELD].label for i in first]
    truth = [str(ground.open.labels[FIELD][waiting[i]]) for i in first]
    labels = list(ground.taxonomy.field(FIELD).codes)
    said = REVIEWERS[course.reviewers](truth, shown, labels, random)
    return _Batch(
        chosen=[waiting[i] for i in first],
        said=said,
        outside=sum(predicted[i].out_of_scope for i in first),
        agreed=float(np.mean([one == other for one, other in zip(said, shown, strict=True)])),
        drawn=sorted(drawn),
    )


def _by_chance(ground: Ground, course: Course, *, size: int) -> set[int]:
    """What chance takes of the requests that came in since the batch before, whatever is in them."""
    if course.order not in (BLIND, WEIGHTED):
        return set()
    before = set(ground.arrived((size - BATCH) / REVIEWS, seed=course.seed))
    new = [i for i in ground.arrived(size / REVIEWS, seed=course.seed) if i not in before]
    random = np.random.default_rng([course.seed, size, 1])
    return set(random.choice(new, DRAWN, replace=False).tolist())


def _figures(ground: Ground, model: TriageModel) -> dict[str, Any]:
    """Of the test rows; coverage by the cutoffs that the fit found out of fold for a precision of 0.95."""
    said = [each.fields[FIELD] for each in model.predict(ground.test.requests)]
    truth = [str(label) for label in ground.test.labels[FIELD]]
    figures = field_figures(truth, said, model.taxonomy.field(FIELD))
    right = np.array([each.label == label for each, label in zip(said, truth, strict=True)])
    return {
        "rows": len(right),
        "accuracy": figures["accuracy"],
        "coverage": figures["coverage"],
        "right_alone": figures.get("automatic_precision"),
        "ece": figures["ece"],
        "right": base64.b64encode(np.packbits(right).tobytes()).decode(),
    }
