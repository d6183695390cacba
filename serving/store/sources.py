"""Whose a source is: the first who wrote under that name. One row a source, so two cannot both be first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from serving.store.tables import sources
from serving.store.writing import insert_unless_there


def claim(connection: Connection, name: str, *, owner: str, at: datetime) -> str:
    """Take a source for an owner unless it has one; the name of whoever owns it now."""
    insert_unless_there(connection, sources, {"name": name, "owner": owner, "claimed_at": at})
    return str(connection.execute(select(sources.c.owner).where(sources.c.name == name)).scalar_one())


def let_go(connection: Connection, name: str) -> None:
    """Forget whose a source is."""
    connection.execute(delete(sources).where(sources.c.name == name))
