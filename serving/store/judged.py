"""Reviews beside what the model had said, for figures on both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from features.records import Prediction
from features.reviews import Review
from serving.store import bodies, reviews
from serving.store.review_tables import reviews as rows
from serving.store.tables import assessments, requests


@dataclass(frozen=True)
class Judged:
    """A review, and the prediction that was judged."""

    review: Review
    prediction: Prediction


def since(connection: Connection, moment: datetime, *, most: int) -> list[Judged]:
    """The newest `most` reviews since a moment, oldest first, those taken back with what took them back;
    none of samples."""
    page = select(rows.c.id, rows.c.request_id, assessments.c.body)
    page = page.join(assessments, assessments.c.id == rows.c.assessment_id)
    page = page.join(requests, requests.c.id == rows.c.request_id)
    page = page.where(rows.c.created_at >= moment, requests.c.sample.is_(False))
    page = page.order_by(rows.c.created_at.desc(), rows.c.id.desc()).limit(most)
    found = {row.id: row for row in reversed(connection.execute(page).all())}
    kept = reviews.of_ids(connection, list(found))
    return [
        Judged(kept[number], bodies.to_assessment(row.body).prediction)
        for number, row in found.items()
        if number in kept
    ]
