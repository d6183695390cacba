"""Why a request has its labels, by the model that answers now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from features import text
from features.bundle import TriageModel
from features.errors import ConflictError
from features.explain import FieldExplanation
from features.modes import Mode
from features.records import Assessment, ModelReference
from serving import explanations_kept, follow_ups, intake
from serving.access.roles import Caller
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services

UNTOLD = frozenset({Mode.OFF, Mode.MONITOR})
"""Modes of fields that are in no answer, and so are not explained either."""


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why each field has its label. model: the one that was asked, which may be another than the
    assessment's. read: the words that it read, which the places of words refer to: those of the request and
    of the messages that the assessment was made from."""

    stored: Stored
    assessment: Assessment
    model: ModelReference
    read: text.ReadText
    fields: Mapping[str, FieldExplanation]

    @property
    def is_by_another_model(self) -> bool:
        """Whether the assessment was made by another model than is explained."""
        return self.model != self.assessment.prediction.model


def why(services: Services, caller: Caller, request_id: str) -> Why:
    """Why a request has its labels: as it was kept, or made now.

    Raises NotFoundError as `intake.read` does, ConflictError where it is not assessed yet or its words were
    erased, UnavailableError where no model answers, or one that cannot say.
    """
    with services.store.read() as connection:
        stored = intake.readable(connection, caller, request_id)
        if stored.erased:
            raise ConflictError("The words of this request were erased; there is nothing left to explain.")
        if stored.assessment is None:
            raise ConflictError("This request waits for its assessment; ask again once it has a grade.")
        asked, model = follow_ups.as_assessed(connection, stored), services.engine.model
        read = text.read(asked.request)
        found = None
        if isinstance(model, TriageModel):
            found = explanations_kept.recall(connection, stored, read, model=model)
    if not isinstance(model, TriageModel) or found is None:
        model, found = explanations_kept.make(services, stored, asked.request)
    return Why(
        stored=stored,
        assessment=stored.assessment,
        model=model.reference,
        read=replace(read, truncated=read.truncated or asked.cut),
        fields={code: each for code, each in found.items() if model.modes.get(code) not in UNTOLD},
    )
