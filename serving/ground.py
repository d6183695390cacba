"""What a request is graded anew on when a person has said something, and the new grade kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.outcome import Said
from features.records import Assessment, CustomerValue, Grade
from features.reviews import Override, Review
from serving import assess, worth
from serving.access.roles import Caller
from serving.holding import Held
from serving.placing import place
from serving.store import working
from serving.store.assessments import Basis, Cause, Made

if TYPE_CHECKING:
    from serving.services import Services


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a held request is graded with: all but what people said."""

    services: Services
    found: Held
    customer: CustomerValue | None
    basis: Basis

    def graded(self, people: Said) -> Assessment:
        """The assessment of what the model and people said."""
        services, (stored, was) = self.services, self.found
        people = people.within(services.taxonomy)
        return assess.judged(services, stored.request, was.prediction, self.customer, people)


def ground_of(services: Services, connection: Connection, found: Held) -> Ground:
    """The ground of a held request.

    The value is that of the present assessment, unless facts or policy are others than it was made with: a
    review changes what a person said, and nothing besides."""
    stored, was = found
    base = worth.base_of(services, connection, [stored.request])
    basis = Basis(policy_hash=services.policy.hash, facts_version=base.facts_version(stored.request))
    customer = was.customer
    if basis != stored.basis:
        customer = base.value(stored.request, facts_trusted=stored.facts_trusted)
    return Ground(services=services, found=found, customer=customer, basis=basis)


def override_of(ground: Ground, caller: Caller, wanted: Grade | None, people: Said) -> Override:
    """The override asked for. It waits by the grade that stands without it, whatever else people said."""
    stands = ground.graded(people).grade
    comes_to = wanted or ground.graded(replace(people, override=None, waiting=None)).grade
    waits = ground.services.policy.overrides.wants_second(stands, comes_to)
    return Override(grade=wanted, role=caller.role.value, waits=waits)


def regrade(connection: Connection, ground: Ground, people: Said, *, review: Review | None) -> None:
    """Store a review and, where people's words now grade otherwise, a new assessment made of them."""
    services, (stored, assessment) = ground.services, ground.found
    made = None
    if not people.grades_as(stored.said):
        assessment = ground.graded(people)
        made = Made(
            id=services.tools.new_id(),
            request_id=stored.id,
            at=services.tools.clock(),
            cause=Cause.REVIEW,
            assessment=assessment,
        )
    where = place(services, stored, assessment, people)
    working.reviewed(connection, stored, review=review, made=made, basis=ground.basis, place=where)
