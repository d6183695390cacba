"""A snapshot is read back as it was written, and refused in a sentence where it is not what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from features import snapshot
from features.errors import SnapshotError
from features.records import CustomerFacts, Grade, Request
from features.reviews import Override, Purpose, Review, SecondWord
from features.taxonomy import Taxonomy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REQUESTS = {
    "a": Request(
        text="发票金额不对 <b>",
        subject="Invoice",
        channel="mail",
        source="crm",
        customer_id="C1",
        customer=CustomerFacts(revenue=5.0, key_account=True, as_of=date(2026, 1, 1)),
        received_at=NOON,
    ),
    "b": Request(text="The conveyor stopped", received_at=NOON),
}


def review(number: str, request: str = "a", *, version: int = 2, **more: object) -> Review:
    given = {
        "assessment_id": "x", "at": NOON, "reviewer": "ann", "role": "reviewer",
        "purpose": Purpose.WORK, "shown": True, "labels": {"type": "billing"},
    } | more  # fmt: skip
    return Review(id=number, request_id=request, version=version, **given)  # type: ignore[arg-type]


REVIEWS = [
    review("r2", "b", purpose=Purpose.BLIND, selection_probability=0.05, seconds=3.5),
    review(
        "r1",
        override=Override(
            grade=Grade.P1,
            role="reviewer",
            waits=True,
            second=SecondWord(by="lea", role="lead", at=NOON, confirmed=True),
        ),
    ),
]


def written(folder: Path, reviews: list[Review] | None = None, taxonomy: Taxonomy | None = None) -> Path:
    folder.mkdir()
    snapshot.write(
        folder,
        requests=REQUESTS,
        reviews=REVIEWS if reviews is None else reviews,
        predicted={"r1": {"type": "question"}},
        taxonomy=taxonomy or Taxonomy.default(),
        told={
            "as_of": NOON.isoformat(),
            "policy": {"version": 1, "hash": "h"},
            "redaction": "none",
            "erased": {"requests": 0, "reviews": 0},
        },
    )
    return folder


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    read = snapshot.read(written(tmp_path / "s"))
    assert read.requests == REQUESTS
    assert read.reviews == {"a": [REVIEWS[1]], "b": [REVIEWS[0]]}
    assert read.predicted == {"r1": {"type": "question"}, "r2": {}}
    assert read.taxonomy == Taxonomy.default()
    assert read.manifest.rows == {"requests": 2, "reviews": 2}
    assert read.as_of == NOON


def test_the_same_content_gives_the_same_bytes_in_whatever_order_it_comes(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one"), written(tmp_path / "two", reviews=REVIEWS[::-1])
    for name in (snapshot.REQUESTS, snapshot.REVIEWS, snapshot.TAXONOMY, snapshot.MANIFEST):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_a_persons_reason_and_note_do_not_travel(tmp_path: Path) -> None:
    folder = written(tmp_path / "s", [review("r1", reason="call Mrs Li", note="angry on the telephone")])
    assert b"Mrs Li" not in (folder / snapshot.REVIEWS).read_bytes()
    assert b"telephone" not in (folder / snapshot.REVIEWS).read_bytes()


def _edit_reviews(folder: Path) -> None:
    other = written(folder.parent / "other", [review("r1", labels={"type": "complaint"})])
    (folder / snapshot.REVIEWS).write_bytes((other / snapshot.REVIEWS).read_bytes())


def _later_format(folder: Path) -> None:
    path = folder / snapshot.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 2}), "utf-8")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_edit_reviews, "edited after it was written: reviews.parquet"),
        (_later_format, "format 2 and this release reads 1"),
        (lambda folder: (folder / snapshot.MANIFEST).unlink(), "is no snapshot"),
        (lambda folder: (folder / snapshot.MANIFEST).write_text("{", "utf-8"), "cannot be read"),
        (lambda folder: (folder / snapshot.REQUESTS).unlink(), "has no requests.parquet"),
    ],
)
def test_a_spoilt_snapshot_is_refused(tmp_path: Path, spoil: Callable[[Path], object], told: str) -> None:
    folder = written(tmp_path / "s")
    spoil(folder)
    with pytest.raises(SnapshotError, match=told):
        snapshot.read(folder)


def test_a_snapshot_without_a_review_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="holds no review"):
        snapshot.read(written(tmp_path / "s", []))


def test_a_label_that_its_taxonomy_does_not_know_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "s", [review("r1", labels={"type": "parking"})])
    with pytest.raises(SnapshotError, match="'r1' says 'parking' of 'type'"):
        snapshot.read(folder)
