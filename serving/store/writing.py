"""Inserting a row unless it is there, in one statement, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_unless_there(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; where a unique key is taken already, do nothing. True where it was inserted."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**row).on_conflict_do_nothing()
    # Not by rowcount: psycopg's is lost for an INSERT.
    return connection.execute(statement.returning(*table.primary_key)).first() is not None
