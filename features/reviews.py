"""The nouns of what people say of a request, as frozen dataclasses; the others are in features.records.

They cross from serving, where people say it, to training, which learns from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from features.records import Grade


class Purpose(StrEnum):
    """Why a person judged a request.

    work: in the course of the work. blind: a random slice, judged before the prediction was shown. second:
    another person's judgement, only compared. adjudication: a lead's word on what people disagree about.
    """

    WORK = "work"
    BLIND = "blind"
    SECOND = "second"
    ADJUDICATION = "adjudication"


@dataclass(frozen=True, kw_only=True)
class SecondWord:
    """What a second person said to an override that waited for one."""

    by: str
    role: str
    at: datetime
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Override:
    """A person's word on the grade itself; it says nothing of urgency or impact.

    grade: None gives the grade back to the policy. role: that of who said it. waits: the policy asks for a
    second person; second: what that person said, None until then.
    """

    grade: Grade | None
    role: str
    waits: bool = False
    second: SecondWord | None = None

    @property
    def holds(self) -> bool:
        """Whether it counts: nobody else had to be asked, or a second person confirmed it."""
        return not self.waits or (self.second is not None and self.second.confirmed)

    @property
    def is_open(self) -> bool:
        """Whether a second person has yet to say something."""
        return self.waits and self.second is None


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a person said of a request, once. Never changed; a later one stands beside it.

    version: the request's version that it made, so the latest has the highest. assessment_id: the one that
    was judged. shown: whether the prediction was. labels: field -> label, confirmed or corrected; a field
    left out was not judged. selection_probability: that with which a random slice took this request, None
    where no chance was involved. seconds: how long the person took, None where nobody measured. withdraws:
    the review that this one takes back; it says nothing else.
    reason and note are a person's words: kept apart, and None once erased.
    """

    id: str
    request_id: str
    version: int
    assessment_id: str
    at: datetime
    reviewer: str
    role: str
    purpose: Purpose
    shown: bool
    labels: Mapping[str, str] = field(default_factory=dict)
    override: Override | None = None
    reason: str | None = None
    note: str | None = None
    seconds: float | None = None
    selection_probability: float | None = None
    withdraws: str | None = None
