"""Reviews that are set aside, over the API: who reads them, who releases them, and what is noted of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features import delivered
from features.records import ModelReference
from serving.store import audit
from serving.store.audit import Wanted
from tests import databases
from tests.serving.set_aside_reviews import Held, hold


@pytest.fixture
def database_kind():
    """What is set aside lies in a file; only the audit log's entry is in the database."""
    return databases.SQLITE


@pytest.fixture
def settings(settings):
    champion = ModelReference(name="triage", version="2")
    delivered.folder_of(settings.home, champion).mkdir(parents=True)
    delivered.point(settings.home, champion)
    return replace(settings, model="models:/triage@champion")


def read(desk, by="lea", **headers):
    return desk.ask("GET", "/quarantine", by, headers=headers)


def release(desk, batch, by="lea", reason="they are right"):
    return desk.ask("POST", f"/quarantine/{batch}/release", by, json={"reason": reason})


def test_a_lead_releases_a_batch_and_the_log_says_so(desk, settings):
    kept = hold(settings.home, Held(id="b1", reviews=["r1", "r2"]), Held(id="b2", reviews=["r2", "r3"]))
    made = release(desk, "b1")
    assert made.status_code == 200, made.text
    assert made.json()["released"] == {"by": "lea", "at": "2026-03-02T01:00:00Z", "reason": "they are right"}
    assert kept.held() == {"r2", "r3"}
    told = read(desk).json()
    assert (told["name"], told["waiting"]) == ("triage", 2)
    assert [(each["id"], each["released"] is None) for each in told["items"]] == [("b2", True), ("b1", False)]
    with desk.service.services.store.read() as connection:
        (entry,) = audit.newest(connection, Wanted(action="reviews.released"), limit=5)
    assert (entry.actor, entry.role, entry.about) == ("lea", "lead", "quarantine b1")
    assert entry.details == {"model": "triage", "kind": "class", "field": "type", "reviews": 2}


def test_the_evidence_names_field_and_labels_in_the_language_asked_for(desk, settings):
    hold(settings.home, Held(id="b1", reviews=["r1"]))
    (english,) = read(desk).json()["items"]
    assert english["sentence"].startswith(
        "Type: of 40 requests with the first label of 'Question → Complaint'"
    )
    assert (english["of"], english["reviews"]) == ("question > complaint", ["r1"])
    (chinese,) = read(desk, **{"Accept-Language": "zh"}).json()["items"]
    assert "（咨询 → 投诉）" in chinese["sentence"]


def test_what_cannot_be_released_is_told_and_noted_nowhere(desk, settings):
    kept = hold(settings.home, Held(id="b1", reviews=["r1"]))
    assert release(desk, "zzz").status_code == 404
    for reason in ("", "  ", "x" * 2001):
        answer = release(desk, "b1", reason=reason)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    assert kept.held() == {"r1"}
    assert release(desk, "b1").status_code == 200
    again = release(desk, "b1", by="leo")
    assert (again.status_code, "released already, by 'lea'" in again.json()["detail"]) == (409, True)
    with desk.service.services.store.read() as connection:
        assert len(audit.newest(connection, Wanted(action="reviews.released"), limit=5)) == 1


def test_a_damaged_file_is_named_and_stays_as_it_is(desk, settings):
    kept = hold(settings.home, Held(id="b1", reviews=["r1"]))
    kept.path.write_text("{", "utf-8")
    for answer in (read(desk), release(desk, "b1")):
        assert (answer.status_code, "cannot be read" in answer.json()["detail"]) == (503, True)
    assert kept.path.read_text("utf-8") == "{"


def test_of_a_model_from_a_folder_nothing_is_set_aside(start_desk, settings, tmp_path):
    desk = start_desk(replace(settings, model=str(tmp_path)))
    assert read(desk).json() == {"name": None, "waiting": 0, "items": []}
    assert release(desk, "b1").status_code == 404
