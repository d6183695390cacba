"""What a request's row says of its place in the queue: the key to order by, and what the queue is
filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Place:
    """The place of an assessed request. type: the label that counts, None without such a field. decision:
    the most careful of the model's. override_waits: for a second person."""

    queue_key: datetime
    grade: str
    type: str | None
    team: str | None
    lane: str
    language: str
    decision: str
    needs_review: bool
    override_waits: bool


COLUMNS = tuple(each.name for each in fields(Place))
"""The columns of a request's row that hold its place."""
_NOWHERE: Mapping[str, Any] = dict.fromkeys(COLUMNS) | {"override_waits": False}


LONGEST = 100
"""So many characters of a label, team or lane are kept: an entry of an index has a largest size."""


def columns(place: Place | None) -> dict[str, Any]:
    """A place as columns of a request's row. None: that of a request without an assessment."""
    return dict(_NOWHERE) if place is None else {name: kept(each) for name, each in asdict(place).items()}


def kept(value: Any) -> Any:
    """A value as it is kept: words cut."""
    return value[:LONGEST] if isinstance(value, str) else value
