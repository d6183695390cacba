"""The place that an assessed request takes in the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.grading import queueing
from features.outcome import Said
from features.records import Assessment
from serving.store.placing import Place
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services


def place(services: Services, stored: Stored, assessment: Assessment, people: Said) -> Place:
    """Where a request stands with an assessment, and with what people said of it."""
    prediction, code = assessment.prediction, services.policy.roles.type
    predicted = None if code is None else prediction.fields.get(code)
    key = queueing.queue_key(
        services.policy,
        assessment,
        received_at=stored.request.received_at or stored.stored_at,
        judged=people.labels,
    )
    return Place(
        queue_key=key,
        grade=assessment.grade.value,
        type=people.labels.get(code or "", None if predicted is None else predicted.label),
        team=assessment.team,
        lane=assessment.lane,
        language=prediction.language,
        decision=queueing.decision(prediction).value,
        needs_review=assessment.needs_review,
        override_waits=people.waiting is not None,
    )
