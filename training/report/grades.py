"""The grades that follow from the labels people gave, beside those that follow from the model's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features import grading
from features.bundle import TriageModel
from features.errors import PolicyError
from features.policy import Policy, meeting
from features.records import CustomerValue, Distribution, Grade, Prediction
from training.dataset import Dataset

GRADES = tuple(Grade)


@dataclass(frozen=True, kw_only=True)
class Grades:
    """Grades of the rows that have labels of urgency and impact. truth: by the labels; said: by the model;
    probabilities: of each grade, by the model. policy_version: of the policy that made them."""

    truth: tuple[Grade, ...]
    said: tuple[Grade, ...]
    probabilities: tuple[Distribution, ...]
    policy_version: int

    @cached_property
    def apart(self) -> NDArray[np.int64]:
        """How many steps the model's grade is lower than the right one; negative where it is higher."""
        return np.array([a.rank - b.rank for a, b in zip(self.said, self.truth, strict=True)])

    @property
    def figures(self) -> dict[str, float]:
        """n, exact, within_one, too_low, too_high, most: the share of the most frequent grade, p1: rows that
        are P1, and missed_p1, the share of these graded lower, where there are any."""
        apart, of_p1 = self.apart, np.array([each is Grade.P1 for each in self.truth])
        found = {
            "n": len(apart),
            "exact": float((apart == 0).mean()),
            "within_one": float((abs(apart) <= 1).mean()),
            "too_low": float((apart > 0).mean()),
            "too_high": float((apart < 0).mean()),
            "most": max(self.truth.count(grade) for grade in GRADES) / len(apart),
            "p1": int(of_p1.sum()),
        }
        return found | ({"missed_p1": float((apart[of_p1] > 0).mean())} if of_p1.any() else {})

    @property
    def counts(self) -> NDArray[np.int64]:
        """(4, 4): rows by the right grade and the model's."""
        found = np.zeros((len(GRADES), len(GRADES)), dtype=np.int64)
        np.add.at(found, ([g.rank - 1 for g in self.truth], [g.rank - 1 for g in self.said]), 1)
        return found

    def expected(self, grade: Grade) -> float:
        """The mean probability of a grade: the share of rows that should have it."""
        return float(np.mean([each.get(grade.value, 0.0) for each in self.probabilities]))

    def observed(self, grade: Grade) -> float:
        """The share of rows that have it."""
        return self.truth.count(grade) / len(self.truth)


def policy_of(path: Path | None, model: TriageModel) -> Policy | None:
    """The policy to grade by, or None where it and the model's labels do not meet."""
    try:
        policy = meeting.read_for(path, model.taxonomy)
        meeting.require(policy, model.taxonomy)
    except PolicyError:
        return None
    return policy


def grades(
    model: TriageModel,
    dataset: Dataset,
    predictions: Sequence[Prediction],
    *,
    policy: Policy | None,
    values: Mapping[str, CustomerValue],
) -> Grades | None:
    """None without a policy, or without a row that has both labels.

    values: customer -> value; the same for both grades. Fields without a label count as predicted.
    """
    if policy is None:
        return None
    asked = (policy.roles.urgency, policy.roles.impact)
    if any(code not in dataset.labels or code not in model.heads for code in asked):
        return None
    rows = [i for i in range(len(dataset)) if all(dataset.labels[code][i] for code in asked)]
    if not rows:
        return None
    truth, said, probabilities = [], [], []
    for i in rows:
        value = values.get(dataset.requests[i].customer_id or "")
        labels = {code: str(column[i]) for code, column in dataset.labels.items() if column[i]}
        given = (policy, model.taxonomy, predictions[i])
        truth.append(grading.grade(*given, value=value, received_at=None, labels=labels).grade)
        made = grading.grade(*given, value=value, received_at=None)
        said.append(made.grade)
        probabilities.append(made.grade_probabilities)
    return Grades(
        truth=tuple(truth),
        said=tuple(said),
        probabilities=tuple(probabilities),
        policy_version=policy.version,
    )
