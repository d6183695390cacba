"""Reviews as stored: append-only, a person's words apart, and what a second person said beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, insert, select

from features.outcome import Said, said
from features.records import Grade
from features.reviews import Override, Purpose, Review, SecondWord
from serving.store.review_tables import review_words, reviews, second_words
from serving.store.writing import insert_unless_there

_AT_ONCE = 500


def add(connection: Connection, review: Review) -> None:
    """Store a review."""
    override = review.override
    row = {
        "id": review.id,
        "request_id": review.request_id,
        "version": review.version,
        "assessment_id": review.assessment_id,
        "created_at": review.at,
        "reviewer": review.reviewer,
        "role": review.role,
        "purpose": review.purpose.value,
        "shown": review.shown,
        "labels": dict(review.labels),
        "overrides": override is not None,
        "grade": override.grade.value if override is not None and override.grade is not None else None,
        "waits": override is not None and override.waits,
        "seconds": review.seconds,
        "selection_probability": review.selection_probability,
        "withdraws": review.withdraws,
    }
    connection.execute(insert(reviews).values(row))
    if review.reason is not None or review.note is not None:
        words = {"review_id": review.id, "reason": review.reason, "note": review.note}
        connection.execute(insert(review_words).values(words))


def add_second(connection: Connection, review_id: str, second: SecondWord) -> bool:
    """Store what a second person said to an override; False where someone has already."""
    row = {
        "review_id": review_id,
        "created_at": second.at,
        "person": second.by,
        "role": second.role,
        "confirmed": second.confirmed,
    }
    return insert_unless_there(connection, second_words, row)


def of_request(connection: Connection, request_id: str) -> list[Review]:
    """Every review of a request, oldest first, with its words."""
    kept = _kept(review_words.c.reason, review_words.c.note)
    kept = kept.outerjoin(review_words, review_words.c.review_id == reviews.c.id)
    kept = kept.where(reviews.c.request_id == request_id).order_by(reviews.c.version)
    return [_review(row, reason=row.reason, note=row.note) for row in connection.execute(kept)]


def of_ids(connection: Connection, review_ids: Sequence[str]) -> dict[str, Review]:
    """Reviews by their identifiers, without their words."""
    found: dict[str, Review] = {}
    for start in range(0, len(review_ids), _AT_ONCE):
        kept = _kept().where(reviews.c.id.in_(list(review_ids[start : start + _AT_ONCE])))
        found |= {row.id: _review(row) for row in connection.execute(kept)}
    return found


def said_of(connection: Connection, request_ids: Collection[str]) -> Mapping[str, Said]:
    """What people said of each of these requests, as far as it counts; those without reviews left out."""
    if not request_ids:
        return {}
    found: dict[str, list[Review]] = {}
    kept = _kept().where(reviews.c.request_id.in_(list(request_ids)))
    for row in connection.execute(kept):
        found.setdefault(row.request_id, []).append(_review(row))
    return {request_id: said(each) for request_id, each in found.items()}


def up_to(connection: Connection, request_ids: Collection[str], moment: datetime) -> list[Review]:
    """The reviews of requests up to a moment, without their words, as they stood then: what a second person
    said later is not in them."""
    kept = _kept().where(reviews.c.request_id.in_(list(request_ids)), reviews.c.created_at <= moment)
    kept = kept.order_by(reviews.c.request_id, reviews.c.version)
    return [_then(_review(row), moment) for row in connection.execute(kept)]


def _then(review: Review, moment: datetime) -> Review:
    override = review.override
    if override is None or override.second is None or override.second.at <= moment:
        return review
    return replace(review, override=replace(override, second=None))


def clear(connection: Connection, request_ids: Select[tuple[str]]) -> None:
    """Take out every review of some requests, with its words."""
    ids = select(reviews.c.id).where(reviews.c.request_id.in_(request_ids))
    connection.execute(delete(review_words).where(review_words.c.review_id.in_(ids)))
    connection.execute(delete(second_words).where(second_words.c.review_id.in_(ids)))
    connection.execute(delete(reviews).where(reviews.c.request_id.in_(request_ids)))


def _kept(*more: ColumnElement[Any]) -> Select[tuple[object, ...]]:
    second = (
        second_words.c.person.label("second_by"),
        second_words.c.role.label("second_role"),
        second_words.c.created_at.label("second_at"),
        second_words.c.confirmed,
    )
    return select(reviews, *second, *more).outerjoin(second_words, second_words.c.review_id == reviews.c.id)


def _review(row: Row[Any], *, reason: str | None = None, note: str | None = None) -> Review:
    return Review(
        id=row.id,
        request_id=row.request_id,
        version=row.version,
        assessment_id=row.assessment_id,
        at=row.created_at,
        reviewer=row.reviewer,
        role=row.role,
        purpose=Purpose(row.purpose),
        shown=row.shown,
        labels=row.labels,
        override=_override(row) if row.overrides else None,
        reason=reason,
        note=note,
        seconds=row.seconds,
        selection_probability=row.selection_probability,
        withdraws=row.withdraws,
    )


def _override(row: Row[Any]) -> Override:
    second = None
    if row.second_by is not None:
        second = SecondWord(by=row.second_by, role=row.second_role, at=row.second_at, confirmed=row.confirmed)
    grade = None if row.grade is None else Grade(row.grade)
    return Override(grade=grade, role=row.role, waits=row.waits, second=second)
