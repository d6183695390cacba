"""A snapshot holds what people said up to a moment, as it was then, and is the same when made again."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from features import snapshot
from features.errors import InputError
from features.snapshot import Snapshot
from serving.audit import SERVICE
from serving.erase import erase_request
from serving.export import export
from serving.store import audit
from tests.serving.reviews.conftest import Desk

FILES = (snapshot.REQUESTS, snapshot.REVIEWS, snapshot.TAXONOMY, snapshot.MANIFEST)


def exported(desk: Desk, folder: Path, **more: object) -> Snapshot:
    services = desk.service.services
    export(services, folder, as_of=services.tools.clock(), actor=SERVICE, **more)  # type: ignore[arg-type]
    return snapshot.read(folder)


def test_it_holds_reviewed_requests_and_their_reviews(desk: Desk, tmp_path: Path) -> None:
    was = desk.post("the invoice is wrong", subject="Invoice", channel="form")
    desk.post("nobody looked at this one")
    desk.review(was, fields={"type": "billing"}, note="spoke to Mrs Li")
    found = exported(desk, tmp_path / "s")
    assert list(found.requests) == [was["id"]]
    kept = found.requests[was["id"]]
    assert (kept.text, kept.subject, kept.channel) == ("the invoice is wrong", "Invoice", "form")
    (review,) = found.reviews[was["id"]]
    assert (review.labels, review.reviewer, review.note) == ({"type": "billing"}, "ann", None)
    assert found.predicted[review.id]["type"] == "question"
    assert found.manifest.policy["hash"] == desk.service.services.policy.hash


def test_the_same_moment_gives_the_same_bytes_whatever_happened_since(desk: Desk, tmp_path: Path) -> None:
    desk.review(desk.post("one"), fields={"type": "billing"})
    services, moment = desk.service.services, desk.clock.now
    export(services, tmp_path / "one", as_of=moment, actor=SERVICE)
    desk.clock.forward(hours=1)
    desk.review(desk.post("two"), fields={"type": "complaint"})
    export(services, tmp_path / "two", as_of=moment, actor=SERVICE)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    assert exported(desk, tmp_path / "now").manifest.rows == {"requests": 2, "reviews": 2}


def test_facts_are_those_of_intake(desk: Desk, tmp_path: Path) -> None:
    desk.called("boss", "admin")
    desk.ask("PUT", "/customers/C1", "boss", json={"revenue": 100})
    desk.clock.forward(minutes=1)
    was = desk.post("one", customer_id="C1")
    desk.clock.forward(minutes=1)
    desk.ask("PUT", "/customers/C1", "boss", json={"revenue": 999})
    desk.review(desk.read(was["id"]), fields={"type": "billing"})
    facts = exported(desk, tmp_path / "s").requests[was["id"]].customer
    assert facts is not None
    assert facts.revenue == 100


def test_erased_requests_are_counted_and_not_in_it(desk: Desk, tmp_path: Path) -> None:
    gone, stays = desk.post("one"), desk.post("two")
    for was in (gone, stays):
        desk.review(was, fields={"type": "billing"})
    erase_request(desk.service.services, gone["id"], actor=SERVICE, reason="asked to")
    found = exported(desk, tmp_path / "s")
    assert list(found.requests) == [stays["id"]]
    assert found.manifest.erased == {"requests": 1, "reviews": 1}


def test_personal_data_are_taken_out_where_asked(desk: Desk, tmp_path: Path) -> None:
    desk.review(desk.post("write to li.wei@example.com"), fields={"type": "billing"})
    found = exported(desk, tmp_path / "s", redacted=True)
    assert "example.com" not in next(iter(found.requests.values())).text
    assert found.manifest.redaction == "personal"


def test_it_stands_in_the_audit_log(desk: Desk, tmp_path: Path) -> None:
    desk.review(desk.post("one"), fields={"type": "billing"})
    exported(desk, tmp_path / "s")
    with desk.service.services.store.read() as connection:
        (newest,) = audit.newest(connection, audit.Wanted(), limit=1)
    assert (newest.action, newest.details["rows"]) == ("data.exported", {"requests": 1, "reviews": 1})


def test_a_moment_to_come_and_a_folder_in_use_are_refused(desk: Desk, tmp_path: Path) -> None:
    services = desk.service.services
    with pytest.raises(InputError, match="still to come"):
        export(services, tmp_path / "s", as_of=desk.clock.now + timedelta(days=1), actor=SERVICE)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match="not empty"):
        export(services, tmp_path / "used", as_of=desk.clock.now, actor=SERVICE)
    assert not (tmp_path / "s").exists()


def test_without_a_review_it_is_written_and_refused_when_read(desk: Desk, tmp_path: Path) -> None:
    desk.post("one")
    export(desk.service.services, tmp_path / "s", as_of=desk.clock.now, actor=SERVICE)
    assert json.loads((tmp_path / "s" / "manifest.json").read_text("utf-8"))["rows"]["reviews"] == 0
    with pytest.raises(InputError, match="holds no review"):
        snapshot.read(tmp_path / "s")
