"""Reviews: a person's word on a request, kept beside the prediction, and the grade that follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import AccessError, ConflictError, InputError, NotFoundError, UnavailableError
from features.outcome import said
from features.records import Grade
from features.reviews import Purpose, Review, SecondWord
from features.taxonomy import Taxonomy
from serving import intake, slices
from serving.access.roles import Caller, Role
from serving.assess import Answer
from serving.audit import Action, actor_of, note
from serving.ground import ground_of, override_of, regrade
from serving.holding import Held, held
from serving.store import draws, idempotency, reviews, working
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
        regrade(connection, ground_of(services, connection, found), people, review=None)
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


def resolved(taxonomy: Taxonomy, labels: Mapping[str, str]) -> dict[str, str]:
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
    drawn = draws.of_request(connection, stored.id)
    made = made_of(services, caller, stored, given, review_id)
    if not given.shown:
        made = replace(made, selection_probability=slices.probability(drawn, given.purpose))
    ground = ground_of(services, connection, found)
    if given.overrides:
        made = replace(made, override=override_of(ground, caller, given.grade, said([*kept, made])))
    regrade(connection, ground, said([*kept, made]), review=made)
    _count(services, found, made)
    slices.move_on(connection, drawn, [*kept, made])
    _note_override(connection, caller, found, made)


def _count(services: Services, found: Held, made: Review) -> None:
    predicted = found.assessment.prediction.fields
    for code, label in made.labels.items():
        changed = code not in predicted or predicted[code].label != label
        services.metrics.judged(code, changed=changed)
    if made.override is not None:
        services.metrics.judged("grade", changed=made.override.grade is not None)


def made_of(services: Services, caller: Caller, stored: Stored, given: Given, review_id: str) -> Review:
    """The review as it is kept, but for what it says of the grade. Raises InputError on a label."""
    return Review(
        id=review_id,
        request_id=stored.id,
        version=stored.version + 1,
        assessment_id=given.assessment_id,
        at=services.tools.clock(),
        reviewer=caller.name,
        role=caller.role.value,
        purpose=given.purpose,
        shown=given.shown,
        labels=resolved(services.taxonomy, given.labels),
        reason=given.reason,
        note=given.note,
        seconds=given.seconds,
    )


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
