"""Grades by labels beside grades by the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from features.policy import Policy
from features.records import Grade
from training import report
from training.report.grades import Grades, grades, policy_of
from training.report.sections import graded
from training.report.wording import Say

P1, P2, P3, P4 = Grade
GIVEN = Grades(
    truth=(P1, P1, P2, P4),
    said=(P1, P3, P1, P4),
    probabilities=({"P1": 0.8, "P2": 0.2}, {"P3": 1.0}, {"P1": 0.6, "P2": 0.4}, {"P4": 1.0}),
    policy_version=1,
)


def test_figures_of_grades_are_counted() -> None:
    assert GIVEN.figures == {
        "n": 4,
        "exact": 0.5,
        "within_one": 0.75,
        "too_low": 0.25,
        "too_high": 0.25,
        "most": 0.5,
        "p1": 2,
        "missed_p1": 0.5,
    }
    assert GIVEN.counts.tolist() == [[1, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert GIVEN.expected(P1) == pytest.approx(0.35)
    assert GIVEN.observed(P1) == 0.5


def test_without_a_p1_none_is_missed(contents: report.Contents) -> None:
    given = replace(GIVEN, truth=(P2,) * 4)
    assert "missed_p1" not in given.figures
    told = graded.chapter(replace(contents, grades=given), Say("en"))
    assert "None of these requests should be P1." in told.sections[0].sentences


def test_the_chapter_says_how_many_are_exact_and_how_many_p1_are_missed(contents: report.Contents) -> None:
    told = graded.chapter(replace(contents, grades=GIVEN), Say("en"))
    assert told.headline.startswith("Of 100 requests 50 get exactly the grade")
    assert "25 are two or more steps off" in told.headline
    assert "Of the 2 that should be P1, 1 (50.0%) are graded lower." in told.sections[0].sentences
    assert [row.cells[0] for row in told.sections[1].tables[0].rows] == ["P1", "P2", "P3", "P4"]


def test_rows_with_urgency_and_impact_are_graded(contents: report.Contents) -> None:
    assert contents.grades is not None
    assert len(contents.grades.truth) == 100
    assert contents.metrics["grade.n"] == 100


def test_without_labels_of_impact_there_are_no_grades(hash_model, samples) -> None:
    rows = samples.rows(range(20)).only(["urgency"])
    said = hash_model.predict(rows.requests)
    assert grades(hash_model, rows, said, policy=Policy.default(), values={}) is None
    assert grades(hash_model, samples.rows(range(20)), said, policy=None, values={}) is None


def test_a_policy_that_does_not_meet_the_labels_grades_nothing(
    hash_model, contents: report.Contents, tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text("format: 1\n", "utf-8")
    assert policy_of(tmp_path / "policy.yaml", hash_model) is None
    assert policy_of(None, hash_model) is not None
    told = graded.chapter(replace(contents, grades=None, policy_fits=False), Say("en"))
    assert "do not meet" in told.headline
