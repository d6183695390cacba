"""A message to a request, checked at the edge."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from features.records import Contact, Request
from serving.api.schemas import Body, ContactIn, Line, Moment, Words


class MessageIn(Body):
    """What was written after a request, to the same request. external_id: what the source calls it."""

    text: Words
    subject: Annotated[Words, Field(max_length=2000)] | None = None
    channel: Annotated[Words, Field(min_length=1, max_length=64)] | None = None
    source: Line | None = None
    external_id: Annotated[Words, Field(min_length=1, max_length=1000)] | None = None
    contact: ContactIn | None = None
    received_at: Moment | None = None

    def record(self) -> Request:
        """The message as a record."""
        contact = None if self.contact is None else Contact(**self.contact.model_dump())
        return Request(
            text=self.text,
            subject=self.subject,
            channel=self.channel,
            source=self.source,
            external_id=self.external_id,
            contact=contact,
            received_at=self.received_at,
        )
