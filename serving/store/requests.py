"""Requests as stored: what is known of them, the words apart, and the present assessment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    delete,
    func,
    literal,
    select,
    union,
)

from features.outcome import NOTHING_SAID, Said
from features.records import Assessment, Request
from serving.store import bodies, draws, explanations, messages, reviews, search, vectors
from serving.store.assessments import NO_BASIS, Basis
from serving.store.tables import assessments, request_words, requests


class Status(StrEnum):
    """Where a request stands. received: stored, not assessed. open: assessed, work to do. closed: done."""

    RECEIVED = "received"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who is at a request, and until when nobody else need be."""

    by: str
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it has not run out."""
        return now < self.until


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A request as stored, with its present assessment.

    version: 1 when stored, one more with each change. owner: the key name it belongs to. facts_trusted:
    whether the inline customer facts may count. erased: the words are gone; `request.text` is then empty.
    basis: what the present assessment was made with or confirmed under. said: what people said of it, as
    far as it counts. answered_at: when a person first answered. claim: the last one, held or run out. chased:
    how many of its messages only ask where it is.
    """

    id: str
    version: int
    status: Status
    owner: str
    facts_trusted: bool
    sample: bool
    stored_at: datetime
    request: Request
    erased: bool = False
    assessment_id: str | None = None
    assessment: Assessment | None = None
    basis: Basis = NO_BASIS
    said: Said = NOTHING_SAID
    review_count: int = 0
    claim: Claim | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    message_count: int = 0
    chased: int = 0

    def assessed(self, assessment_id: str, assessment: Assessment, basis: Basis) -> Stored:
        """The request as it stands after its first assessment."""
        return replace(
            self,
            version=self.version + 1,
            status=Status.CLOSED if self.status is Status.CLOSED else Status.OPEN,
            assessment_id=assessment_id,
            assessment=assessment,
            basis=basis,
        )


def get(connection: Connection, request_id: str) -> Stored | None:
    """A request by its identifier."""
    return _one(connection, _all().where(requests.c.id == request_id))


def of_ids(connection: Connection, ids: Sequence[str]) -> list[Stored]:
    """The requests of these identifiers, in their order; those that are gone are left out."""
    found = {each.id: each for each in _many(connection, _all().where(requests.c.id.in_(ids)))}
    return [found[each] for each in ids if each in found]


def by_external_id(connection: Connection, source: str, external_id: str) -> Stored | None:
    """A request by what its source calls it."""
    named = (requests.c.source == source, requests.c.external_id == external_id)
    return _one(connection, _all().where(*named))


def several(connection: Connection, ids: Sequence[str]) -> list[Stored]:
    """Requests by their identifiers, in that order; those that are not there are left out."""
    found = {each.id: each for each in _many(connection, _all().where(requests.c.id.in_(ids)))}
    return [found[each] for each in ids if each in found]


def newest(
    connection: Connection, *, limit: int, before: str | None = None, party: str | None = None
) -> list[Stored]:
    """Requests, newest first. before: an identifier to go on from. party: only what that party may read."""
    older = () if before is None else (requests.c.id < before,)
    page = _all().where(*older)
    if party is not None:
        page = page.where(requests.c.id.in_(_of_party(party, *older, limit=limit)))
    return _many(connection, page.order_by(requests.c.id.desc()).limit(limit))


def _of_party(party: str, *older: ColumnElement[bool], limit: int) -> CompoundSelect[tuple[str]]:
    """The newest it owns and the newest of its source: each follows an index; either of both would none."""
    ids = select(requests.c.id).where(*older).order_by(requests.c.id.desc()).limit(limit)
    theirs = (ids.where(each == party).subquery() for each in (requests.c.owner, requests.c.source))
    return union(*(select(each.c.id) for each in theirs))


def waiting_samples(connection: Connection) -> list[Stored]:
    """Samples that have no assessment yet, oldest first."""
    page = _all().where(requests.c.assessment_id.is_(None), requests.c.sample)
    return _many(connection, page.order_by(requests.c.id))


def first_things_first(connection: Connection, *, limit: int, sample: bool) -> list[Stored]:
    """Assessed requests in the order of work: the highest grade first, inside a grade the highest score."""
    page = _all().where(requests.c.sample == sample, requests.c.assessment_id.is_not(None))
    order = (assessments.c.grade, assessments.c.score.desc(), requests.c.received_at, requests.c.id)
    return _many(connection, page.order_by(*order).limit(limit))


def spread_samples(connection: Connection, *, count: int) -> list[Stored]:
    """That many samples, evenly over all of them, in the order of work: a fixed, mixed selection."""
    named = select(requests.c.id).where(requests.c.sample, requests.c.assessment_id.is_not(None))
    ids = list(connection.execute(named.order_by(requests.c.id)).scalars())
    chosen = [ids[i * len(ids) // count] for i in range(count)] if len(ids) > count else ids
    order = (assessments.c.grade, assessments.c.score.desc(), requests.c.received_at, requests.c.id)
    return _many(connection, _all().where(requests.c.id.in_(chosen)).order_by(*order))


def count_samples(connection: Connection) -> int:
    """How many samples are stored."""
    counted = select(func.count()).select_from(requests).where(requests.c.sample)
    return int(connection.execute(counted).scalar_one())


def clear_samples(connection: Connection) -> int:
    """Take every sample out, with its words and assessments; how many there were."""
    search.remove_samples(connection)
    vectors.remove_samples(connection)
    explanations.remove_samples(connection)
    samples = select(requests.c.id).where(requests.c.sample)
    draws.clear(connection, samples)
    reviews.clear(connection, samples)
    messages.clear(connection, samples)
    connection.execute(delete(assessments).where(assessments.c.request_id.in_(samples)))
    connection.execute(delete(request_words).where(request_words.c.request_id.in_(samples)))
    return connection.execute(delete(requests).where(requests.c.sample)).rowcount


def to_regrade(connection: Connection, *conditions: ColumnElement[bool], limit: int) -> list[Stored]:
    """Open requests that meet conditions on their row, oldest first, without text and subject: these are
    not graded, and may be long."""
    page = _all(literal("").label("text"), literal(None).label("subject"))
    page = page.where(requests.c.status == Status.OPEN.value, requests.c.assessment_id.is_not(None))
    return _many(connection, page.where(*conditions).order_by(requests.c.id).limit(limit))


def _all(*words: ColumnElement[Any]) -> Select[tuple[object, ...]]:
    return (
        select(
            requests,
            request_words.c.request_id.label("words_of"),
            *(words or (request_words.c.text, request_words.c.subject)),
            request_words.c.contact,
            request_words.c.attributes,
            request_words.c.facts,
            request_words.c.locale,
            assessments.c.body,
        )
        .outerjoin(request_words, request_words.c.request_id == requests.c.id)
        .outerjoin(assessments, assessments.c.id == requests.c.assessment_id)
    )


def _one(connection: Connection, query: Select[tuple[object, ...]]) -> Stored | None:
    return next(iter(_many(connection, query)), None)


def _many(connection: Connection, query: Select[tuple[object, ...]]) -> list[Stored]:
    rows = connection.execute(query).all()
    said = reviews.said_of(connection, [row.id for row in rows if row.review_count])
    return [_stored(row, said.get(row.id, NOTHING_SAID)) for row in rows]


def _stored(row: Row[tuple[object, ...]], said: Said) -> Stored:
    return Stored(
        id=row.id,
        version=row.version,
        status=Status(row.status),
        owner=row.owner,
        facts_trusted=row.facts_trusted,
        sample=row.sample,
        stored_at=row.stored_at,
        request=_request(row),
        erased=row.words_of is None,
        assessment_id=row.assessment_id,
        assessment=None if row.body is None else bodies.to_assessment(row.body),
        basis=Basis(policy_hash=row.policy_hash, facts_version=row.facts_version),
        said=said,
        review_count=row.review_count,
        claim=None if row.claimed_by is None else Claim(by=row.claimed_by, until=row.claimed_until),
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        message_count=row.message_count,
        chased=row.chased,
    )


def _request(row: Row[tuple[object, ...]]) -> Request:
    return Request(
        text=row.text or "",
        subject=row.subject,
        channel=row.channel,
        source=row.source,
        external_id=row.external_id,
        customer_id=row.customer_id,
        customer=bodies.to_facts(row.facts),
        contact=bodies.to_contact(row.contact),
        attributes=row.attributes or {},
        received_at=row.received_at,
        locale=row.locale,
    )
