"""The grade that a review would come to, worked out as it would be kept, and not kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from features.errors import ConflictError
from features.outcome import said
from features.records import Assessment
from serving import intake
from serving.access.roles import Caller
from serving.ground import ground_of, override_of
from serving.holding import Held
from serving.review import Given, made_of
from serving.store import reviews

if TYPE_CHECKING:
    from serving.services import Services


@dataclass(frozen=True, kw_only=True)
class Preview:
    """before: the assessment that stands. after: the one that would. waits: whether the grade that was asked
    for would wait for a second person."""

    before: Assessment
    after: Assessment
    waits: bool


def preview(services: Services, caller: Caller, request_id: str, given: Given) -> Preview:
    """What a review would come to.

    Raises NotFoundError as `intake.read` does, ConflictError where it waits for its first assessment,
    InputError with the field where a label is none.
    """
    with services.store.read() as connection:
        stored = intake.readable(connection, caller, request_id)
        if stored.assessment is None:
            raise ConflictError("This request waits for its first assessment; try again soon.")
        kept = reviews.of_request(connection, stored.id)
        ground = ground_of(services, connection, Held(stored, stored.assessment))
    made = made_of(services, caller, stored, given, "preview")
    if given.overrides:
        made = replace(made, override=override_of(ground, caller, given.grade, said([*kept, made])))
    after = ground.graded(said([*kept, made]))
    return Preview(
        before=stored.assessment, after=after, waits=made.override is not None and made.override.waits
    )
