"""The tables of follow-up messages, append-only; their words apart, so that they can be erased.

`requests.message_count` says how many a request has, `requests.chased` how many of these only ask where it
is, and `requests.follow_up_due` whether the present assessment was made before the last that says more.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from serving.store.tables import ID, NAME, metadata
from serving.store.types import Document, UtcDateTime

messages = Table(
    "messages",
    metadata,
    Column("id", ID, primary_key=True),
    Column("request_id", ID, ForeignKey("requests.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("source", NAME, nullable=False),
    Column("external_id", String(1000)),
    Column("channel", String(64)),
    Column("sent_by", NAME, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    UniqueConstraint("request_id", "number"),
    UniqueConstraint("source", "external_id"),
)
"""number: 1 for the first of a request. sent_by: the key or person that brought it in."""

message_words = Table(
    "message_words",
    metadata,
    Column("message_id", ID, ForeignKey("messages.id"), primary_key=True),
    Column("subject", Text),
    Column("text", Text, nullable=False),
    Column("contact", Document),
    Column("attributes", Document, nullable=False),
)
