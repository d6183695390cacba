"""A request put on the disk as it comes, and given its first assessment.

Every request passes here while its sender waits, so each statement is drawn once, at import, and only its
values differ: drawing one and finding it among those prepared costs as much as running it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, update

from features.records import Request
from serving.store import bodies, placing, search
from serving.store.assessments import Basis, Made
from serving.store.assessments import row as assessment_row
from serving.store.placing import Place
from serving.store.requests import Status, Stored
from serving.store.tables import assessments, request_words, requests
from serving.store.writing import insert_unless_there

_ADD_WORDS = insert(request_words)
_ADD_ASSESSMENT = insert(assessments)
_ASSESS = (
    update(requests)
    .where(requests.c.id == bindparam("its_id"), requests.c.assessment_id.is_(None))
    .values(
        version=requests.c.version + 1,
        status=case((requests.c.status == Status.CLOSED.value, Status.CLOSED.value), else_=Status.OPEN.value),
    )
    .returning(requests.c.version)
)


def add(connection: Connection, stored: Stored) -> bool:
    """Store a request and its words; False, and nothing done, where source and external id are taken."""
    request = stored.request
    row = {
        "id": stored.id,
        "version": stored.version,
        "status": stored.status.value,
        "source": request.source,
        "external_id": request.external_id,
        "owner": stored.owner,
        "channel": request.channel,
        "customer_id": request.customer_id,
        "facts_trusted": stored.facts_trusted,
        "sample": stored.sample,
        "received_at": request.received_at,
        "stored_at": stored.stored_at,
        "closed_at": stored.closed_at,
    }
    if not insert_unless_there(connection, requests, row):
        return False
    connection.execute(_ADD_WORDS, _words(stored.id, request))
    search.add(connection, stored.id, request)
    return True


def _words(request_id: str, request: Request) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "subject": request.subject,
        "text": request.text,
        "contact": bodies.of_contact(request.contact),
        "attributes": dict(request.attributes),
        "facts": bodies.of_facts(request.customer),
        "locale": request.locale,
    }


def assessed(connection: Connection, made: Made, basis: Basis, place: Place) -> int | None:
    """Give a waiting request its first assessment; the version that it has then. None, and nothing done,
    where it has an assessment already.

    Two processes may try at once: the condition on the row lets one of them through.
    """
    change = {
        "its_id": made.request_id,
        "assessment_id": made.id,
        "policy_hash": basis.policy_hash,
        "facts_version": basis.facts_version,
        **placing.columns(place),
    }
    version = connection.execute(_ASSESS, change).scalar_one_or_none()
    if version is None:
        return None
    connection.execute(_ADD_ASSESSMENT, assessment_row(made))
    return int(version)
