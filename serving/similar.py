"""Requests that are like one: by the cosine of their vectors, near-duplicates told once.

Requests are near-duplicates where they say the same but for case, blanks and punctuation, or where their
cosine is 0.98 and more. A group is told by the one that is nearest, with how many others there are among the
nearest that were measured: 200 at first, more where these make too few groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from features.encoder import Encoder
from features.errors import ConflictError, UnavailableError
from features.records import ModelReference
from serving import intake, vectors_kept
from serving.access import sources
from serving.access.roles import Caller
from serving.assess import Answer
from serving.engine import Model
from serving.store import requests, vectors
from serving.store.requests import Stored
from serving.store.vectors import Entry, Vector

if TYPE_CHECKING:
    from serving.services import Services

SAME = 0.98
"""The cosine from which two requests are near-duplicates."""
MEASURED = 200
MOST_MEASURED = 3_200


@dataclass(frozen=True)
class Like:
    """A request that is like the one asked about.

    cosine: of their vectors, up to 1. duplicates: how many others of its group were among the nearest.
    """

    answer: Answer
    cosine: float
    duplicates: int


@dataclass(frozen=True)
class Found:
    """What is like a request, the nearest first. searched: among how many. model: by whose encoder."""

    stored: Stored
    model: ModelReference
    searched: int
    like: tuple[Like, ...]


@dataclass
class _Group:
    first: Entry
    cosine: float
    words: set[str]
    count: int = 1

    def takes(self, entry: Entry) -> bool:
        """Whether a request is a near-duplicate of this group."""
        return entry.words_key in self.words or float(self.first.vector @ entry.vector) >= SAME


def similar(services: Services, caller: Caller, request_id: str, *, limit: int) -> Found:
    """The requests most like one, of those that the caller may read.

    Raises NotFoundError as `intake.read` does, ConflictError where its words were erased, UnavailableError
    where no model answers, or one that makes no vectors.
    """
    with services.store.read() as connection:
        stored = intake.readable(connection, caller, request_id)
    if stored.erased:
        raise ConflictError("The words of this request were erased; there is nothing left to be alike.")
    model = services.engine.model
    encoder = vectors_kept.encoder_of(model)
    if model is None or encoder is None:
        raise UnavailableError("There is no model that makes vectors of requests yet; try again soon.")
    with services.store.read() as connection:
        entry = vectors.of_request(connection, stored.id, encoder.fingerprint)
    vector = _made(services, encoder, stored) if entry is None else entry.vector
    party = caller.name if caller.is_intake else None
    with services.store.read() as connection:
        groups, searched = _groups(services, connection, encoder, stored, vector, party=party, limit=limit)
        return Found(stored, model.reference, searched, _told(services, connection, caller, groups))


def _made(services: Services, encoder: Encoder, stored: Stored) -> Vector:
    """The vector of a request that has none yet."""
    words = vectors_kept.read_of(stored.request)

    def ask(_: Model) -> Vector:
        return np.asarray(encoder.encode([words])[0])

    return services.engine.aside(ask, seconds=services.settings.answer_seconds)


def _groups(
    services: Services,
    connection: Connection,
    encoder: Encoder,
    stored: Stored,
    vector: Vector,
    *,
    party: str | None,
    limit: int,
) -> tuple[list[_Group], int]:
    """The nearest groups, and among how many requests they were looked for."""
    fingerprint, count = encoder.fingerprint, MEASURED
    while True:
        nearest = services.vectors.nearest(
            connection, vector, fingerprint=fingerprint, count=count, party=party
        )
        there = vectors.of_numbers(connection, nearest.numbers, fingerprint)
        gone = set(nearest.numbers) - {entry.number for entry in there}
        if gone:
            services.vectors.forget(sorted(gone))
        others = [entry for entry in there if entry.request_id != stored.id]
        groups = _grouped(others, vector)
        if len(groups) >= limit or len(nearest.numbers) < count or count >= MOST_MEASURED:
            return groups[:limit], nearest.searched - len(gone) - (len(there) - len(others))
        count *= 4


def _grouped(entries: Sequence[Entry], vector: Vector) -> list[_Group]:
    """Near-duplicates together, the nearest first."""
    groups: list[_Group] = []
    for cosine, entry in sorted(
        ((float(vector @ entry.vector), entry) for entry in entries),
        key=lambda pair: (-pair[0], -pair[1].number),
    ):
        mine = next((group for group in groups if group.takes(entry)), None)
        if mine is None:
            groups.append(_Group(entry, min(cosine, 1.0), {entry.words_key}))
        else:
            mine.count += 1
            mine.words.add(entry.words_key)
    return groups


def _told(
    services: Services, connection: Connection, caller: Caller, groups: Sequence[_Group]
) -> tuple[Like, ...]:
    found = requests.several(connection, [group.first.request_id for group in groups])
    by_id = {each.id: each for each in found if not each.erased and sources.may_read(caller, each)}
    return tuple(
        Like(
            intake.standing(services, connection, by_id[group.first.request_id]),
            group.cosine,
            group.count - 1,
        )
        for group in groups
        if group.first.request_id in by_id
    )
