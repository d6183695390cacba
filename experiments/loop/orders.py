"""In which order requests come to reviewers. Each order gives positions, the first to be reviewed first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from experiments.loop.ground import FIELD
from features.bundle import TriageModel
from features.grading import grade
from features.grading.queueing import queue_key
from features.policy import Policy
from features.records import Prediction

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""When all requests come in: so the deadline, like the grade, is the same for all."""
Order = Callable[[TriageModel, Sequence[Prediction], np.random.Generator], list[int]]


def by_queue(model: TriageModel, said: Sequence[Prediction], random: np.random.Generator) -> list[int]:
    """The product's own: each request assessed under the packaged policy, by its key, then by chance."""
    policy = Policy.default()
    keys = [
        queue_key(
            policy,
            grade(policy, model.taxonomy, each, value=None, received_at=MONDAY),
            received_at=MONDAY,
        ).timestamp()
        for each in said
    ]
    return _sorted(keys, random)


def by_confidence(model: TriageModel, said: Sequence[Prediction], random: np.random.Generator) -> list[int]:  # noqa: ARG001 - as every order
    """Uncertainty alone: the least probable answer first."""
    return _sorted([each.fields[FIELD].confidence for each in said], random)


def by_chance(model: TriageModel, said: Sequence[Prediction], random: np.random.Generator) -> list[int]:  # noqa: ARG001 - as every order
    """As they come."""
    return _sorted([0.0] * len(said), random)


BLIND, WEIGHTED = "blind", "blind_weighted"
"""The orders in which some of each batch are taken by chance, the others as the queue has them. Where heads
are fitted all weigh alike, as the product has it, or those of chance the inverse of their probability."""
ORDERS: dict[str, Order] = {
    "queue": by_queue,
    BLIND: by_queue,
    WEIGHTED: by_queue,
    "uncertainty": by_confidence,
    "random": by_chance,
}


def _sorted(keys: Sequence[float], random: np.random.Generator) -> list[int]:
    """Positions by key, the least first; equal ones by chance."""
    return [int(i) for i in np.lexsort((random.random(len(keys)), np.array(keys)))]
