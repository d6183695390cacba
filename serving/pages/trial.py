"""One's own request, tried: what was typed, and the answer or what is wrong with it. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form

from features.errors import InputError, UnavailableError
from features.records import Request
from features.text import STORED_CHARACTERS
from serving import intake
from serving.access.roles import Caller
from serving.assess import Answer
from serving.pages.examples import BY_CODE
from serving.services import Services
from serving.store import customers


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What stands in the boxes of the form."""

    text: str = ""
    subject: str = ""
    customer_id: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.text.strip() and not self.subject.strip()

    def request(self) -> Request:
        """The request as someone would have sent it."""
        return Request(
            text=self.text, subject=self.subject or None, channel="form", customer_id=self.customer_id or None
        )


NOTHING = Draft()


def draft_of(
    text: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
    customer_id: Annotated[str, Form()] = "",
    example: Annotated[str, Form()] = "",
) -> Draft:
    """The form as sent; an example's button puts its own words in. Line breaks as everywhere else."""
    chosen = BY_CODE.get(example)
    if chosen is not None:
        return Draft(text=chosen.text, subject=chosen.subject, customer_id=customer_id)
    return Draft(text=text.replace("\r\n", "\n"), subject=subject, customer_id=customer_id)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What keeps a request from being graded. key: its sentence; field: the box it is about."""

    key: str
    status: int
    field: str = "text"
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A draft with its answer or its fault; with neither before it was sent."""

    draft: Draft = NOTHING
    answer: Answer | None = None
    fault: Fault | None = None

    @property
    def status(self) -> int:
        """The status of the page that shows it."""
        return 200 if self.fault is None else self.fault.status


def attempt(services: Services, caller: Caller, draft: Draft) -> Trial:
    """Grade a draft as POST /v1/triage does."""
    if draft.customer_id and not _is_known(services, draft.customer_id):
        return Trial(draft=draft, fault=Fault(key="fault.customer", status=422, field="customer_id"))
    try:
        return Trial(draft=draft, answer=intake.triage(services, caller, draft.request()))
    except intake.TooLongError:
        fault = Fault(key="fault.too_long", status=413, number=STORED_CHARACTERS)
    except InputError as error:
        key = "fault.empty" if draft.is_empty else "fault.unreadable"
        fault = Fault(key=key, status=422, field=error.field or "text")
    except UnavailableError:
        fault = Fault(key="fault.unavailable", status=503)
    return Trial(draft=draft, fault=fault)


def _is_known(services: Services, customer_id: str) -> bool:
    if len(customer_id) > 200 or not customer_id.isprintable():
        return False
    with services.store.read() as connection:
        return customers.get(connection, customer_id) is not None
