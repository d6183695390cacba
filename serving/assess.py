"""From a request to an assessment: the model asked, the policy applied, the answer kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from features import language, text
from features.grading import grade
from features.records import Assessment, CustomerValue, Prediction, Request
from serving.store import requests
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services


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
    services: Services, request: Request, prediction: Prediction, worth: CustomerValue | None
) -> Assessment:
    """What a prediction comes to under the policy."""
    return grade(
        services.policy,
        services.taxonomy,
        prediction,
        value=worth,
        attributes=request.attributes,
        received_at=request.received_at,
    )


def pending(services: Services, request: Request, worth: CustomerValue | None) -> Assessment:
    """What is said of a request that no model has read yet: the policy's fallback grade."""
    read = text.read(request)
    made = grade(
        services.policy,
        services.taxonomy,
        None,
        value=worth,
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
    with services.store.write() as connection:
        requests.assessed(
            connection,
            stored.id,
            assessment,
            assessment_id=services.tools.new_id(),
            at=services.tools.clock(),
        )
        return requests.get(connection, stored.id)
