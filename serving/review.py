"""Reviews: a person's word on a request, kept beside the prediction, and the grade that follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import AccessError, ConflictError, InputError, NotFoundError, UnavailableError
from features.outcome import Said, said
from features.records import Assessment, CustomerValue, Grade
from features.reviews import Override, Purpose, Review, SecondWord
from features.taxonomy import Taxonomy
from serving import assess, intake, worth
from serving.access.roles import Caller, Role
from serving.assess import Answer
from serving.audit import Action, actor_of, note
from serving.holding import Held, held
from serving.placing import place
from serving.store import idempotency, reviews, working
from serving.store.assessments import Basis, Cause, Made
from serving.store.idempotency import Use
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services

LEADS = frozenset({Role.LEAD, Role.ADMIN})
"""Who may adjudicate, and speak as the second person."""
GRADING = frozenset({Purpose.WORK, Purpose.ADJUDICATION})
"""The purposes of reviews that may set the grade; others are only looked at."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """A review as a person gave it. overrides: whether it says anything of the grade; grade is then None
    where it gives that back to the policy. The rest is as in features.reviews.Review."""

    assessment_id: str
    purpose: Purpose
    shown: bool
    labels: Mapping[str, str] = field(default_factory=dict)
    overrides: bool = False
    grade: Grade | None = None
    reason: str | None = None
    note: str | None = None
    seconds: float | None = None


def review(
    services: Services,
    caller: Caller,
    request_id: str,
    given: Given,
    *,
    versions: Collection[int],
    use: Use | None = None,
) -> tuple[str, Answer]:
    """Keep what a person said of a request, and grade it anew; the review's identifier, and the request.

    versions: those of the request that the person may have seen. use: of a key that makes it safe to send
    twice. Raises InputError with the field at fault, AccessError where the role does not allow it, and as
    `held` does.
    """
    review_id = services.tools.new_id()
    with services.store.write() as connection:
        earlier = None if use is None else idempotency.once(connection, use, reference=review_id)
        if earlier is None:
            _check(caller, given)
            found = held(services, connection, caller, request_id, versions=versions)
            _keep(services, connection, caller, found, given, review_id)
        return earlier or review_id, _standing(services, connection, caller, request_id)


def second(
    services: Services,
    caller: Caller,
    request_id: str,
    review_id: str,
    *,
    confirmed: bool,
    versions: Collection[int],
) -> Answer:
    """Confirm or reject an override that waits for a second person.

    Raises NotFoundError where there is no such review, ConflictError where it does not wait or no longer,
    AccessError where it is the caller's own, and as `held` does.
    """
    with services.store.write() as connection:
        found = held(services, connection, caller, request_id, versions=versions)
        kept = reviews.of_request(connection, found.stored.id)
        mine = next((each for each in kept if each.id == review_id.lower()), None)
        if mine is None:
            raise NotFoundError(f"This request has no review {review_id!r}.")
        if mine.override is None or found.stored.said.waiting_id != mine.id:
            raise ConflictError(
                "This review has no override that waits for a second person, or none any more."
            )
        if mine.reviewer == caller.name:
            raise AccessError("Another person than the first must confirm or reject it.", known=True)
        word = SecondWord(
            by=caller.name, role=caller.role.value, at=services.tools.clock(), confirmed=confirmed
        )
        reviews.add_second(connection, mine.id, word)
        _note_second(connection, caller, mine, word)
        answered = replace(mine, override=replace(mine.override, second=word))
        people = said(answered if each.id == mine.id else each for each in kept)
        _regrade(connection, _ground(services, connection, found), people, review=None)
        return _standing(services, connection, caller, request_id)


def of_request(services: Services, caller: Caller, request_id: str) -> tuple[Stored, list[Review]]:
    """A request and every review of it, oldest first. Raises NotFoundError as `intake.read` does."""
    with services.store.read() as connection:
        stored = intake.readable(connection, caller, request_id)
        return stored, reviews.of_request(connection, stored.id)


def _standing(services: Services, connection: Connection, caller: Caller, request_id: str) -> Answer:
    return intake.standing(services, connection, intake.readable(connection, caller, request_id))


def _check(caller: Caller, given: Given) -> None:
    """What can be told without the request."""
    if given.purpose is Purpose.ADJUDICATION and caller.role not in LEADS:
        raise AccessError("purpose: only a lead adjudicates.", known=True, field="purpose")
    if given.purpose is Purpose.BLIND and given.shown:
        raise InputError("shown: a blind review is made before the prediction is shown.", field="shown")
    if not given.labels and not given.overrides:
        raise InputError("fields: the review says nothing; judge a field, or set the grade.", field="fields")
    if given.overrides and given.purpose not in GRADING:
        told = f"grade: a {given.purpose.value} review sets no grade; leave it out."
        raise InputError(told, field="grade")
    if given.overrides and not (given.reason or "").strip():
        raise InputError("reason: say why the grade is set by hand.", field="reason")


def _resolved(taxonomy: Taxonomy, labels: Mapping[str, str]) -> dict[str, str]:
    """The labels by their present codes. Raises InputError with the field at fault."""
    found = {}
    for code, label in labels.items():
        path, known = f"fields.{code}", taxonomy.fields.get(code)
        if known is None:
            has = ", ".join(taxonomy.fields)
            raise InputError(f"{path}: the taxonomy has no field {code!r}; it has {has}.", field=path)
        present = known.by_code.get(label)
        if present is None or present.retired:
            what = f"there is no label {label!r}" if present is None else f"the label {label!r} is retired"
            raise InputError(f"{path}: {what}; choose one of {', '.join(known.codes)}.", field=path)
        found[code] = present.code
    return found


def _keep(
    services: Services, connection: Connection, caller: Caller, found: Held, given: Given, review_id: str
) -> None:
    stored = found.stored
    if services.engine.model is None:  # its taxonomy is what labels are checked against
        raise UnavailableError("There is no model yet whose labels could be judged; try again soon.")
    if stored.erased:
        raise ConflictError("The words of this request were erased; there is nothing left to judge.")
    if not working.has_assessment(connection, stored.id, given.assessment_id):
        told = f"assessment_id: this request has no assessment {given.assessment_id!r}."
        raise InputError(told, field="assessment_id")
    kept = reviews.of_request(connection, stored.id)
    made = Review(
        id=review_id,
        request_id=stored.id,
        version=stored.version + 1,
        assessment_id=given.assessment_id,
        at=services.tools.clock(),
        reviewer=caller.name,
        role=caller.role.value,
        purpose=given.purpose,
        shown=given.shown,
        labels=_resolved(services.taxonomy, given.labels),
        reason=given.reason,
        note=given.note,
        seconds=given.seconds,
    )
    ground = _ground(services, connection, found)
    if given.overrides:
        made = replace(made, override=_override(ground, caller, given.grade, said([*kept, made])))
    _regrade(connection, ground, said([*kept, made]), review=made)
    _note_override(connection, caller, found, made)


def _note_override(connection: Connection, caller: Caller, found: Held, made: Review) -> None:
    if made.override is None:
        return
    grade = made.override.grade
    note(
        connection,
        actor_of(caller),
        action=Action.GRADE_SET,
        about=f"request {made.request_id}",
        at=made.at,
        review=made.id,
        before=found.assessment.grade.value,
        wanted=None if grade is None else grade.value,
        waits=made.override.waits,
    )


def _note_second(connection: Connection, caller: Caller, mine: Review, word: SecondWord) -> None:
    action = Action.GRADE_CONFIRMED if word.confirmed else Action.GRADE_REJECTED
    about = f"request {mine.request_id}"
    note(connection, actor_of(caller), action=action, about=about, at=word.at, review=mine.id)


@dataclass(frozen=True, kw_only=True)
class _Ground:
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


def _ground(services: Services, connection: Connection, found: Held) -> _Ground:
    """The value of the present assessment, unless facts or policy are others than it was made with: a
    review changes what a person said, and nothing besides."""
    stored, was = found
    base = worth.base_of(services, connection, [stored.request])
    basis = Basis(policy_hash=services.policy.hash, facts_version=base.facts_version(stored.request))
    customer = was.customer
    if basis != stored.basis:
        customer = base.value(stored.request, facts_trusted=stored.facts_trusted)
    return _Ground(services=services, found=found, customer=customer, basis=basis)


def _override(ground: _Ground, caller: Caller, wanted: Grade | None, people: Said) -> Override:
    """The override asked for. It waits by the grade that stands without it, whatever else people said."""
    stands = ground.graded(people).grade
    comes_to = wanted or ground.graded(replace(people, override=None, waiting=None)).grade
    waits = ground.services.policy.overrides.wants_second(stands, comes_to)
    return Override(grade=wanted, role=caller.role.value, waits=waits)


def _regrade(connection: Connection, ground: _Ground, people: Said, *, review: Review | None) -> None:
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
