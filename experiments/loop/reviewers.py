"""What people say of the requests they review."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

WRONG = 0.05
"""The share of labels that a careless person gets wrong."""
ACCEPTED = 1 / 3
"""The share of predictions that a person under automation bias accepts as shown, whatever they read."""
Reviewers = Callable[[Sequence[str], Sequence[str], Sequence[str], np.random.Generator], list[str]]
"""(true labels, shown labels, all labels, chance) -> what they say."""


def faultless(
    truth: Sequence[str], shown: Sequence[str], labels: Sequence[str], random: np.random.Generator
) -> list[str]:  # fmt: skip
    """The label of the set, each time."""
    del shown, labels, random
    return list(truth)


def careless(
    truth: Sequence[str], shown: Sequence[str], labels: Sequence[str], random: np.random.Generator
) -> list[str]:  # fmt: skip
    """WRONG of the labels are another one, by chance."""
    del shown
    return [
        str(random.choice([other for other in labels if other != each])) if random.random() < WRONG else each
        for each in truth
    ]


def biased(
    truth: Sequence[str], shown: Sequence[str], labels: Sequence[str], random: np.random.Generator
) -> list[str]:  # fmt: skip
    """ACCEPTED of what is shown is accepted as shown; the rest is labelled without fault."""
    del labels
    return [said if random.random() < ACCEPTED else each for each, said in zip(truth, shown, strict=True)]


REVIEWERS: dict[str, Reviewers] = {"faultless": faultless, "careless": careless, "biased": biased}
