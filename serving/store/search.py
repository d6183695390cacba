"""Full-text search: FTS5 on SQLite, a tsvector under a GIN index on PostgreSQL.

Both are fed the pieces of features.search_words, so that a query finds the same on either. The tables are
made by a migration and are no part of the metadata, since each database has its own kind. Entries are
numbered as requests come, and the newest are found first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, bindparam, text

from features.records import Request
from features.search_words import cut, terms

LONGEST_PIECE = 200
MOST_TERMS = 32
LAST = 2**62
"""A number after that of every entry."""
WALKED = 4_000
"""So many of the newest entries are read one by one on PostgreSQL, in some milliseconds: what one in eighty
holds fills a page by then, and of anything rarer the index gives few enough to be put in order."""
_ENTER = text("INSERT INTO search_entries (request_id) VALUES (:request_id)")
_ENTER_WORDS = text("INSERT INTO search_words (rowid, words) VALUES (:number, :words)")
_ENTER_POSTGRESQL = text(
    "INSERT INTO search_entries (request_id, words) VALUES (:request_id, array_to_tsvector("
    "ARRAY(SELECT unnest(string_to_array(:words, ' ')) EXCEPT SELECT '')))"
)
_FIND = text(
    "SELECT e.number, e.request_id FROM search_words f JOIN search_entries e ON e.number = f.rowid "
    "WHERE search_words MATCH :query AND f.rowid < :before ORDER BY f.rowid DESC LIMIT :limit"
)
_NEXT = text("SELECT coalesce(max(number), 0) + 1 FROM search_entries")
_WALK = text(
    "SELECT number, request_id FROM search_entries WHERE number < :before AND number >= :floor "
    "AND words @@ CAST(:query AS tsquery) ORDER BY number DESC LIMIT :limit"
)
# The order is of a sum, which no index has: so the index of words is the one that is used.
_ASK_INDEX = text(
    "SELECT number, request_id FROM search_entries WHERE number + 0 < :before "
    "AND words @@ CAST(:query AS tsquery) ORDER BY number + 0 DESC LIMIT :limit"
)


@dataclass(frozen=True)
class Hit:
    """A request that was found, and its number, to go on from."""

    number: int
    request_id: str


def add(connection: Connection, request_id: str, request: Request) -> None:
    """Make a request findable by its subject, text and external id."""
    pieces = cut(" \n ".join(filter(None, (request.external_id, request.subject, request.text))))
    words = " ".join(piece[:LONGEST_PIECE] for piece in pieces)
    if _is_sqlite(connection):
        made = connection.execute(_ENTER, {"request_id": request_id})
        connection.execute(_ENTER_WORDS, {"number": made.lastrowid, "words": words})
    else:
        connection.execute(_ENTER_POSTGRESQL, {"request_id": request_id, "words": words})


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
    if not _is_sqlite(connection):
        return _find_on_postgresql(connection, _tsquery(asked), limit=limit, before=before)
    given = {"query": _fts5(asked), "limit": limit, "before": LAST if before is None else before}
    return _hits(connection, _FIND, given)


def _find_on_postgresql(connection: Connection, query: str, *, limit: int, before: int | None) -> list[Hit]:
    """PostgreSQL cannot tell how many entries hold a word that it has no figures on: left to choose, it walks
    through all of them for a rare one. So the newest are walked through, and the index asked for the rest.
    """
    last = connection.execute(_NEXT).scalar_one() if before is None else before
    given = {"query": query, "before": last, "floor": last - WALKED}
    found = _hits(connection, _WALK, given | {"limit": limit})
    if len(found) == limit:
        return found
    older = {"query": query, "before": last - WALKED, "limit": limit - len(found)}
    return found + _hits(connection, _ASK_INDEX, older)


def _hits(connection: Connection, statement: TextClause, given: Mapping[str, object]) -> list[Hit]:
    return [Hit(row.number, row.request_id) for row in connection.execute(statement, given)]


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _fts5(asked: list[tuple[str, bool]]) -> str:
    """Pieces hold letters and digits only, so quotes cannot be broken."""
    return " AND ".join(f'"{piece}"*' if begins else f'"{piece}"' for piece, begins in asked)


def _tsquery(asked: list[tuple[str, bool]]) -> str:
    return " & ".join(f"'{piece}':*" if begins else f"'{piece}'" for piece, begins in asked)
