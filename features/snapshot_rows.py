"""Requests and reviews as rows of a snapshot's tables, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from features.records import CustomerFacts, Grade, Request
from features.reviews import Override, Purpose, Review, SecondWord

REQUEST_COLUMNS = {
    "id": "text",
    "received_at": "text",
    "text": "text",
    "subject": "text",
    "channel": "text",
    "source": "text",
    "customer_id": "text",
    "facts": "text",
}
REVIEW_COLUMNS = {
    "id": "text",
    "request_id": "text",
    "version": "count",
    "assessment_id": "text",
    "at": "text",
    "reviewer": "text",
    "role": "text",
    "purpose": "text",
    "shown": "flag",
    "labels": "text",
    "predicted": "text",
    "overrides": "flag",
    "grade": "text",
    "waits": "flag",
    "second": "text",
    "seconds": "number",
    "selection_probability": "number",
    "withdraws": "text",
}
"""Column -> text, number, count or flag. Times are ISO 8601; labels, facts and the second word are JSON."""


def request_row(number: str, request: Request) -> dict[str, Any]:
    """A request as a row. What only its sender claims, its contact and its own name for it stay behind."""
    return {
        "id": number,
        "received_at": None if request.received_at is None else request.received_at.isoformat(),
        "text": request.text,
        "subject": request.subject,
        "channel": request.channel,
        "source": request.source,
        "customer_id": request.customer_id,
        "facts": None if request.customer is None else _json(_known(request.customer)),
    }


def request_of(row: Mapping[str, Any]) -> Request:
    """Read what `request_row` gave."""
    received = row["received_at"]
    return Request(
        text=row["text"],
        subject=row["subject"],
        channel=row["channel"],
        source=row["source"],
        customer_id=row["customer_id"],
        customer=None if row["facts"] is None else _facts(json.loads(row["facts"])),
        received_at=None if received is None else datetime.fromisoformat(received),
    )


def review_row(review: Review, predicted: Mapping[str, str]) -> dict[str, Any]:
    """A review as a row, without reason and note: a person's words, and nothing is learnt from them."""
    override = review.override
    second = None if override is None or override.second is None else asdict(override.second)
    return {
        "id": review.id,
        "request_id": review.request_id,
        "version": review.version,
        "assessment_id": review.assessment_id,
        "at": review.at.isoformat(),
        "reviewer": review.reviewer,
        "role": review.role,
        "purpose": review.purpose.value,
        "shown": review.shown,
        "labels": _json(dict(review.labels)),
        "predicted": _json(dict(predicted)),
        "overrides": override is not None,
        "grade": None if override is None or override.grade is None else override.grade.value,
        "waits": override is not None and override.waits,
        "second": None if second is None else _json(second | {"at": second["at"].isoformat()}),
        "seconds": review.seconds,
        "selection_probability": review.selection_probability,
        "withdraws": review.withdraws,
    }


def review_of(row: Mapping[str, Any]) -> Review:
    """Read what `review_row` gave."""
    return Review(
        id=row["id"],
        request_id=row["request_id"],
        version=row["version"],
        assessment_id=row["assessment_id"],
        at=datetime.fromisoformat(row["at"]),
        reviewer=row["reviewer"],
        role=row["role"],
        purpose=Purpose(row["purpose"]),
        shown=row["shown"],
        labels=json.loads(row["labels"]),
        override=_override(row) if row["overrides"] else None,
        seconds=row["seconds"],
        selection_probability=row["selection_probability"],
        withdraws=row["withdraws"],
    )


def _override(row: Mapping[str, Any]) -> Override:
    second = None if row["second"] is None else json.loads(row["second"])
    return Override(
        grade=None if row["grade"] is None else Grade(row["grade"]),
        role=row["role"],
        waits=row["waits"],
        second=None
        if second is None
        else SecondWord(**second | {"at": datetime.fromisoformat(second["at"])}),
    )


def _known(facts: CustomerFacts) -> dict[str, Any]:
    known = {name: value for name, value in asdict(facts).items() if value is not None}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


def _facts(known: Mapping[str, Any]) -> CustomerFacts:
    as_of = known.get("as_of")
    return CustomerFacts(**{**known, "as_of": None if as_of is None else date.fromisoformat(as_of)})


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
