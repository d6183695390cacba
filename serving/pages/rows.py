"""A stored request as a row of the list, first things first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from features.outcome import Said, outcomes
from features.records import Assessment, Customer
from serving.pages.summary import summary
from serving.pages.words import Reader
from serving.store.requests import Stored

SHOWN_CHARACTERS = 1500
"""How much of a text a row holds: the page stays light whatever was sent."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline: its name, the time as shown and for machines, and the promise it follows from."""

    name: str
    at: str
    iso: str
    promise: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a row shows. labels: (field's name, label's name). cut: whether there is more text.

    erased: whether the words are gone. picked: whether it is ticked to be compared.
    """

    id: str
    picked: bool
    grade: str
    grade_name: str
    score: str
    subject: str | None
    text: str
    cut: bool
    erased: bool
    language: str
    labels: tuple[tuple[str, str], ...]
    customer: str | None
    tier: str | None
    channel: str | None
    received: str
    received_iso: str
    why: str
    steps: tuple[str, ...]
    dues: tuple[Due, ...]
    team: str
    lane: str


def row(
    reader: Reader,
    stored: Stored,
    assessment: Assessment,
    customer: Customer | None,
    *,
    picked: bool = False,
) -> Row:
    """The row of a request that was assessed."""
    request, worth = stored.request, assessment.customer
    return Row(
        id=stored.id,
        picked=picked,
        grade=assessment.grade.value,
        grade_name=reader.grade(assessment.grade.value),
        score=f"{assessment.score:.0f}",
        subject=request.subject,
        text=request.text[:SHOWN_CHARACTERS],
        cut=len(request.text) > SHOWN_CHARACTERS,
        erased=stored.erased,
        language=html_language(assessment.prediction.language),
        labels=_labels(reader, assessment, stored.said),
        customer=customer_name(request.customer_id, customer),
        tier=None if worth is None else reader.tier(worth.tier),
        channel=None if request.channel is None else reader.name("channel", request.channel),
        received=reader.moment(request.received_at),
        received_iso=iso(request.received_at),
        why=summary(reader, assessment.reasons),
        steps=tuple(reader.sentence(reason) for reason in assessment.reasons),
        dues=dues(reader, assessment),
        team=reader.team(assessment.team),
        lane=reader.name("lane", assessment.lane),
    )


def dues(reader: Reader, assessment: Assessment) -> tuple[Due, ...]:
    """The deadlines that the policy promises."""
    promise = reader.services.policy.deadlines[assessment.grade]
    spans = {"respond": promise.respond, "resolve": promise.resolve}
    return tuple(
        Due(
            name=reader.say(f"due.{kind}"),
            at=reader.moment(at),
            iso=iso(at),
            promise=reader.promise(spans[kind], promise.clock),
        )
        for kind, at in (("respond", assessment.respond_by), ("resolve", assessment.resolve_by))
        if at is not None
    )


def iso(at: datetime | None) -> str:
    """A time for machines."""
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def html_language(detected: str) -> str:
    """The language of a text for its element; empty where it is not known, so that no voice is wrong."""
    return {"zh": "zh-CN", "en": "en"}.get(detected, "")


def _labels(reader: Reader, assessment: Assessment, people: Said) -> tuple[tuple[str, str], ...]:
    """The labels that count: a person's, else the prediction's."""
    roles, counts = reader.services.policy.roles, outcomes(assessment.prediction, people)
    return tuple(
        (reader.field(code), reader.label(code, counts[code].label))
        for code in (roles.type, roles.urgency, roles.impact)
        if code is not None and code in counts
    )


def customer_name(customer_id: str | None, customer: Customer | None) -> str | None:
    """What a customer is called: by name, else by identifier."""
    return customer_id if customer is None or not customer.name else customer.name
