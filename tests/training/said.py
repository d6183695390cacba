"""A snapshot made up for tests: requests in the order of arrival, and what people said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from features import snapshot
from features.records import Request
from features.reviews import Purpose, Review
from features.snapshot import Snapshot
from features.taxonomy import Taxonomy

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def review(request: str, version: int = 2, **more: Any) -> Review:
    """A review by Ann in the course of the work, unless told otherwise."""
    given: dict[str, Any] = {
        "id": f"{request}.{version}",
        "assessment_id": "x",
        "at": MORNING,
        "reviewer": "ann",
        "role": "reviewer",
        "purpose": Purpose.WORK,
        "shown": True,
        "labels": {"type": "billing"},
    }
    return Review(request_id=request, version=version, **given | more)


def request(text: str, *, hour: float = 0) -> Request:
    """A request that came in so many hours after the first."""
    return Request(text=text, received_at=MORNING + timedelta(hours=hour))


def snapshot_of(
    folder: Path,
    requests: Mapping[str, Request],
    reviews: Sequence[Review],
    *,
    taxonomy: Taxonomy | None = None,
) -> Snapshot:
    """The snapshot of these, read back from a folder."""
    folder.mkdir(parents=True)
    snapshot.write(
        folder,
        requests=requests,
        reviews=reviews,
        predicted={},
        taxonomy=taxonomy or Taxonomy.default(),
        told={
            "as_of": (MORNING + timedelta(days=300)).isoformat(),
            "policy": {"version": 1, "hash": "h"},
            "redaction": "none",
            "erased": {"requests": 0, "reviews": 0},
        },
    )
    return snapshot.read(folder)
