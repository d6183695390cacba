"""Writing a row unless it is there, or in place of it, in one statement, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from serving.store.tables import request_words, requests

_ITS_WORDS = (
    select(request_words.c.request_id)
    .join(requests, requests.c.id == request_words.c.request_id)
    .where(requests.c.id == bindparam("its_id"))
    .with_for_update(read=True, key_share=True)
)
"""Holds both rows: words that were erased while it waited for the request's row are then not found."""


def insert_unless_there(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; where a unique key is taken already, do nothing. True where it was inserted."""
    return connection.execute(_unless_there(connection.dialect.name, table), row).first() is not None


@functools.cache
def _unless_there(dialect: str, table: Table) -> Any:
    """Drawn once for each table: requests come in through it."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # Not by rowcount: psycopg's is lost for an INSERT.
    return insert(table).on_conflict_do_nothing().returning(*table.primary_key)


def insert_or_replace(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row; where its primary key is taken already, let it have these values."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    key = [column.name for column in table.primary_key]
    values = {name: value for name, value in row.items() if name not in key}
    statement = dialect.insert(table).values(**row)
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=values))


def holds_words(connection: Connection, request_id: str) -> bool:
    """Whether a request has its words; whoever would erase them waits until this transaction ends."""
    return connection.execute(_ITS_WORDS, {"its_id": request_id}).first() is not None
