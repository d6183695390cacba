"""The vectors of requests in step with the requests: kept with the assessment, made later where they lack.

They lack for requests that were assessed by a model of another encoder, or before vectors were kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sqlalchemy import Connection

from features import text
from features.encoder import Encoder
from features.records import Request
from serving.engine import Model
from serving.store import requests, vectors
from serving.store.requests import Stored
from serving.vector_index import CAPACITY

if TYPE_CHECKING:
    from serving.services import Services

BATCH = 16
BATCHES_A_LOOK = 16
"""A look ends soon, since requests that wait for an assessment are looked for by the same thread."""


@runtime_checkable
class _Encodes(Protocol):
    """A model that reads texts by an encoder."""

    @property
    def encoder(self) -> Encoder:
        """The one encoder of all its fields."""


def encoder_of(model: Model | None) -> Encoder | None:
    """The encoder of a model; None where it has none."""
    return model.encoder if isinstance(model, _Encodes) else None


def words_key(words: str) -> str:
    """The same for texts that differ in case, blanks and punctuation only."""
    plain = "".join(character for character in words.casefold() if character.isalnum())
    return hashlib.sha256((plain or words).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class Read:
    """A request's vector, and the key of the words it was made of, by an encoder."""

    fingerprint: str
    words_key: str
    vector: vectors.Vector


def read(services: Services, stored: Stored) -> Read | None:
    """The vector to keep of a request, made before the transaction; None without an encoder, or words."""
    encoder = encoder_of(services.engine.model)
    return None if encoder is None or stored.erased else _read(encoder, stored)


def keep(connection: Connection, stored: Stored, found: Read | None, *, held: bool) -> None:
    """Keep the vector of a request that was just assessed.

    held: the caller holds the request's row, and it is as it was read.
    """
    if found is not None:
        vectors.add(connection, stored.id, **vars(found), held=held)


def look(services: Services, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Bring the index of this process in step with the table, and make vectors that lack; how many."""
    encoder = encoder_of(services.engine.model)
    if encoder is None:
        return 0
    with services.store.read() as connection:
        services.vectors.match(connection)
    made = 0
    for _ in range(BATCHES_A_LOOK):
        if stop() or services.engine.has_callers or services.vectors.is_whole(encoder.fingerprint):
            break
        made += _make(services, encoder)
    return made


def _make(services: Services, encoder: Encoder) -> int:
    """Make the vectors of a few requests that have none; with none of these left, look no more."""
    with services.store.read() as connection:
        full = vectors.count(connection, encoder.fingerprint) >= CAPACITY
        ids = [] if full else vectors.without(connection, encoder.fingerprint, limit=BATCH)
        lacking = [stored for stored in requests.several(connection, sorted(ids)) if not stored.erased]
    if not ids:
        services.vectors.note_whole(encoder.fingerprint)
    if lacking:
        encoder.encode(_words(lacking))  # many at a time, and it remembers them
        found = [_read(encoder, stored) for stored in lacking]
        with services.store.write() as connection:
            for stored, each in zip(lacking, found, strict=True):
                keep(connection, stored, each, held=False)
    return len(lacking)


def _read(encoder: Encoder, stored: Stored) -> Read:
    words = read_of(stored.request)
    return Read(encoder.fingerprint, words_key(words), encoder.encode([words])[0])


def _words(several: Iterable[Stored]) -> list[str]:
    return [read_of(stored.request) for stored in several]


def read_of(request: Request) -> str:
    """The words of a request that a model reads."""
    return text.read(request).words
