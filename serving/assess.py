"""From a request to an assessment: the model asked, the policy applied, the answer kept."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features import language, text
from features.errors import InputError
from features.grading import grade
from features.outcome import NOTHING_SAID, Said
from features.records import Assessment, CustomerValue, Prediction, Request
from serving import slices, vectors_kept, worth
from serving.placing import place
from serving.store import arriving, customers, requests
from serving.store.assessments import Basis, Cause, Made
from serving.store.requests import Status, Stored

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """A request as it stands. assessment: the policy's fallback while `stored.assessment` is None.

    stored: None where nothing was stored.
    """

    stored: Stored | None
    request: Request
    assessment: Assessment

    @property
    def waits(self) -> bool:
        """Whether it is stored and not assessed yet."""
        return self.stored is not None and self.stored.assessment is None


def judged(
    services: Services,
    request: Request,
    prediction: Prediction,
    customer: CustomerValue | None,
    people: Said = NOTHING_SAID,
) -> Assessment:
    """What a prediction, and what people said, come to under the policy."""
    with services.metrics.timed("grade"):
        return grade(
            services.policy,
            services.taxonomy,
            prediction,
            value=customer,
            attributes=request.attributes,
            received_at=request.received_at,
            labels=people.labels,
            override=people.override,
            waiting=people.waiting,
        )


def judged_now(services: Services, stored: Stored, prediction: Prediction) -> Assessment | None:
    """What a prediction comes to before the customer is looked at (`keep_first` does), or None where it
    cannot be judged; the log says why."""
    try:
        return judged(services, clocked(stored), prediction, None, stored.said)
    except InputError as error:
        log.warning("Request %s is assessed later: %s", stored.id, error)
        return None


def clocked(stored: Stored) -> Request:
    """A request as the promises are counted of it: one that came in closed starts no clock."""
    came_closed = stored.status is Status.CLOSED and stored.assessment is None
    return replace(stored.request, received_at=None) if came_closed else stored.request


def pending(services: Services, request: Request, customer: CustomerValue | None) -> Assessment:
    """What is said of a request that no model has read yet: the policy's fallback grade."""
    read = text.read(request)
    made = grade(
        services.policy,
        services.taxonomy,
        None,
        value=customer,
        attributes=request.attributes,
        received_at=request.received_at,
    )
    known = replace(
        made.prediction,
        language=language.detect(read.words),
        truncated=read.truncated,
        text_version=text.TEXT_VERSION,
    )
    return replace(made, prediction=known)


def keep(services: Services, stored: Stored, assessment: Assessment) -> Stored | None:
    """Store a first assessment, in a transaction of its own, and give the request as it then stands.

    Another process may have been first: then its assessment is what stands. None where the request is
    gone.
    """
    found = vectors_kept.read(services, stored)

    def work(connection: Connection) -> Stored | None:
        kept = keep_first(services, connection, stored, assessment, found)
        return kept or requests.get(connection, stored.id)

    with services.metrics.timed("store"):
        return services.store.write_among_others(work)


def keep_first(
    services: Services,
    connection: Connection,
    stored: Stored,
    assessment: Assessment,
    found: vectors_kept.Read | None,
) -> Stored | None:
    """Store a first assessment. Where the customer changed since it was made, it is made again from the
    same prediction: what is stored reflects the facts as they are when it is stored.

    found: the vector to keep with it. The request as it then stands; None where another was first, or it was
    changed since it was read.
    """
    request = stored.request
    if request.customer_id is not None:
        customers.lock(connection, [request.customer_id])
    base = worth.base_of(services, connection, [request])
    customer = base.value(request, facts_trusted=stored.facts_trusted)
    if customer != assessment.customer:
        assessment = judged(services, clocked(stored), assessment.prediction, customer, stored.said)
    made = Made(
        id=services.tools.new_id(),
        request_id=stored.id,
        at=services.tools.clock(),
        cause=Cause.RECEIVED,
        assessment=assessment,
    )
    basis = Basis(policy_hash=services.policy.hash, facts_version=base.facts_version(request))
    where = place(services, stored, assessment, stored.said)
    version = arriving.assessed(connection, made, basis, where)
    if version is None:
        return None
    unchanged = version == stored.version + 1
    vectors_kept.keep(connection, stored, found, held=unchanged)
    slices.draw(services, connection, stored)
    services.metrics.graded(grade=assessment.grade.value, model=assessment.prediction.model)
    return stored.assessed(made.id, assessment, basis) if unchanged else None
