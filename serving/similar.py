"""Requests that are like one: by the cosine of what their vectors have over the mean of their language.

Requests are near-duplicates, which are told once, where they say the same but for case, blanks and
punctuation, or where the cosine of their whole vectors is 0.98 and more. A group is told by the one that is
nearest, with how many others there are among the nearest that were measured: 40 at first, more where these
make too few groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
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
from serving.language_means import Means
from serving.store import requests, vectors
from serving.store.requests import Stored
from serving.store.vectors import Entries, Vector

if TYPE_CHECKING:
    from serving.services import Services

SAME = 0.98
"""The cosine from which two requests are near-duplicates."""
MEASURED = 40
MOST_MEASURED = 2_560


@dataclass(frozen=True)
class Like:
    """A request that is like the one asked about.

    cosine: of what their vectors have over the means of their languages, up to 1. duplicates: how many others
    of its group were among the nearest.
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
    request_id: str
    cosine: float
    words: set[str]
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is asked about, by which encoder, and how many groups are wanted."""

    stored: Stored
    encoder: Encoder
    model: ModelReference
    limit: int


def similar(services: Services, caller: Caller, request_id: str, *, limit: int) -> Found:
    """The requests most like one, of those that the caller may read.

    Raises NotFoundError as `intake.read` does, ConflictError where its words were erased, UnavailableError
    where no model answers, or one that makes no vectors.
    """
    model = services.engine.model
    with services.store.read() as connection:
        stored = intake.readable(connection, caller, request_id)
        if stored.erased:
            raise ConflictError("The words of this request were erased; there is nothing left to be alike.")
        encoder = vectors_kept.encoder_of(model)
        if model is None or encoder is None:
            raise UnavailableError("There is no model that makes vectors of requests yet; try again soon.")
        asked = _Asked(stored=stored, encoder=encoder, model=model.reference, limit=limit)
        kept = vectors.of_request(connection, stored.id, encoder.fingerprint)
        if len(kept):
            return _found(services, connection, caller, asked, kept)
    made = _made(services, encoder, stored)  # without a connection, which others may need meanwhile
    with services.store.read() as connection:
        return _found(services, connection, caller, asked, made)


def _made(services: Services, encoder: Encoder, stored: Stored) -> Entries:
    """The vector of a request that has none yet."""
    words = vectors_kept.read_of(stored.request)

    def ask(_: Model) -> Vector:
        return np.asarray(encoder.encode([words]))

    return Entries(
        numbers=np.zeros(1, dtype=np.int64),
        request_ids=(stored.id,),
        parties=((stored.owner, stored.request.source or ""),),
        languages=("" if stored.assessment is None else stored.assessment.prediction.language,),
        words_keys=(vectors_kept.words_key(words),),
        vectors=services.engine.aside(ask, seconds=services.settings.answer_seconds),
    )


def _found(
    services: Services, connection: Connection, caller: Caller, asked: _Asked, its_own: Entries
) -> Found:
    """The nearest groups, and among how many requests they were looked for."""
    party = caller.name if caller.is_intake else None
    fingerprint, count = asked.encoder.fingerprint, MEASURED
    search = partial(
        services.vectors.nearest,
        connection,
        its_own.vectors[0],
        fingerprint=fingerprint,
        language=its_own.languages[0],
    )
    while True:
        nearest = search(count=count, party=party)
        there = vectors.of_numbers(connection, nearest.numbers, fingerprint)
        gone = sorted(set(nearest.numbers) - set(there.numbers.tolist()))
        if gone:
            services.vectors.forget(gone)
        groups = _grouped(there, its_own, nearest.means, limit=asked.limit)
        if len(groups) >= asked.limit or len(nearest.numbers) < count or count >= MOST_MEASURED:
            break
        count *= 4
    searched = nearest.searched - len(gone) - (asked.stored.id in there.request_ids)
    return Found(asked.stored, asked.model, searched, _told(services, connection, caller, groups))


def _grouped(there: Entries, its_own: Entries, means: Means, *, limit: int) -> list[_Group]:
    """The first groups of near-duplicates, the nearest first; what is like none of them is left out."""
    if not len(there):
        return []
    over = means.over(its_own.vectors, its_own.languages)[0]
    cosines = means.over(there.vectors, there.languages) @ over
    groups: list[_Group] = []
    firsts = np.empty((limit, there.vectors.shape[1]), dtype=np.float32)
    for i in np.lexsort((-there.numbers, -cosines)).tolist():
        if there.request_ids[i] == its_own.request_ids[0]:
            continue
        alike = firsts[: len(groups)] @ there.vectors[i] >= SAME
        key = there.words_keys[i]
        mine = next((g for g, same in zip(groups, alike, strict=True) if same or key in g.words), None)
        if mine is not None:
            mine.count += 1
            mine.words.add(key)
        elif len(groups) < limit:
            firsts[len(groups)] = there.vectors[i]
            groups.append(_Group(there.request_ids[i], min(float(cosines[i]), 1.0), {key}))
    return groups


def _told(
    services: Services, connection: Connection, caller: Caller, groups: Sequence[_Group]
) -> tuple[Like, ...]:
    found = requests.several(connection, [group.request_id for group in groups])
    by_id = {each.id: each for each in found if not each.erased and sources.may_read(caller, each)}
    return tuple(
        Like(
            intake.standing(services, connection, by_id[group.request_id]),
            group.cosine,
            group.count - 1,
        )
        for group in groups
        if group.request_id in by_id
    )
