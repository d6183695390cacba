"""The tables of staff accounts, of sign-ins that failed, and of the audit log.

The audit log is append-only: triggers that a migration makes refuse an UPDATE, a DELETE and, on PostgreSQL,
a TRUNCATE. It holds identifiers, names of staff and of keys, and figures; never the words of a request.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from serving.store.tables import ID, NAME, metadata
from serving.store.types import Document, UtcDateTime

users = Table(
    "users",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("password_at", UtcDateTime, nullable=False),
    Column("signed_in_at", UtcDateTime),
    Column("disabled_at", UtcDateTime),
)
"""password_at: since when the password is this one."""

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", String(80), primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("locked_until", UtcDateTime),
)
"""subject: an account or a network address, as a hash. failed: how often, since then."""

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object", String(300), nullable=False, index=True),
    Column("details", Document, nullable=False),
)
