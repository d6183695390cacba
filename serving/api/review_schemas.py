"""What a person says of a request, checked at the edge; labels are checked against the taxonomy later."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from features.records import Grade
from features.reviews import Purpose
from serving.api.review_wire import POLICY
from serving.api.schemas import Body, Line, Number, Words
from serving.review import Given

_Name = Annotated[Words, Field(min_length=1, max_length=500)]
_A_DAY = 86_400


class ReviewIn(Body):
    """A review. fields: field -> label; one given with the label it has is confirmed, one left out was not
    judged. grade: an override of the grade, with a reason; `policy` takes an earlier one back. shown:
    whether the prediction was. seconds: how long it took."""

    fields: Annotated[dict[_Name, _Name], Field(max_length=50)] = Field(default_factory=dict)
    grade: Grade | Literal["policy"] | None = None
    reason: Annotated[Words, Field(max_length=2000)] | None = None
    note: Annotated[Words, Field(max_length=10_000)] | None = None
    assessment_id: Line
    shown: StrictBool
    purpose: Purpose
    seconds: Annotated[Number, Field(ge=0, le=_A_DAY)] | None = None

    def given(self) -> Given:
        """The review as it was given."""
        return Given(
            assessment_id=self.assessment_id,
            purpose=self.purpose,
            shown=self.shown,
            labels=self.fields,
            overrides=self.grade is not None,
            grade=None if self.grade is None or self.grade == POLICY else Grade(self.grade),
            reason=self.reason,
            note=self.note,
            seconds=self.seconds,
        )
