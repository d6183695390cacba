"""What stands in the boxes of the review form, and the review that it makes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request

from features.errors import InputError
from features.reviews import Purpose
from serving.api.review_schemas import ReviewIn
from serving.review import Given

FIELD = "field."
"""What the name of a field's box begins with."""
PREVIEW = "preview"
LONGEST_VERSION = 9


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The review form as it was sent.

    labels: field -> the label picked, empty where none is. grade: empty, `policy` or a grade. key: makes it
    safe to send twice. go_on: whether the next request is wanted. filters: those of the queue, as in its
    address. do: the button.
    """

    request_id: str = ""
    version: int = 0
    assessment_id: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    grade: str = ""
    reason: str = ""
    note: str = ""
    seconds: float | None = None
    key: str = ""
    go_on: bool = False
    filters: str = ""
    do: str = ""

    def given(self, purpose: Purpose, *, shown: bool) -> Given:
        """The review. Raises InputError with the box at fault."""
        try:
            body = ReviewIn(
                fields={code: label for code, label in self.labels.items() if label},
                grade=self.grade or None,  # type: ignore[arg-type]  # it is checked here
                reason=self.reason.strip() or None,
                note=self.note.strip() or None,
                assessment_id=self.assessment_id,
                shown=shown,
                purpose=purpose,
                seconds=self.seconds,
            )
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise InputError(f"{where}: {error.errors()[0]['msg']}.", field=where) from error
        return body.given()

    def pairs(self) -> list[tuple[str, str]]:
        """The boxes by name, for a form that carries them along."""
        plain = {
            "request_id": self.request_id,
            "version": str(self.version),
            "assessment_id": self.assessment_id,
            "grade": self.grade,
            "reason": self.reason,
            "note": self.note,
            "once": self.key,
            "filters": self.filters,
            "go_on": "1" if self.go_on else "",
        }
        return [*plain.items(), *((FIELD + code, label) for code, label in self.labels.items())]


async def typed_of(request: Request) -> Typed:
    """The form of a request that came."""
    return _read(await request.form())


TypedReview = Annotated[Typed, Depends(typed_of)]


def _read(form: FormData) -> Typed:
    boxes = {name: value for name, value in form.items() if isinstance(value, str)}

    def box(name: str) -> str:
        return boxes.get(name, "").replace("\r\n", "\n")

    version = box("version")
    return Typed(
        request_id=box("request_id"),
        version=int(version) if version.isdecimal() and len(version) <= LONGEST_VERSION else 0,
        assessment_id=box("assessment_id"),
        labels={name[len(FIELD) :]: value for name, value in boxes.items() if name.startswith(FIELD)},
        grade=box("grade"),
        reason=box("reason"),
        note=box("note"),
        seconds=_seconds(box("seconds")),
        key=box("once"),
        go_on=bool(box("go_on")),
        filters=box("filters"),
        do=box("do"),
    )


def _seconds(words: str) -> float | None:
    """A length that the browser measured; None where it is none."""
    try:
        found = float(words)
    except ValueError:
        return None
    return round(found, 1) if math.isfinite(found) and 0 <= found <= 86_400 else None
