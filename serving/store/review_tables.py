"""The tables of reviews, append-only, and of what a caller asked for once.

A person's words on a review live in `review_words`, apart, so that they can be erased. A version of a
request is made by one review at most: the unique key says so whatever the code does.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from serving.store.tables import ID, NAME, metadata
from serving.store.types import Document, UtcDateTime

reviews = Table(
    "reviews",
    metadata,
    Column("id", ID, primary_key=True),
    Column("request_id", ID, ForeignKey("requests.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("assessment_id", ID, ForeignKey("assessments.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("reviewer", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("labels", Document, nullable=False),
    Column("overrides", Boolean, nullable=False),
    Column("grade", String(2)),
    Column("waits", Boolean, nullable=False),
    Column("seconds", Float),
    Column("selection_probability", Float),
    Column("withdraws", ID),
    UniqueConstraint("request_id", "version"),
)
"""overrides: whether it says anything of the grade itself; grade is then null where it gives that back to
the policy. withdraws: the review that this one takes back."""

draws = Table(
    "draws",
    metadata,
    Column("request_id", ID, ForeignKey("requests.id"), primary_key=True),
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("blind_probability", Float),
    Column("second_probability", Float),
    Column("stage", String(20), nullable=False),
    Index("ix_draws_stage", "stage", "request_id"),
)
"""Requests that chance took, with what probability: to be judged before the prediction is seen, or by two
people. stage: what it waits for, as in serving.slices; it follows from the reviews."""

review_words = Table(
    "review_words",
    metadata,
    Column("review_id", ID, ForeignKey("reviews.id"), primary_key=True),
    Column("reason", Text),
    Column("note", Text),
)

second_words = Table(
    "second_words",
    metadata,
    Column("review_id", ID, ForeignKey("reviews.id"), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("person", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("confirmed", Boolean, nullable=False),
)
"""What a second person said to an override that waited; once."""

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", NAME, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("route", Text, nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)
"""reference: what the first answer was about, such as an identifier."""
