"""Every table of the schema: whoever compares or draws the whole of it takes `metadata` from here."""

from __future__ import annotations

from serving.store import job_tables, review_tables, tables

PARTS = (tables, job_tables, review_tables)
"""A module of tables that is not named here is not in the schema."""
metadata = tables.metadata
