"""The table of requests' vectors, by which similar ones are found."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from serving.store.tables import ID, metadata

request_vectors = Table(
    "request_vectors",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("request_id", ID, ForeignKey("requests.id"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("words_key", String(32), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    # A number once given is given to nothing else, though its row be gone: processes go on from it.
    sqlite_autoincrement=True,
)
"""fingerprint: of the encoder that made it. words_key: the same for texts that differ in case, blanks and
punctuation only. vector: of length 1, as little-endian float16."""
Index(None, request_vectors.c.request_id, request_vectors.c.fingerprint, unique=True)
Index(None, request_vectors.c.fingerprint, request_vectors.c.number)
