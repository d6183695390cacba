"""The page of reviews that are set aside: what a template is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from features.errors import UnavailableError
from features.set_aside import Batch
from serving import set_aside
from serving.pages.request_view import excerpt
from serving.pages.rows import html_language, iso
from serving.pages.words import Reader
from serving.set_aside import Evidence, Report

BATCHES = 10
"""Batches that the page holds of those that wait, and of those that were released."""
FIRST = 10
"""Reviews of a batch among others."""
PAGE = 100
"""Reviews of a batch that is looked at by itself."""


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """A review of a batch. id: of its request. predicted, said: labels of the batch's field. now: what became
    of it since, where it no longer counts."""

    id: str
    words: str
    language: str
    predicted: str
    said: str
    who: str
    at: str
    at_iso: str
    now: str


@dataclass(frozen=True, kw_only=True)
class BatchView:
    """A batch. shown: how many of its `number` reviews, from `start` on; rows: those of them that are still
    stored; gone: how many are not, in words. earlier, later: where the others start; None where there are
    none. released: by whom and when, empty while it waits; reason: theirs."""

    id: str
    title: str
    kind: str
    sentence: str
    at: str
    at_iso: str
    number: int
    start: int
    shown: int
    rows: tuple[ReviewRow, ...]
    gone: str
    earlier: int | None
    later: int | None
    released: str
    released_iso: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuarantineView:
    """What the page shows. alone: the identifier of the one batch that was asked for, else empty. more: how
    many more batches wait than are shown; older: as many that were released."""

    lead: str
    alone: str
    waiting: tuple[BatchView, ...]
    more: int
    released: tuple[BatchView, ...]
    older: int
    done: str


def quarantine_view(
    reader: Reader, made: Report, *, alone: str = "", start: int = 0, done: str = ""
) -> QuarantineView:
    """The page of a report. alone: one batch by itself, its reviews from `start` on. done: the batch that was
    just released. Raises NotFoundError where the batch that is asked for is none."""
    waiting, released = made.waiting[:BATCHES], made.released[:BATCHES]
    if alone:
        asked = made.batch(alone)
        waiting, released = ((asked,), ()) if asked.released is None else ((), (asked,))
        start = start if start < len(asked.reviews) else 0
    size = PAGE if alone else FIRST
    shown = [*waiting, *(released if alone else ())]
    numbers = sorted({review for each in shown for review in each.reviews[start : start + size]})
    known = set_aside.evidence(reader.services, numbers)
    return QuarantineView(
        lead=_lead(reader, made),
        alone=alone,
        waiting=tuple(_batch(reader, each, known, start=start, size=size) for each in waiting),
        more=0 if alone else len(made.waiting) - len(waiting),
        released=tuple(
            _batch(reader, each, known, start=start, size=size if alone else 0) for each in released
        ),
        older=0 if alone else len(made.released) - len(released),
        done=_done(reader, made, done),
    )


def waiting_told(reader: Reader) -> str:
    """How many reviews wait, for the pages that lead here; where that cannot be told, what the page is."""
    try:
        number = set_aside.report(reader.services).number
    except UnavailableError:
        return reader.say("quarantine.title")
    return reader.say("quarantine.some", number=f"{number:,}") if number else reader.say("quarantine.none")


def _lead(reader: Reader, made: Report) -> str:
    if made.name is None:
        return reader.say("quarantine.folder")
    key = "quarantine.lead" if made.waiting else "quarantine.lead.none"
    return reader.say(key, name=made.name, number=f"{made.number:,}")


def _done(reader: Reader, made: Report, batch_id: str) -> str:
    mine = next((each for each in made.released if each.id == batch_id), None)
    return "" if mine is None else reader.say("quarantine.done", number=f"{len(mine.reviews):,}")


def _batch(
    reader: Reader, batch: Batch, known: Mapping[str, Evidence], *, start: int, size: int
) -> BatchView:
    field, of = set_aside.named(batch, reader.services.taxonomy, reader.language)
    number, released, end = len(batch.reviews), batch.released, start + size
    shown = batch.reviews[start:end]
    rows = tuple(_row(reader, batch, known[each]) for each in shown if each in known)
    gone = len(shown) - len(rows)
    return BatchView(
        id=batch.id,
        title=reader.say("quarantine.batch", field=field, of=of),
        kind=reader.name("quarantine.kind", batch.kind),
        sentence=set_aside.sentence(batch, reader.services.taxonomy, reader.language),
        at=reader.moment(batch.at),
        at_iso=iso(batch.at),
        number=number,
        start=start,
        shown=len(shown),
        rows=rows,
        gone=reader.say("quarantine.gone", number=gone) if gone else "",
        earlier=max(start - size, 0) if start else None,
        later=end if end < number else None,
        released=""
        if released is None
        else reader.say("quarantine.released.by", who=released.by, at=reader.moment(released.at)),
        released_iso="" if released is None else iso(released.at),
        reason="" if released is None else released.reason,
    )


def _row(reader: Reader, batch: Batch, evidence: Evidence) -> ReviewRow:
    stored, review, code = evidence.request, evidence.review, batch.field
    request, assessment = stored.request, stored.assessment
    words = reader.say("erased") if stored.erased else excerpt(reader, (request.subject, request.text))
    spoken = reader.language if stored.erased or assessment is None else assessment.prediction.language
    predicted, said = evidence.predicted.get(code), review.labels.get(code)
    return ReviewRow(
        id=stored.id,
        words=words or reader.say("queue.wordless"),
        language=html_language(spoken),
        predicted="" if predicted is None else reader.label(code, predicted),
        said="" if said is None else reader.label(code, said),
        who=review.reviewer,
        at=reader.moment(review.at),
        at_iso=iso(review.at),
        now=_now(reader, code, evidence),
    )


def _now(reader: Reader, code: str, evidence: Evidence) -> str:
    """What counts in its place, where a later review does; that none does, where it was taken back."""
    counts = evidence.counts.get(code)
    if counts is None:
        return reader.say("quarantine.withdrawn")
    if counts.review_id == evidence.review.id:
        return ""
    return reader.say("quarantine.now", label=reader.label(code, counts.label), who=counts.by or "")
