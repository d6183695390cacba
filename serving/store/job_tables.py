"""The tables of jobs and of what was delivered.

A job is work that someone's transaction left to be done: it is there if and only if that transaction was
committed. `key` makes a kind's jobs unique where it is set: a periodic job's is the time it was due.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from serving.store.tables import ID, NAME, metadata
from serving.store.types import Document, UtcDateTime

jobs = Table(
    "jobs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("key", NAME),
    Column("payload", Document, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("done_at", UtcDateTime),
    Column("given_up_at", UtcDateTime),
    UniqueConstraint("kind", "key"),
)
_open = jobs.c.done_at.is_(None) & jobs.c.given_up_at.is_(None)
Index("ix_jobs_open", jobs.c.run_at, sqlite_where=_open, postgresql_where=_open)
Index(None, jobs.c.done_at)

deployments = Table(
    "deployments",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", NAME, nullable=False),
    Column("version", String(50), nullable=False),
    Column("deployed_at", UtcDateTime, nullable=False),
)
