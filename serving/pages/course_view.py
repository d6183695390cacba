"""The course of a request as the page tells it: each assessment, review and message, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from features.outcome import standing
from features.records import Prediction
from features.reviews import Review
from serving.intake import History
from serving.pages.rows import iso
from serving.pages.words import Reader
from serving.store.assessments import Made
from serving.store.messages import Message


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. kind: `assessed`, `reviewed` or `message`. words: what a person wrote.
    gone: whether it was taken back."""

    kind: str
    at: str
    iso: str
    order: tuple[datetime, str]
    grade: str
    title: str
    lines: tuple[str, ...]
    words: tuple[str, ...]
    gone: bool = False


def events(reader: Reader, course: History, *, unseen: bool) -> tuple[Event, ...]:
    """The course. unseen: without what tells of the prediction or of others' reviews."""
    found = [_message(reader, each) for each in course.messages]
    if not unseen:
        stand = {each.id for each in standing(course.reviews)}
        read = {each.id: each.assessment.prediction for each in course.made}
        found += [_made(reader, each) for each in course.made]
        found += [_review(reader, each, read, stands=each.id in stand) for each in course.reviews]
    return tuple(sorted(found, key=lambda each: each.order, reverse=True))


def _made(reader: Reader, made: Made) -> Event:
    assessment = made.assessment
    model = reader.model(assessment.prediction.model)
    return Event(
        kind="assessed",
        at=reader.moment(made.at),
        iso=iso(made.at),
        order=(made.at, made.id),
        grade=assessment.grade.value,
        title=reader.name("cause", made.cause.value),
        lines=(reader.say("event.by", model=model, policy=assessment.policy_version),),
        words=(),
    )


def _review(reader: Reader, review: Review, read: Mapping[str, Prediction], *, stands: bool) -> Event:
    who = {"who": review.reviewer, "role": reader.name("role", review.role)}
    key = "event.reviewed" if review.withdraws is None else "event.withdrew"
    override = review.override if review.override is not None and review.override.holds else None
    purpose = reader.name("purpose", review.purpose.value)
    title = reader.say(key, **who, purpose=purpose)
    lines = _lines(reader, review, read.get(review.assessment_id))
    return Event(
        kind="reviewed",
        at=reader.moment(review.at),
        iso=iso(review.at),
        order=(review.at, review.id),
        grade="" if override is None or override.grade is None else override.grade.value,
        title=title,
        lines=lines,
        words=tuple(each for each in (review.reason, review.note) if each),
        gone=not stands and review.withdraws is None,
    )


def _lines(reader: Reader, review: Review, prediction: Prediction | None) -> tuple[str, ...]:
    told = []
    for code, label in review.labels.items():
        said = None if prediction is None else prediction.fields.get(code)
        names = {"field": reader.field(code), "label": reader.label(code, label)}
        if said is None or said.label == label:
            told.append(reader.say("event.confirmed", **names))
        else:
            told.append(reader.say("event.corrected", **names, before=reader.label(code, said.label)))
    return (*told, *_override(reader, review))


def _override(reader: Reader, review: Review) -> tuple[str, ...]:
    override = review.override
    if override is None:
        return ()
    grade = reader.say("event.policy") if override.grade is None else override.grade.value
    told = [reader.say("event.override" if override.holds else "event.asked", grade=grade)]
    if override.second is not None:
        key = "event.second.yes" if override.second.confirmed else "event.second.no"
        told.append(reader.say(key, who=override.second.by))
    elif override.waits:
        told.append(reader.say("event.second.waits"))
    return tuple(told)


def _message(reader: Reader, message: Message) -> Event:
    words = (reader.say("erased"),) if message.erased else (message.text,)
    return Event(
        kind="message",
        at=reader.moment(message.received_at),
        iso=iso(message.received_at),
        order=(message.received_at, message.id),
        grade="",
        title=reader.say("event.message", kind=reader.name("message", message.kind.value)),
        lines=(),
        words=words,
    )
