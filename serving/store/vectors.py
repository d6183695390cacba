"""Vectors of requests, kept per encoder: those of two encoders cannot be compared.

A vector tells much of a text, so it goes when the text goes. It is kept in float16: a cosine is then off by
less than 0.001.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, Select, and_, delete, func, select

from serving.store.tables import request_words, requests
from serving.store.vector_tables import request_vectors
from serving.store.writing import holds_words, insert_unless_there

Vector = NDArray[np.float32]
KEPT = np.dtype("<f2")
PAGE = 5_000
_AT_ONCE = 900
"""Fewer than the parameters that SQLite takes in one statement."""


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Requests' vectors as kept, side by side.

    parties: owner and source of each, who may read the request. languages: of the requests, empty where it is
    not known. vectors: (entries, dimensions).
    """

    numbers: NDArray[np.int64]
    request_ids: tuple[str, ...]
    parties: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    words_keys: tuple[str, ...]
    vectors: Vector

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: slice) -> Entries:
        return Entries(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})


def add(
    connection: Connection,
    request_id: str,
    *,
    fingerprint: str,
    words_key: str,
    vector: Vector,
    held: bool = False,
) -> None:
    """Keep a request's vector, unless it has one of this encoder, or its words were erased meanwhile.

    vector: (dimensions,), of length 1. held: the caller holds the request's row and knows its words there.
    """
    if not held and not holds_words(connection, request_id):
        return
    row = {
        "request_id": request_id,
        "fingerprint": fingerprint,
        "words_key": words_key,
        "vector": vector.astype(KEPT).tobytes(),
    }
    insert_unless_there(connection, request_vectors, row)


def of_request(connection: Connection, request_id: str, fingerprint: str) -> Entries:
    """A request's vector of one encoder; nothing where it has none."""
    its_own = _entries(fingerprint).where(request_vectors.c.request_id == request_id)
    return _side_by_side(connection.execute(its_own).all())


def of_numbers(connection: Connection, numbers: Sequence[int], fingerprint: str) -> Entries:
    """The vectors of these numbers that are there, in no order."""
    found: list[Row[Any]] = []
    for i in range(0, len(numbers), _AT_ONCE):
        some = request_vectors.c.number.in_(numbers[i : i + _AT_ONCE])
        found += connection.execute(_entries(fingerprint).where(some)).all()
    return _side_by_side(found)


def newest(connection: Connection, fingerprint: str, *, limit: int) -> Iterator[Entries]:
    """Page by page the vectors of so many of the newest requests at most, in the order they were kept."""
    theirs = select(request_vectors.c.request_id).where(request_vectors.c.fingerprint == fingerprint)
    first_out = theirs.order_by(request_vectors.c.request_id.desc()).offset(limit).limit(1)
    beyond, number = connection.execute(first_out).scalar_one_or_none() or "", 0
    while len(found := after(connection, fingerprint, number, beyond=beyond)):
        yield found
        number = int(found.numbers[-1])


def after(connection: Connection, fingerprint: str, number: int, *, beyond: str = "") -> Entries:
    """The next vectors that were kept after a number, 5,000 at most, in their order. beyond: of requests that
    came after this one."""
    later = _entries(fingerprint).where(request_vectors.c.number > number)
    if beyond:
        later = later.where(request_vectors.c.request_id > beyond)
    page = later.order_by(request_vectors.c.number).limit(PAGE)
    return _side_by_side(connection.execute(page).all())


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
            requests.c.language,
        )
        .join(requests, requests.c.id == request_vectors.c.request_id)
        .where(request_vectors.c.fingerprint == fingerprint)
    )


def _side_by_side(rows: Sequence[Row[Any]]) -> Entries:
    """The rows of `_entries` as columns: nothing is made of each alone."""
    columns = list(zip(*rows, strict=True)) or [()] * 7
    numbers, request_ids, words_keys, kept, owners, sources, languages = columns
    made = np.frombuffer(b"".join(kept), dtype=KEPT).astype(np.float32)
    return Entries(
        numbers=np.array(numbers, dtype=np.int64),
        request_ids=request_ids,
        parties=tuple(zip(owners, sources, strict=True)),
        languages=tuple(each or "" for each in languages),
        words_keys=words_keys,
        vectors=made.reshape(len(rows), -1) if rows else made.reshape(0, 0),
    )
