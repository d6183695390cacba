"""Follow-up messages as stored: append-only, their words apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from features.records import Contact
from serving.store import bodies
from serving.store.message_tables import message_words, messages
from serving.store.tables import requests
from serving.store.writing import insert_unless_there


class Kind(StrEnum):
    """What a message does. facts: it says something new. chaser: it only asks where the request is.
    automatic: a machine sent it, such as an absence note."""

    FACTS = "facts"
    CHASER = "chaser"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message that followed a request. text: empty where erased. sent_by: who brought it in."""

    id: str
    request_id: str
    number: int
    kind: Kind
    source: str
    sent_by: str
    received_at: datetime
    stored_at: datetime
    text: str
    subject: str | None = None
    external_id: str | None = None
    channel: str | None = None
    contact: Contact | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    erased: bool = False


def add(connection: Connection, message: Message) -> bool:
    """Store a message; False, and nothing done, where source and external id are taken."""
    row = {
        "id": message.id,
        "request_id": message.request_id,
        "number": message.number,
        "kind": message.kind.value,
        "source": message.source,
        "external_id": message.external_id,
        "channel": message.channel,
        "sent_by": message.sent_by,
        "received_at": message.received_at,
        "stored_at": message.stored_at,
    }
    if not insert_unless_there(connection, messages, row):
        return False
    words = {
        "message_id": message.id,
        "subject": message.subject,
        "text": message.text,
        "contact": bodies.of_contact(message.contact),
        "attributes": dict(message.attributes),
    }
    connection.execute(insert(message_words).values(words))
    return True


def of_request(connection: Connection, request_id: str) -> list[Message]:
    """Every message of a request, oldest first, with its words."""
    kept = _kept().where(messages.c.request_id == request_id).order_by(messages.c.number)
    return [_message(row) for row in connection.execute(kept)]


def get(connection: Connection, message_id: str) -> Message | None:
    """A message by its identifier."""
    row = connection.execute(_kept().where(messages.c.id == message_id)).first()
    return None if row is None else _message(row)


def by_external_id(connection: Connection, source: str, external_id: str) -> Message | None:
    """A message by what its source calls it."""
    named = (messages.c.source == source, messages.c.external_id == external_id)
    row = connection.execute(_kept().where(*named)).first()
    return None if row is None else _message(row)


def counted(connection: Connection, request_id: str, change: Mapping[str, Any]) -> None:
    """Say on a request's row what a message changed, in a new version of it. The caller holds the row."""
    its_row = update(requests).where(requests.c.id == request_id)
    connection.execute(its_row.values(version=requests.c.version + 1, **change))


def note_read(connection: Connection, request_id: str) -> None:
    """The present assessment was made of every message. The caller holds the row."""
    its_row = update(requests).where(requests.c.id == request_id)
    connection.execute(its_row.values(follow_up_due=False))


def is_due(connection: Connection, request_id: str) -> bool:
    """Whether a message came that the present assessment was not made of."""
    found = select(requests.c.follow_up_due).where(requests.c.id == request_id)
    return bool(connection.execute(found).scalar_one_or_none())


def due(connection: Connection, *, after: str = "", limit: int) -> list[str]:
    """Assessed requests with messages that the assessment was not made of, by identifier."""
    found = select(requests.c.id).where(requests.c.follow_up_due, requests.c.assessment_id.is_not(None))
    return list(
        connection.execute(found.where(requests.c.id > after).order_by(requests.c.id).limit(limit)).scalars()
    )


def erase(connection: Connection, request_ids: Sequence[str]) -> None:
    """Take the words of the messages of some requests out."""
    theirs = ids_of(request_ids)
    connection.execute(delete(message_words).where(message_words.c.message_id.in_(theirs)))


def ids_of(request_ids: Sequence[str]) -> Select[tuple[str]]:
    """The identifiers of the messages of some requests."""
    return select(messages.c.id).where(messages.c.request_id.in_(list(request_ids)))


def clear(connection: Connection, request_ids: Select[tuple[str]]) -> None:
    """Take out every message of some requests, with its words."""
    ids = select(messages.c.id).where(messages.c.request_id.in_(request_ids))
    connection.execute(delete(message_words).where(message_words.c.message_id.in_(ids)))
    connection.execute(delete(messages).where(messages.c.request_id.in_(request_ids)))


def _kept() -> Select[tuple[object, ...]]:
    words = message_words.c
    shown = (words.message_id, words.subject, words.text, words.contact, words.attributes)
    return select(messages, *shown).outerjoin(message_words, words.message_id == messages.c.id)


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        request_id=row.request_id,
        number=row.number,
        kind=Kind(row.kind),
        source=row.source,
        sent_by=row.sent_by,
        received_at=row.received_at,
        stored_at=row.stored_at,
        text=row.text or "",
        subject=row.subject,
        external_id=row.external_id,
        channel=row.channel,
        contact=bodies.to_contact(row.contact),
        attributes=row.attributes or {},
        erased=row.message_id is None,
    )
