"""Mails coming in: an answer to an earlier mail follows the request that that became, others are new."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from features.records import Request
from serving import intake, messages
from serving.access import sources
from serving.access.roles import Caller
from serving.assess import Answer
from serving.imports.mail import Mail, read_mail
from serving.intake import Outcome
from serving.messages import Followed
from serving.store import messages as stored_messages
from serving.store import requests
from serving.store.idempotency import Use

if TYPE_CHECKING:
    from serving.services import Services


def receive(
    services: Services, caller: Caller, raw: bytes, *, crowded: bool = False, use: Use | None = None
) -> tuple[Outcome, Answer] | Followed:
    """Store a mail, then assess it. Raises as `read_mail`, `intake.receive` and `messages.follow` do."""
    mail = read_mail(raw, now=services.tools.clock())
    request = replace(mail.request, source=caller.name)
    earlier = _answered(services, caller, mail, request)
    if earlier is None:
        return intake.receive(services, caller, request, crowded=crowded, use=use)
    return messages.follow(
        services, caller, earlier, request, automatic=mail.automatic, crowded=crowded, use=use
    )


def body_hash(raw: bytes) -> str:
    """What tells one body from another under an Idempotency-Key."""
    return hashlib.sha256(raw).hexdigest()


def _answered(services: Services, caller: Caller, mail: Mail, request: Request) -> str | None:
    """The request that a mail follows: the nearest that it answers, as far as the caller may read it and its
    words are there. A mail that was stored before as a request of its own is that one."""
    source, number = str(request.source), request.external_id
    with services.store.read() as connection:
        if number is not None and requests.by_external_id(connection, source, number) is not None:
            return None
        for each in mail.answers:
            found = requests.by_external_id(connection, source, each)
            if found is None:
                message = stored_messages.by_external_id(connection, source, each)
                found = None if message is None else requests.get(connection, message.request_id)
            if found is not None and not found.erased and sources.may_read(caller, found):
                return found.id
    return None
