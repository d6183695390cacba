"""What counts as a label of what people said in a snapshot.

A label counts where a person confirmed, corrected or adjudicated it. A prediction that nobody touched is no
label, and a grade that someone set by hand says nothing of urgency or impact; what was taken back counts no
more. Where a second person said otherwise and no lead has decided since, the label is left out and listed. A
request that a random slice took for a blind review stands for those that the slice passed over, and weighs
the inverse of the probability with which it was taken (Horvitz and Thompson 1952) where it is told how the
model does on what comes in: thresholds, coverage, precision (training.by_chance). Where heads are fitted all
labels weigh alike: a few rows that weigh twenty or fifty times the others made worse models than none of them
(experiments/loop). A request stays one that chance took where somebody said otherwise later: to leave those
out would leave out the hard ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from features.errors import InputError
from features.outcome import Outcome, OutcomeSource, said, standing
from features.records import Request
from features.reviews import Purpose, Review
from features.snapshot import Snapshot

NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A request with the labels that people gave it. reviews: field -> the review that says so. chance: the
    probability with which it was taken to be judged unseen, and was; None where it was not."""

    id: str
    request: Request
    labels: Mapping[str, str]
    reviews: Mapping[str, str]
    reviewers: Mapping[str, str]
    chance: float | None = None


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Two people who say different things of a field, with no lead's word on it yet."""

    request_id: str
    field: str
    first: str
    second: str


@dataclass(frozen=True, kw_only=True)
class Labels:
    """rows: in the order of arrival. conflicts: what was left out. notes: sentences on both."""

    rows: tuple[Labelled, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...]


def labels_of(snapshot: Snapshot, *, without: Collection[str] = ()) -> Labels:
    """The labels of a snapshot, by their present codes. without: reviews that are set aside.

    Raises InputError where nothing counts as a label.
    """
    rows, conflicts = list[Labelled](), list[Conflict]()
    for number in sorted(snapshot.requests, key=lambda each: (_when(snapshot.requests[each]), each)):
        kept = [each for each in standing(snapshot.reviews.get(number, ())) if each.id not in without]
        disputed = _conflicts(number, kept)
        conflicts += disputed
        counted = _counted(snapshot, kept, without={each.field for each in disputed})
        if counted:
            rows.append(_labelled(number, snapshot.requests[number], kept, counted))
    if not rows:
        raise InputError(
            f"Of {snapshot.manifest.rows['reviews']} reviews none gives a label to learn from: they set "
            "grades, contradict each other, or are set aside.",
            field="snapshot",
        )
    return Labels(
        rows=tuple(rows), conflicts=tuple(conflicts), notes=tuple(_notes(snapshot, rows, conflicts))
    )


def _when(request: Request) -> str:
    return "" if request.received_at is None else request.received_at.isoformat()


def _counted(snapshot: Snapshot, kept: Sequence[Review], *, without: Collection[str]) -> dict[str, Outcome]:
    """Field -> what counts of it, if the snapshot's taxonomy has that field."""
    found = said(kept).outcomes
    return {
        code: each for code, each in found.items() if code not in without and code in snapshot.taxonomy.fields
    }


def _conflicts(number: str, kept: Sequence[Review]) -> list[Conflict]:
    outcomes = said(kept).outcomes
    seconds: dict[str, str] = {}
    for each in sorted(kept, key=lambda each: each.version):
        if each.purpose is Purpose.SECOND:
            seconds.update(each.labels)
    return [
        Conflict(request_id=number, field=code, first=outcomes[code].label, second=label)
        for code, label in sorted(seconds.items())
        if code in outcomes
        and outcomes[code].source is not OutcomeSource.ADJUDICATION
        and outcomes[code].label != label
    ]


def _labelled(
    number: str, request: Request, kept: Sequence[Review], counted: Mapping[str, Outcome]
) -> Labelled:
    return Labelled(
        id=number,
        request=request,
        labels={code: each.label for code, each in counted.items()},
        reviews={code: str(each.review_id) for code, each in counted.items()},
        reviewers={code: str(each.by) for code, each in counted.items()},
        chance=min(_chances(kept), default=None),
    )


def _chances(reviews: Sequence[Review]) -> list[float]:
    """The probabilities with which chance asked for these, of those that were made unseen."""
    return [
        each.selection_probability
        for each in reviews
        if each.purpose is Purpose.BLIND and each.selection_probability is not None
    ]


def _notes(snapshot: Snapshot, rows: Sequence[Labelled], conflicts: Sequence[Conflict]) -> list[str]:
    told = []
    if conflicts:
        listed = [f"{each.field} of {each.request_id} ({each.first} or {each.second})" for each in conflicts]
        told.append(
            f"{len(conflicts)} labels are left out, since two people disagree and no lead has decided: "
            f"{_some(listed)}."
        )
    people = {by for row in rows for by in row.reviewers.values()}
    if len(people) == 1:
        told.append(
            f"All labels are of one reviewer, {min(people)!r}: nobody else's judgement is there to compare."
        )
    for code, field in snapshot.taxonomy.fields.items():
        used = Counter(field.resolve(row.labels[code]) for row in rows if code in row.labels)
        retired = [each.code for each in field.labels if each.retired and used[each.code]]
        if retired:
            named = _some([f"{label!r} ({used[label]})" for label in retired])
            told.append(f"{code}: labels retired since train the label above, or none: {named}.")
    return told


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more
