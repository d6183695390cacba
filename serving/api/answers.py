"""The shape of an answer, for those who read the API's description: never used to answer.

`serving.api.wire` writes answers as plain data. A test reads real answers by these, so neither can drift.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = float
"""0 to 1."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Claim(_Told):
    """Who is at the request now, and until when."""

    by: str
    until: datetime


class FieldAnswer(_Told):
    """What the model says of one field."""

    label: str
    name: dict[str, str] = Field(description="what the label is called, by language")
    confidence: Share = Field(description="calibrated probability of the label")
    decision: Literal["auto", "suggest", "review"]
    threshold: Share | None = Field(description="from which confidence the model decides alone; null: never")
    probabilities: dict[str, Share]
    path: list[str] = Field(description="the label's parents in a deeper taxonomy, the label last")
    parents: dict[str, Share]


class Outcome(_Told):
    """What counts for a field, and whose word that is."""

    label: str
    source: str
    by: str | None = Field(None, description="the person, where one said it and the caller may know")


class Worth(_Told):
    """The customer's value when the request was graded."""

    id: str | None
    value: float | None
    tier: str | None
    scale_version: str | int | None


class ReasonAnswer(BaseModel):
    """One reason of the grade: its code, its sentence in the reader's language, and its numbers."""

    model_config = ConfigDict(extra="allow")

    code: str
    text: str


class RequestAnswer(_Told):
    """An assessed request. What a caller may not know is null."""

    id: str | None = Field(description="null where nothing was stored")
    version: int | None = Field(description="goes up with every change; the ETag, for If-Match")
    status: str | None
    erased: bool | None
    assessment_id: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    claim: Claim | None
    messages: int | None = Field(description="what was written afterwards")
    chased: int | None = Field(description="how often somebody asked when it will be done")
    fields: dict[str, FieldAnswer]
    outcome: dict[str, Outcome]
    language: str
    truncated: bool = Field(description="whether the text was longer than the encoder reads")
    out_of_scope: bool | None
    scope_score: float | None
    customer: Worth | None
    grade: Literal["P1", "P2", "P3", "P4"] | None = Field(
        description="null where a reviewer is to judge the request before its prediction is shown"
    )
    grade_probabilities: dict[str, Share]
    score: float | None = Field(description="the order inside a grade, 0 to 100")
    reasons: list[ReasonAnswer]
    respond_by: datetime | None
    resolve_by: datetime | None
    team: str | None
    lane: str | None
    needs_review: bool | None
    model: dict[str, Any]
    policy_version: int | str
    taxonomy_version: int | str
    text_version: int | str


class WholeAnswer(RequestAnswer):
    """The same, with the request as it was received."""

    request: dict[str, Any]


class Problem(BaseModel):
    """What went wrong (RFC 9457, application/problem+json)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = Field(description="one sentence that names the field and the value")
