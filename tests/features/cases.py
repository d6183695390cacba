"""Requests to grade, as the tests of grading need them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from features.grading import grade
from features.policy import Policy
from features.records import (
    Assessment,
    CustomerValue,
    Decision,
    FieldPrediction,
    ModelReference,
    Prediction,
)
from features.taxonomy import Taxonomy

POLICY = Policy.default()
TAXONOMY = Taxonomy.default()
MONDAY = datetime(2026, 6, 8, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
MODEL = ModelReference(name="triage", version="3")


def field(decision: Decision = Decision.SUGGEST, /, **probabilities: float) -> FieldPrediction:
    """A predicted field whose label is the likeliest."""
    label = max(probabilities, key=probabilities.__getitem__)
    return FieldPrediction(
        label=label,
        confidence=probabilities[label],
        decision=decision,
        threshold=None,
        probabilities=probabilities,
    )


def prediction(**fields: FieldPrediction) -> Prediction:
    """A prediction of these fields."""
    return Prediction(
        fields=fields, language="en", truncated=False, model=MODEL, text_version=1, taxonomy_version=1
    )


def sure(urgency: str, impact: str, kind: str = "incident", difficulty: str = "moderate") -> Prediction:
    """A prediction without a doubt."""
    return prediction(
        type=field(**{kind: 1.0}),
        urgency=field(**{urgency: 1.0}),
        impact=field(**{impact: 1.0}),
        difficulty=field(**{difficulty: 1.0}),
    )


def worth(value: float | None, *, manager: str | None = None) -> CustomerValue:
    """A customer of this value."""
    return CustomerValue(id="c1", value=value, tier="core", scale_version=1, account_manager=manager)


def assess(said: Prediction | None, **given: Any) -> Assessment:
    """Grade under the default policy: no customer, received on a Monday, unless told otherwise."""
    known: dict[str, Any] = {"value": None, "attributes": {}, "received_at": MONDAY}
    return grade(POLICY, TAXONOMY, said, **(known | given))


def reasons(made: Assessment) -> dict[str, Mapping[str, Any]]:
    """The numbers of each reason by its code, in the order of the steps."""
    return {reason.code: reason.numbers for reason in made.reasons}
