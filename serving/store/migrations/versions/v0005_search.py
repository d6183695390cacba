"""Full-text search over requests, and the requests that are there entered into it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index of this kind of database, and enter what is stored."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE TABLE search_entries (number INTEGER PRIMARY KEY AUTOINCREMENT, "
            "request_id VARCHAR(36) NOT NULL UNIQUE)"
        )
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        op.execute(
            "CREATE TABLE search_entries (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
            "request_id VARCHAR(36) NOT NULL UNIQUE, words tsvector NOT NULL)"
        )
        op.execute(
            "CREATE INDEX ix_search_entries_words ON search_entries USING gin (words) WITH (fastupdate = on)"
        )
    _enter(connection)


def _enter(connection: sa.Connection) -> None:
    from features.records import Request
    from serving.store import search

    rows = sa.text(
        "SELECT r.id, r.external_id, w.subject, w.text FROM requests r JOIN request_words w "
        "ON w.request_id = r.id WHERE r.id > :after ORDER BY r.id LIMIT 500"
    )
    after = ""
    while page := connection.execute(rows, {"after": after}).all():
        for row in page:
            request = Request(text=row.text, subject=row.subject, external_id=row.external_id)
            search.add(connection, row.id, request)
        after = page[-1].id
