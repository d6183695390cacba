"""What counts of all that was said of a request.

Per field the latest adjudication, else the latest review in the course of the work, else a blind one, else
the prediction. A second review is only compared. The same order holds for overrides of the grade, but these
count only once nobody else has to be asked. Latest is the highest version, not the clock. What was taken
back counts no longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from features.records import Prediction
from features.reviews import Override, Purpose, Review
from features.taxonomy import Taxonomy

_RANK = {Purpose.BLIND: 1, Purpose.WORK: 2, Purpose.ADJUDICATION: 3}
"""The more, the more it counts; a purpose that is not here does not."""


class OutcomeSource(StrEnum):
    """Who a field's outcome comes from."""

    PERSON = "person"
    ADJUDICATION = "adjudication"
    PREDICTION = "prediction"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What counts for one field of one request. by, review_id: None where no person judged it."""

    label: str
    source: OutcomeSource
    by: str | None = None
    review_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What people said of a request, as far as it counts.

    outcomes: of the fields that a person judged. override: the one that holds. waiting: the newest one,
    where it waits for a second person; waiting_id: its review.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    override: Override | None = None
    waiting: Override | None = None
    waiting_id: str | None = None

    @cached_property
    def labels(self) -> dict[str, str]:
        """Field -> label, of the fields that a person judged."""
        return {code: each.label for code, each in self.outcomes.items()}

    def within(self, taxonomy: Taxonomy) -> Said:
        """This without the labels that a taxonomy has no counterpart for, such as those of a later one."""
        fields = taxonomy.fields
        known = {
            code: each
            for code, each in self.outcomes.items()
            if code in fields and fields[code].resolve(each.label) is not None
        }
        return self if len(known) == len(self.outcomes) else replace(self, outcomes=known)

    def grades_as(self, other: Said) -> bool:
        """Whether a grade made of this is one made of the other."""
        mine, theirs = (
            (self.labels, self.override, self.waiting),
            (other.labels, other.override, other.waiting),
        )
        return mine == theirs


NOTHING_SAID = Said()
"""Of a request that nobody reviewed."""


def said(reviews: Iterable[Review]) -> Said:
    """What counts of the reviews of one request, in whatever order they come."""
    ranked = sorted((each for each in standing(reviews) if each.purpose in _RANK), key=_weight)
    outcomes = {
        code: Outcome(label=label, source=_source(each), by=each.reviewer, review_id=each.id)
        for each in ranked
        for code, label in each.labels.items()
    }
    wishes = [(each.id, each.override) for each in ranked if each.override is not None]
    held = [wish for _, wish in wishes if wish.holds]
    newest_id, newest = wishes[-1] if wishes else (None, None)
    waits = newest is not None and newest.is_open
    return Said(
        outcomes=outcomes,
        override=held[-1] if held else None,
        waiting=newest if waits else None,
        waiting_id=newest_id if waits else None,
    )


def standing(reviews: Iterable[Review]) -> list[Review]:
    """The reviews that nobody took back, without those that only take one back; in the order given."""
    given = list(reviews)
    gone = {each.withdraws for each in given}
    return [each for each in given if each.withdraws is None and each.id not in gone]


def _weight(review: Review) -> tuple[int, int]:
    return _RANK[review.purpose], review.version


def _source(review: Review) -> OutcomeSource:
    return OutcomeSource.ADJUDICATION if review.purpose is Purpose.ADJUDICATION else OutcomeSource.PERSON


def outcomes(prediction: Prediction, people: Said) -> dict[str, Outcome]:
    """The outcome of every field that was predicted or judged."""
    predicted = {
        code: Outcome(label=each.label, source=OutcomeSource.PREDICTION)
        for code, each in prediction.fields.items()
    }
    return predicted | dict(people.outcomes)
