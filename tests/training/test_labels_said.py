"""What counts as a label: what people judged, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from features.errors import InputError
from features.records import Grade
from features.reviews import Override, Purpose, Review
from features.taxonomy import Taxonomy
from features.taxonomy.changes import retired
from tests.training.said import request, review, snapshot_of
from training.labels import Labels, labels_of

WORDS = "the invoice is wrong"


def of(folder: Path, *reviews: Review) -> Labels:
    requests = {each.request_id: request(f"{WORDS} {each.request_id}") for each in reviews}
    return labels_of(snapshot_of(folder / "s", requests, reviews))


def test_confirmed_corrected_and_adjudicated_labels_count(tmp_path: Path) -> None:
    adjudicated = review("b", 3, purpose=Purpose.ADJUDICATION, reviewer="lea", labels={"type": "complaint"})
    found = of(tmp_path, review("a"), review("b"), adjudicated)
    assert [(row.id, row.labels) for row in found.rows] == [
        ("a", {"type": "billing"}),
        ("b", {"type": "complaint"}),
    ]
    assert found.rows[1].reviewers == {"type": "lea"}


def test_a_field_that_nobody_judged_is_no_label(tmp_path: Path) -> None:
    assert set(of(tmp_path, review("a", labels={"urgency": "urgent"})).rows[0].labels) == {"urgency"}


def test_a_grade_set_by_hand_never_becomes_a_label(tmp_path: Path) -> None:
    override = Override(grade=Grade.P1, role="lead")
    found = of(tmp_path, review("a", labels={}, override=override), review("b"))
    assert [row.id for row in found.rows] == ["b"]


def test_a_blind_label_tells_by_what_chance_it_was_taken(tmp_path: Path) -> None:
    blind = review("a", purpose=Purpose.BLIND, shown=False, selection_probability=0.05)
    assert of(tmp_path, blind).rows[0].chance == 0.05


def test_work_after_a_blind_review_counts_and_the_request_stays_one_that_chance_took(tmp_path: Path) -> None:
    blind = review("a", purpose=Purpose.BLIND, shown=False, selection_probability=0.05)
    found = of(tmp_path, blind, review("a", 3, labels={"type": "complaint"})).rows[0]
    assert found.labels == {"type": "complaint"}
    assert found.chance == 0.05, "else the requests that people saw otherwise later would be missing"


def test_a_slice_of_all_is_by_chance_and_work_and_what_was_taken_back_are_not(tmp_path: Path) -> None:
    blind: dict[str, Any] = {"purpose": Purpose.BLIND, "shown": False, "selection_probability": 1.0}
    back = review("c", 3, labels={}, withdraws="c.2")
    found = of(tmp_path, review("a", **blind), review("b"), review("c", **blind), back, review("c", 4)).rows
    assert [(row.id, row.chance) for row in found] == [("a", 1.0), ("b", None), ("c", None)]


def test_an_unresolved_conflict_is_left_out_and_listed(tmp_path: Path) -> None:
    second = review("a", 3, purpose=Purpose.SECOND, reviewer="bob", labels={"type": "complaint"})
    found = of(tmp_path, review("a", labels={"type": "billing", "urgency": "urgent"}), second, review("b"))
    assert found.rows[0].labels == {"urgency": "urgent"}
    (conflict,) = found.conflicts
    assert (conflict.request_id, conflict.first, conflict.second) == ("a", "billing", "complaint")
    assert any("type of a (billing or complaint)" in note for note in found.notes)


def test_a_second_person_who_agrees_is_no_conflict_and_a_lead_resolves_one(tmp_path: Path) -> None:
    agrees = review("a", 3, purpose=Purpose.SECOND, reviewer="bob")
    differs = review("b", 3, purpose=Purpose.SECOND, reviewer="bob", labels={"type": "complaint"})
    decided = review("b", 4, purpose=Purpose.ADJUDICATION, reviewer="lea", labels={"type": "complaint"})
    found = of(tmp_path, review("a"), agrees, review("b"), differs, decided)
    assert not found.conflicts
    assert [row.labels["type"] for row in found.rows] == ["billing", "complaint"]


def test_what_was_taken_back_counts_no_more(tmp_path: Path) -> None:
    back = review("a", 3, labels={}, withdraws="a.2")
    second = review("b", 3, purpose=Purpose.SECOND, reviewer="bob", labels={"type": "complaint"})
    found = of(tmp_path, review("a"), back, review("b"), second, review("b", 4, labels={}, withdraws="b.3"))
    assert [row.id for row in found.rows] == ["b"]
    assert not found.conflicts


def test_one_reviewer_is_said(tmp_path: Path) -> None:
    assert any("one reviewer, 'ann'" in note for note in of(tmp_path, review("a")).notes)


def test_reviews_that_are_set_aside_do_not_count(tmp_path: Path) -> None:
    snapshot = snapshot_of(
        tmp_path / "s", {"a": request(WORDS), "b": request("b")}, [review("a"), review("b")]
    )
    assert [row.id for row in labels_of(snapshot, without={"a.2"}).rows] == ["b"]
    with pytest.raises(InputError, match="Of 2 reviews none gives a label"):
        labels_of(snapshot, without={"a.2", "b.2"})


def test_a_label_retired_since_is_said(tmp_path: Path) -> None:
    taxonomy = retired(Taxonomy.default(), "type", label="billing")
    snapshot = snapshot_of(tmp_path / "s", {"a": request(WORDS)}, [review("a")], taxonomy=taxonomy)
    assert any(
        "type: labels retired since" in note and "'billing' (1)" in note for note in labels_of(snapshot).notes
    )
