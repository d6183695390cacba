"""What may be asked of the queue."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from features.records import Decision, Grade
from serving.access.roles import Caller
from serving.api.schemas import Line, Words
from serving.slices import Stage
from serving.store.queue import NOBODY, Wanted

_Lines = Annotated[list[Line], Field(max_length=50)]
_Labels = Annotated[list[Annotated[Words, Field(min_length=1, max_length=500)]], Field(max_length=50)]


class QueueFilters(BaseModel):
    """Which requests; a filter given several times is met by any of its values."""

    model_config = ConfigDict(extra="forbid")

    grade: Annotated[list[Grade], Field(max_length=50)] = Field(default_factory=list)
    type: _Labels = Field(default_factory=list)
    team: _Lines = Field(default_factory=list)
    lane: _Lines = Field(default_factory=list)
    language: _Lines = Field(default_factory=list)
    channel: _Lines = Field(default_factory=list)
    customer: _Lines = Field(default_factory=list)
    decision: Annotated[list[Decision], Field(max_length=50)] = Field(default_factory=list)
    needs_review: bool | None = None
    override_waits: bool | None = None
    samples: bool = False
    reviewed: bool | None = None
    stage: Stage | None = None

    def wanted(self, *, claimed_by: str | None = None) -> Wanted:
        """What is asked for. claimed_by: as in Wanted."""
        named = ("type", "team", "lane", "language", "channel")
        return Wanted(
            one_of={name: getattr(self, name) for name in named}
            | {
                "customer_id": self.customer,
                "grade": [each.value for each in self.grade],
                "decision": [each.value for each in self.decision],
            },
            needs_review=self.needs_review,
            override_waits=self.override_waits,
            claimed_by=claimed_by,
            sample=self.samples,
            reviewed=self.reviewed,
            stage=self.stage,
        )


class QueueQuery(QueueFilters):
    """A page of the queue. claimed: by whoever asks, or by nobody."""

    claimed: Literal["me", "nobody"] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None

    def wanted_by(self, caller: Caller) -> Wanted:
        """What this caller asks for."""
        return self.wanted(claimed_by={"me": caller.name, "nobody": NOBODY}.get(self.claimed or ""))
