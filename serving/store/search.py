"""Full-text search: FTS5 on SQLite, a tsvector under a GIN index on PostgreSQL.

Both are fed the pieces of features.search_words, so that a query finds the same on either. The tables are
made by a migration and are no part of the metadata, since each database has its own kind. Entries are
numbered as requests come, and the newest are found first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, bindparam, text

from features.records import Request
from features.search_words import cut, terms

LONGEST_PIECE = 200
MOST_TERMS = 32


@dataclass(frozen=True)
class Hit:
    """A request that was found, and its number, to go on from."""

    number: int
    request_id: str


def add(connection: Connection, request_id: str, request: Request) -> None:
    """Make a request findable by its subject, text and external id."""
    pieces = cut(" \n ".join(filter(None, (request.external_id, request.subject, request.text))))
    words = " ".join(piece[:LONGEST_PIECE] for piece in pieces)
    given: dict[str, object] = {"request_id": request_id, "words": words}
    if _is_sqlite(connection):
        made = connection.execute(
            text("INSERT INTO search_entries (request_id) VALUES (:request_id)"), {"request_id": request_id}
        )
        given = {"number": made.lastrowid, "words": words}
        connection.execute(text("INSERT INTO search_words (rowid, words) VALUES (:number, :words)"), given)
    else:
        connection.execute(
            text(
                "INSERT INTO search_entries (request_id, words) VALUES (:request_id, array_to_tsvector("
                "ARRAY(SELECT unnest(string_to_array(:words, ' ')) EXCEPT SELECT '')))"
            ),
            given,
        )


def remove(connection: Connection, request_id: str) -> None:
    """Make a request findable no more, and leave none of its words in the index."""
    remove_all(connection, [request_id])


def remove_all(connection: Connection, request_ids: Sequence[str]) -> None:
    """Make requests findable no more, and leave none of their words in the index."""
    given = {"ids": list(request_ids)}
    if _is_sqlite(connection):
        connection.execute(_of(_FORGET_WORDS), given)
        connection.execute(text("INSERT INTO search_words (search_words) VALUES ('optimize')"))
    connection.execute(_of("DELETE FROM search_entries WHERE request_id IN :ids"), given)


def _of(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("ids", expanding=True))


_FORGET_WORDS = (
    "DELETE FROM search_words WHERE rowid IN (SELECT number FROM search_entries WHERE request_id IN :ids)"
)


def remove_samples(connection: Connection) -> None:
    """Make the samples findable no more."""
    samples = "(SELECT id FROM requests WHERE sample)"
    if _is_sqlite(connection):
        connection.execute(
            text(
                "DELETE FROM search_words WHERE rowid IN "  # noqa: S608 - no part of it is anybody's input
                f"(SELECT number FROM search_entries WHERE request_id IN {samples})"
            )
        )
    connection.execute(text(f"DELETE FROM search_entries WHERE request_id IN {samples}"))  # noqa: S608 - likewise


def find(connection: Connection, query: str, *, limit: int, before: int | None = None) -> list[Hit]:
    """Requests that hold every piece of a query, newest first. before: a number to go on from.

    A query without a piece (only punctuation) finds nothing.
    """
    asked = terms(query)[:MOST_TERMS]
    if not asked:
        return []
    sqlite = _is_sqlite(connection)
    given = {"query": _fts5(asked) if sqlite else _tsquery(asked), "limit": limit, "before": before}
    bound = "" if before is None else ("AND f.rowid < :before" if sqlite else "AND e.number < :before")
    statement = (
        "SELECT e.number, e.request_id FROM search_words f JOIN search_entries e ON e.number = f.rowid "  # noqa: S608 - only fixed words and names of parameters
        f"WHERE search_words MATCH :query {bound} ORDER BY f.rowid DESC LIMIT :limit"
        if sqlite
        else "SELECT e.number, e.request_id FROM search_entries e "  # noqa: S608 - likewise
        f"WHERE e.words @@ CAST(:query AS tsquery) {bound} ORDER BY e.number DESC LIMIT :limit"
    )
    return [Hit(row.number, row.request_id) for row in connection.execute(text(statement), given)]


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _fts5(asked: list[tuple[str, bool]]) -> str:
    """Pieces hold letters and digits only, so quotes cannot be broken."""
    return " AND ".join(f'"{piece}"*' if begins else f'"{piece}"' for piece, begins in asked)


def _tsquery(asked: list[tuple[str, bool]]) -> str:
    return " & ".join(f"'{piece}':*" if begins else f"'{piece}'" for piece, begins in asked)
