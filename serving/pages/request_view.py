"""The page of one request: what a template is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.outcome import NOTHING_SAID, outcomes
from features.reviews import Purpose
from serving import customer_why, redaction, slices, undo
from serving.access.roles import Caller
from serving.pages.card import Card, Share, card
from serving.pages.course_view import Event, events
from serving.pages.dossier import Dossier
from serving.pages.field_view import FieldView, field_views
from serving.pages.review_form import Typed
from serving.pages.rows import html_language, iso
from serving.pages.visitors import Visitor
from serving.pages.words import Reader
from serving.redaction import Output
from serving.similar import Like
from serving.store.messages import Kind
from serving.store.requests import Status, Stored

EXCERPT = 120


@dataclass(frozen=True, kw_only=True)
class LikeRow:
    """A past request that is like it. labels: what counts, each with whether a person said it."""

    id: str
    excerpt: str
    language: str
    grade: str
    status: str
    labels: tuple[tuple[str, bool], ...]
    duplicates: int


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A field that two people judged otherwise."""

    field: str
    first: str
    second: str


@dataclass(frozen=True, kw_only=True)
class Added:
    """What a follow-up message added to the text."""

    at: str
    at_iso: str
    text: str


@dataclass(frozen=True, kw_only=True)
class AskedGrade:
    """A grade that someone set by hand and that waits for this visitor. id: of the review; reason: theirs."""

    id: str
    words: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RequestView:
    """What the page shows. added: messages that are read together with the text. card: None where the
    prediction is hidden. likes: None where it cannot be told."""

    id: str
    version: int
    assessment_id: str
    subject: str
    text: str
    added: tuple[Added, ...]
    language: str
    language_name: str
    erased: bool
    status: str
    is_open: bool
    waits: bool
    purpose: str
    unseen: bool
    card: Card | None
    received: str
    received_iso: str
    channel: str
    source: str
    contact: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    customer: str
    customer_lines: tuple[str, ...]
    fields: tuple[FieldView, ...]
    grades: tuple[Share, ...]
    likes: tuple[LikeRow, ...] | None
    events: tuple[Event, ...]
    claim: str
    claim_mine: bool
    conflicts: tuple[Conflict, ...]
    second: AskedGrade | None
    undo_id: str
    has_override: bool


def request_view(reader: Reader, visitor: Visitor, sight: Dossier, typed: Typed | None) -> RequestView:
    """The page of a request as this visitor may see it. typed: what they had put into the form."""
    stored, request, assessment = sight.stored, sight.stored.request, sight.assessment
    known = None if sight.customer is None else sight.customer.stored.customer
    name = (known.name if known is not None else None) or request.customer_id or ""
    shown = card(reader, assessment, customer=name or None)
    contact = request.contact
    mine = undo.is_open(visitor.caller.name, sight.reviews)
    return RequestView(
        id=stored.id,
        version=stored.version,
        assessment_id=stored.assessment_id or "",
        subject=request.subject or "",
        text=request.text,
        added=_added(reader, sight),
        language=html_language(assessment.prediction.language),
        language_name=reader.name("spoken", assessment.prediction.language),
        erased=stored.erased,
        status=reader.name("status", stored.status.value),
        is_open=stored.status is Status.OPEN,
        waits=stored.assessment is None,
        purpose=sight.purpose.value,
        unseen=sight.is_unseen,
        card=None if sight.is_unseen else shown,
        received=reader.moment(request.received_at),
        received_iso=iso(request.received_at),
        channel="" if request.channel is None else reader.name("channel", request.channel),
        source=request.source or "",
        contact=tuple(filter(None, (contact.name, contact.email, contact.phone))) if contact else (),
        attributes=tuple(request.attributes.items()),
        customer=name,
        customer_lines=_customer_lines(reader, sight),
        fields=field_views(reader, sight, None if typed is None else typed.labels),
        grades=shown.odds,
        likes=None if sight.like is None else tuple(_like(reader, each) for each in sight.like.like),
        events=events(reader, sight.course, unseen=sight.is_unseen),
        claim=claim_told(reader, visitor.caller, stored),
        claim_mine=stored.claim is not None and stored.claim.by == visitor.caller.name,
        conflicts=_conflicts(reader, sight) if sight.purpose is Purpose.ADJUDICATION else (),
        second=_second(reader, visitor, sight),
        undo_id="" if mine is None or sight.is_unseen else mine.id,
        has_override=stored.said.override is not None and stored.said.override.grade is not None,
    )


def _added(reader: Reader, sight: Dossier) -> tuple[Added, ...]:
    facts = (each for each in sight.course.messages if each.kind is Kind.FACTS and not each.erased)
    return tuple(
        Added(at=reader.moment(each.received_at), at_iso=iso(each.received_at), text=each.text)
        for each in facts
    )


def _customer_lines(reader: Reader, sight: Dossier) -> tuple[str, ...]:
    if sight.customer is None:
        return ()
    found = customer_why.lines(reader.services.wording, sight.customer, language=reader.language)
    return tuple(each.text for each in found)


def claim_told(reader: Reader, caller: Caller, stored: Stored) -> str:
    """Who is at a request, and until when; empty where nobody is."""
    claim = stored.claim
    if claim is None or not claim.holds(reader.services.tools.clock()):
        return ""
    key = "claim.mine" if claim.by == caller.name else "claim.theirs"
    return reader.say(key, who=claim.by, until=reader.moment(claim.until))


def _second(reader: Reader, visitor: Visitor, sight: Dossier) -> AskedGrade | None:
    """The override that this visitor may confirm or reject; None where there is none."""
    waiting = sight.stored.said.waiting_id
    theirs = next((each for each in sight.reviews if each.id == waiting), None)
    if theirs is None or theirs.override is None or theirs.reviewer == visitor.caller.name:
        return None
    asked = theirs.override.grade
    words = reader.say(
        "second.lead",
        who=theirs.reviewer,
        role=reader.name("role", theirs.role),
        grade=reader.say("event.policy") if asked is None else asked.value,
        before=sight.assessment.grade.value,
    )
    return AskedGrade(id=theirs.id, words=words, reason=theirs.reason or "")


def _conflicts(reader: Reader, sight: Dossier) -> tuple[Conflict, ...]:
    return tuple(
        Conflict(field=reader.field(code), first=reader.label(code, one), second=reader.label(code, other))
        for code, (one, other) in slices.conflicts(sight.reviews).items()
    )


def _like(reader: Reader, like: Like) -> LikeRow:
    answer, stored = like.answer, like.answer.stored
    said = NOTHING_SAID if stored is None else stored.said
    counts = outcomes(answer.assessment.prediction, said)
    return LikeRow(
        id="" if stored is None else stored.id,
        excerpt=excerpt(reader, (answer.request.subject, answer.request.text)),
        language=html_language(answer.assessment.prediction.language),
        grade=answer.assessment.grade.value,
        status="" if stored is None else reader.name("status", stored.status.value),
        labels=tuple((reader.label(code, each.label), each.by is not None) for code, each in counts.items()),
        duplicates=like.duplicates,
    )


def excerpt(reader: Reader, words: Sequence[str | None], *, output: Output = Output.SIMILAR) -> str:
    """The beginning of a request on one line, as it may be shown in a list."""
    joined = " ".join(each[: redaction.READ] for each in words if each)
    line = " ".join(redaction.leaving(joined, reader.services, output=output).split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"
