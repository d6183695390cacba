"""What leaves in a snapshot: reviewed requests as they came in, and what people said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from features.outcome import standing
from features.records import CustomerFacts, Request
from features.reviews import Review
from serving.store import bodies, reviews
from serving.store.review_tables import reviews as review_rows
from serving.store.tables import assessments, customer_facts, policies, request_words, requests

BATCH = 500


def reviewed_before(connection: Connection, moment: datetime) -> list[str]:
    """Requests, no samples, with a review up to a moment, by identifier."""
    found = select(review_rows.c.request_id).distinct()
    found = found.join(requests, requests.c.id == review_rows.c.request_id)
    found = found.where(review_rows.c.created_at <= moment, requests.c.sample.is_(False))
    return sorted(connection.execute(found).scalars())


def as_received(connection: Connection, ids: Sequence[str]) -> dict[str, Request]:
    """Requests as they came in, with what was known of their customers then; the erased left out."""
    found: dict[str, Request] = {}
    for part in _batches(ids):
        asked = select(requests, request_words.c.text, request_words.c.subject, request_words.c.facts)
        asked = asked.join(request_words, request_words.c.request_id == requests.c.id)
        rows = connection.execute(asked.where(requests.c.id.in_(part))).all()
        known = _histories(connection, {row.customer_id for row in rows if row.customer_id is not None})
        found |= {row.id: _request(row, known.get(row.customer_id or "", [])) for row in rows}
    return found


def said_before(connection: Connection, ids: Sequence[str], moment: datetime) -> list[Review]:
    """The reviews of requests up to a moment, with what second persons said up to then; without those that
    had been taken back."""
    return standing(each for part in _batches(ids) for each in reviews.up_to(connection, part, moment))


def predicted(connection: Connection, assessment_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Assessment -> field -> the label that the model said."""
    found: dict[str, dict[str, str]] = {}
    for part in _batches(sorted(set(assessment_ids))):
        asked = select(assessments.c.id, assessments.c.body).where(assessments.c.id.in_(part))
        found |= {row.id: _labels(row.body) for row in connection.execute(asked)}
    return found


def policy_as_of(connection: Connection, moment: datetime) -> dict[str, Any] | None:
    """Version and hash of the policy in force at a moment; None before the first."""
    asked = select(policies.c.version, policies.c.hash).where(policies.c.in_force_from <= moment)
    row = connection.execute(asked.order_by(policies.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else {"version": row.version, "hash": row.hash}


def count_reviews(connection: Connection, *, after: datetime | None) -> int:
    """How many reviews of requests, no samples, say something of a field; after a moment, or ever."""
    asked = select(review_rows.c.labels).join(requests, requests.c.id == review_rows.c.request_id)
    asked = asked.where(requests.c.sample.is_(False))
    if after is not None:
        asked = asked.where(review_rows.c.created_at > after)
    return sum(bool(labels) for labels in connection.execute(asked).scalars())


def _labels(body: Mapping[str, Any]) -> dict[str, str]:
    prediction = body["prediction"]
    said = {**prediction["fields"], **prediction.get("monitored", {})}
    return {code: each["label"] for code, each in said.items()}


def _histories(connection: Connection, ids: set[str]) -> dict[str, list[Row[Any]]]:
    """Customer -> its facts as they were told, the newest first."""
    found: dict[str, list[Row[Any]]] = {}
    for part in _batches(sorted(ids)):
        asked = select(customer_facts).where(customer_facts.c.customer_id.in_(part))
        for row in connection.execute(asked.order_by(customer_facts.c.version.desc())):
            found.setdefault(row.customer_id, []).append(row)
    return found


def _request(row: Row[Any], told: Sequence[Row[Any]]) -> Request:
    return Request(
        text=row.text,
        subject=row.subject,
        channel=row.channel,
        source=row.source,
        customer_id=row.customer_id,
        customer=_facts(row, told),
        received_at=row.received_at,
    )


def _facts(row: Row[Any], told: Sequence[Row[Any]]) -> CustomerFacts | None:
    """Those that came with the request, if its sender is trusted, else those that were known by then."""
    if row.facts_trusted and row.facts is not None:
        return bodies.to_facts(row.facts)
    then = next((each for each in told if each.created_at <= row.stored_at), None)
    return None if then is None else bodies.to_facts(then.facts)


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    return (list(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))
