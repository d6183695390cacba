"""Explanations kept: an explanation by one model never changes, so it is made once.

It is made when it is first asked for, or ahead of that for the requests that stand first in the queue and
that a person is to review: whoever opens one of these then waits for a read only. It is of the text that the
standing assessment was made from (serving.follow_ups), and goes when another is made from more.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features import text
from features.bundle import TriageModel
from features.errors import StorageError, UnavailableError
from features.explain import FieldExplanation, explain
from features.explain.kept import EXPLAINED, as_data, of_data
from features.records import Request
from features.text import ReadText
from serving import follow_ups
from serving.engine import Model
from serving.store import explanations, queue, requests, working
from serving.store.queue import Wanted
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)
Found = Mapping[str, FieldExplanation]

AHEAD = 200
"""So many of the first requests for review, and of the first samples, are explained before anybody asks."""
BATCH = 16
"""At one look: requests that wait for an assessment are looked for by the same thread."""


def recall(connection: Connection, stored: Stored, read: ReadText, *, model: TriageModel) -> Found | None:
    """The explanation of a request by this model as it was kept; None where it was not made yet."""
    body = explanations.of_request(connection, stored.id, made_by=maker(model))
    return None if body is None else of_data(body, read.words)


def make(services: Services, stored: Stored, asked: Request) -> tuple[TriageModel, Found]:
    """The explanation of a request by the model that answers now, which is named; it is kept. asked: the
    request as it was read for its assessment.

    It is made beside the batches, one at a time. Raises UnavailableError where no model answers, or one that
    cannot say. Where the database cannot keep it now, it is made again the next time.
    """

    def ask(model: Model) -> tuple[TriageModel, Found]:
        if not isinstance(model, TriageModel):
            raise UnavailableError("The model that answers now cannot say why.")
        return model, explain(model, asked)

    model, found = services.engine.aside(ask, seconds=services.settings.answer_seconds)
    try:
        with services.store.write() as connection:
            _keep(connection, stored, asked, made_by=maker(model), found=found)
    except StorageError as error:
        log.warning("The explanation of request %s is not kept: %s", stored.id, error)
    return model, found


def look(services: Services, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Explain requests that stand first in the queue and have no explanation yet; how many were."""
    model, made = services.engine.model, 0
    if not isinstance(model, TriageModel):
        return 0
    for stored, asked in _lacking(services, model):
        if stop() or services.engine.has_callers:
            break
        if not stored.erased:
            make(services, stored, asked)
            made += 1
    return made


def maker(model: TriageModel) -> str:
    """What explanations are kept under: another model's, or of a text read otherwise, are made again."""
    said = f"{model.digest} {text.TEXT_VERSION} {EXPLAINED}"
    return hashlib.sha256(said.encode()).hexdigest()


def _keep(connection: Connection, stored: Stored, asked: Request, *, made_by: str, found: Found) -> None:
    """Keep it, unless the request was assessed from more meanwhile. Its row is held: whoever assesses it
    waits, and then finds what to remove."""
    working.hold(connection, stored.id)
    now = requests.get(connection, stored.id)
    if now is not None and follow_ups.as_assessed(connection, now).request == asked:
        explanations.add(connection, stored.id, made_by=made_by, body=as_data(found))


def _lacking(services: Services, model: TriageModel) -> list[tuple[Stored, Request]]:
    """The next few to be explained, each as it was read for its assessment."""
    now = services.tools.clock()
    with services.store.read() as connection:
        ids = [
            place.id
            for sample in (False, True)
            for place in queue.page(
                connection, Wanted(needs_review=True, sample=sample), now=now, limit=AHEAD
            )
        ]
        lacking = explanations.without(connection, ids, made_by=maker(model))[:BATCH]
        found = requests.several(connection, lacking)
        return [(stored, follow_ups.as_assessed(connection, stored).request) for stored in found]
