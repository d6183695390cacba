"""The table of explanations that were made already."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from serving.store.tables import ID, metadata
from serving.store.types import Document

explanations = Table(
    "explanations",
    metadata,
    Column("request_id", ID, ForeignKey("requests.id"), primary_key=True),
    Column("made_by", String(64), nullable=False),
    Column("body", Document, nullable=False),
)
"""One for each request: that of the model that was asked last. made_by: names the model, and how text was
read and explained then. body: places of words and what each weighs (features.explain.kept)."""
