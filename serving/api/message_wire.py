"""Messages to a request as the JSON of version 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from serving.access.roles import Caller
from serving.api import wire
from serving.api.wire import Json
from serving.store.messages import Message
from serving.store.requests import Stored


def messages(caller: Caller, stored: Stored, kept: Iterable[Message]) -> Json:
    """A request and the messages to it, in the order given."""
    told = {"id": stored.id, "version": stored.version, "status": stored.status.value}
    return told | {"chased": stored.chased, "items": items(caller, kept)}


def items(caller: Caller, kept: Iterable[Message]) -> list[Json]:
    """The messages to a request, in the order given."""
    return [message(caller, each) for each in kept]


def message(caller: Caller, kept: Message) -> Json:
    """One message. kind: `facts`, `chaser` or `automatic`; text: None where erased; by: for staff."""
    told = {
        "id": kept.id,
        "number": kept.number,
        "kind": kept.kind.value,
        "erased": kept.erased,
        "text": None if kept.erased else kept.text,
        "subject": kept.subject,
        "channel": kept.channel,
        "source": kept.source,
        "external_id": kept.external_id,
        "contact": None if kept.contact is None else asdict(kept.contact),
        "attributes": dict(kept.attributes),
        "received_at": wire.moment(kept.received_at),
    }
    return told if caller.is_intake else told | {"by": kept.sent_by}
