"""Assessments as stored: append-only, each with the time and the cause of its making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from features.records import Assessment
from serving.store import bodies
from serving.store.tables import assessments


class Cause(StrEnum):
    """Why an assessment was made: the request came in, was reviewed, a message followed, or this changed."""

    RECEIVED = "received"
    CUSTOMER = "customer"
    POLICY = "policy"
    REVIEW = "review"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a grade was made with, or confirmed under.

    facts_version: how often the customer's facts had been told; 0 where none were.
    """

    policy_hash: str
    facts_version: int


NO_BASIS = Basis(policy_hash="", facts_version=0)
"""That of a request not graded yet, or graded before bases were kept."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """One assessment of a request."""

    id: str
    request_id: str
    at: datetime
    cause: Cause
    assessment: Assessment


def row(made: Made) -> Mapping[str, Any]:
    """An assessment as a row of its table."""
    model = made.assessment.prediction.model
    return {
        "id": made.id,
        "request_id": made.request_id,
        "created_at": made.at,
        "grade": made.assessment.grade.value,
        "score": made.assessment.score,
        "needs_review": made.assessment.needs_review,
        "model_name": model.name if model else "",
        "model_version": model.version if model else "",
        "policy_version": made.assessment.policy_version,
        "cause": made.cause.value,
        "body": bodies.of_assessment(made.assessment),
    }


def of_request(connection: Connection, request_id: str) -> list[Made]:
    """Every assessment of a request, oldest first."""
    kept = select(assessments).where(assessments.c.request_id == request_id)
    return [
        Made(
            id=row.id,
            request_id=row.request_id,
            at=row.created_at,
            cause=Cause(row.cause),
            assessment=bodies.to_assessment(row.body),
        )
        for row in connection.execute(kept.order_by(assessments.c.created_at, assessments.c.id))
    ]
