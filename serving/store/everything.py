"""Every table of the schema: whoever compares or draws the whole of it takes `metadata` from here."""

from __future__ import annotations

from serving.store import (
    access_tables,
    explanation_tables,
    job_tables,
    message_tables,
    review_tables,
    tables,
    vector_tables,
)

PARTS = (
    tables,
    access_tables,
    explanation_tables,
    job_tables,
    message_tables,
    review_tables,
    vector_tables,
)
"""A module of tables that is not named here is not in the schema."""
metadata = tables.metadata
