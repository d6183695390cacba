"""The vectors of requests in step with the requests: kept with the assessment, made later where they lack.

They lack for requests that were assessed by a model of another encoder, or before vectors were kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
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


def keep(services: Services, connection: Connection, stored: Stored, *, held: bool) -> None:
    """Keep the vector of a request that was just assessed; the encoder remembers it from then.

    held: the caller holds the request's row, and it is as it was read.
    """
    encoder = encoder_of(services.engine.model)
    if encoder is not None and not stored.erased:
        _add(connection, encoder, [stored], held=held)


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
        encoder.encode(_words(lacking))  # before the transaction: it remembers them
        with services.store.write() as connection:
            _add(connection, encoder, lacking)
    return len(lacking)


def _add(connection: Connection, encoder: Encoder, several: Iterable[Stored], *, held: bool = False) -> None:
    for stored in several:
        words = read_of(stored.request)
        vectors.add(
            connection,
            stored.id,
            fingerprint=encoder.fingerprint,
            words_key=words_key(words),
            vector=encoder.encode([words])[0],
            held=held,
        )


def _words(several: Iterable[Stored]) -> list[str]:
    return [read_of(stored.request) for stored in several]


def read_of(request: Request) -> str:
    """The words of a request that a model reads."""
    return text.read(request).words
