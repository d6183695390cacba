"""Vectors of requests, kept per encoder: those of two encoders cannot be compared.

A vector tells much of a text, so it goes when the text goes. It is kept in float16: a cosine is then off by
less than 0.001.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, and_, delete, func, select

from serving.store.tables import request_words, requests
from serving.store.vector_tables import request_vectors
from serving.store.writing import insert_unless_there

Vector = NDArray[np.float32]
KEPT = np.dtype("<f2")
PAGE = 5_000
_AT_ONCE = 900
"""Fewer than the parameters that SQLite takes in one statement."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A request's vector as kept. party: owner and source, who may read the request."""

    number: int
    request_id: str
    party: tuple[str, str]
    words_key: str
    vector: Vector


def add(connection: Connection, request_id: str, *, fingerprint: str, words_key: str, vector: Vector) -> None:
    """Keep a request's vector, unless it has one of this encoder, or its words were erased meanwhile.

    vector: (dimensions,), of length 1.
    """
    its_row = select(requests.c.id).where(requests.c.id == request_id)
    connection.execute(its_row.with_for_update(read=True, key_share=True))  # whoever erases it waits for us
    its_words = select(request_words.c.request_id).where(request_words.c.request_id == request_id)
    if connection.execute(its_words).first() is None:
        return
    row = {
        "request_id": request_id,
        "fingerprint": fingerprint,
        "words_key": words_key,
        "vector": vector.astype(KEPT).tobytes(),
    }
    insert_unless_there(connection, request_vectors, row)


def of_request(connection: Connection, request_id: str, fingerprint: str) -> Entry | None:
    """A request's vector of one encoder; None where it has none."""
    its_own = _entries(fingerprint).where(request_vectors.c.request_id == request_id)
    return next(_read(connection, its_own), None)


def of_numbers(connection: Connection, numbers: Sequence[int], fingerprint: str) -> list[Entry]:
    """The vectors of these numbers that are there, in no order."""
    found: list[Entry] = []
    for i in range(0, len(numbers), _AT_ONCE):
        some = request_vectors.c.number.in_(numbers[i : i + _AT_ONCE])
        found.extend(_read(connection, _entries(fingerprint).where(some)))
    return found


def newest(connection: Connection, fingerprint: str, *, limit: int) -> Iterator[list[Entry]]:
    """Page by page the vectors of the newest requests, the newest first, so many at most."""
    before, left = None, limit
    while left > 0:
        page = _entries(fingerprint).order_by(request_vectors.c.request_id.desc()).limit(min(PAGE, left))
        if before is not None:
            page = page.where(request_vectors.c.request_id < before)
        found = list(_read(connection, page))
        if not found:
            return
        yield found
        before, left = found[-1].request_id, left - len(found)


def after(connection: Connection, fingerprint: str, number: int) -> list[Entry]:
    """The next vectors that were kept after a number, 5,000 at most, in their order."""
    later = _entries(fingerprint).where(request_vectors.c.number > number)
    return list(_read(connection, later.order_by(request_vectors.c.number).limit(PAGE)))


def last_number(connection: Connection, fingerprint: str) -> int:
    """The number of the vector that was kept last; 0 where there is none."""
    highest = select(func.max(request_vectors.c.number)).where(request_vectors.c.fingerprint == fingerprint)
    return connection.execute(highest).scalar_one() or 0


def count(connection: Connection, fingerprint: str, *, upto: int | None = None) -> int:
    """How many vectors of an encoder there are. upto: the last number to count."""
    every = select(func.count()).where(request_vectors.c.fingerprint == fingerprint)
    if upto is not None:
        every = every.where(request_vectors.c.number <= upto)
    return connection.execute(every).scalar_one()


def numbers(connection: Connection, fingerprint: str) -> NDArray[np.int64]:
    """The numbers of all vectors of an encoder, ascending."""
    every = select(request_vectors.c.number).where(request_vectors.c.fingerprint == fingerprint)
    found = connection.execute(every.order_by(request_vectors.c.number)).scalars()
    return np.fromiter(found, dtype=np.int64)


def without(connection: Connection, fingerprint: str, *, limit: int) -> list[str]:
    """Assessed requests that have their words and no vector of this encoder, the newest first."""
    its_own = and_(
        request_vectors.c.request_id == requests.c.id, request_vectors.c.fingerprint == fingerprint
    )
    lacking = (
        select(requests.c.id)
        .join(request_words, request_words.c.request_id == requests.c.id)
        .outerjoin(request_vectors, its_own)
        .where(requests.c.assessment_id.is_not(None), request_vectors.c.number.is_(None))
    )
    return list(connection.execute(lacking.order_by(requests.c.id.desc()).limit(limit)).scalars())


def remove(connection: Connection, request_ids: Iterable[str]) -> None:
    """Remove every vector of some requests."""
    connection.execute(delete(request_vectors).where(request_vectors.c.request_id.in_(list(request_ids))))


def remove_samples(connection: Connection) -> None:
    """Remove the vectors of the samples."""
    samples = select(requests.c.id).where(requests.c.sample)
    connection.execute(delete(request_vectors).where(request_vectors.c.request_id.in_(samples)))


def _entries(fingerprint: str) -> Select[Any]:
    return (
        select(
            request_vectors.c.number,
            request_vectors.c.request_id,
            request_vectors.c.words_key,
            request_vectors.c.vector,
            requests.c.owner,
            requests.c.source,
        )
        .join(requests, requests.c.id == request_vectors.c.request_id)
        .where(request_vectors.c.fingerprint == fingerprint)
    )


def _read(connection: Connection, query: Select[Any]) -> Iterator[Entry]:
    for row in connection.execute(query):
        yield Entry(
            number=row.number,
            request_id=row.request_id,
            party=(row.owner, row.source),
            words_key=row.words_key,
            vector=np.frombuffer(row.vector, dtype=KEPT).astype(np.float32),
        )
