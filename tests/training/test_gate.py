"""The gate promotes what is shown to be better, and nothing that is worse anywhere it matters."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.taxonomy import Taxonomy
from tests.training.compared import drawn
from training import gate_page
from training.gate import holm, judge
from training.gate_measures import floors, goals
from training.gate_rows import Answers, Burden, Compared, FieldPair
from training.gate_verdict import LANGUAGES, Result, Verdict
from training.ordered import kappa
from training.reliability import expected_calibration_error


def verdict(compared: Compared) -> Verdict:
    return judge(compared, seed=0, resamples=500)


def with_challenger(field: FieldPair, said: np.ndarray) -> FieldPair:
    return replace(field, challenger=Answers(said=said, confidence=field.challenger.confidence))


def codes(found: Verdict) -> set[tuple[str, str | None, str]]:
    return {
        (each.code, each.measure, str(each.values.get("of", ""))) for each in found.findings if each.stops
    }


def test_a_challenger_that_is_clearly_better_passes() -> None:
    found = verdict(drawn(better=0.06))
    assert found.result is Result.PASSED
    assert found.sentences("en")[0].startswith("Passed")


def test_the_champion_itself_is_not_better_than_itself() -> None:
    given = drawn(better=0.0)
    same = replace(given, fields=tuple(replace(each, challenger=each.champion) for each in given.fields))
    assert codes(verdict(same)) == {("not_better", None, "")}


def test_a_class_that_falls_stops_a_challenger_that_is_better_over_all() -> None:
    given = drawn(better=0.10)
    field = given.fields[0]
    place = 3
    lost = np.where(field.truth == place, (place + 1) % len(field.labels), field.truth)
    found = verdict(replace(given, fields=(with_challenger(field, lost),)))
    assert found.result is Result.REFUSED
    assert ("worse_thin", "class", field.labels[place]) in codes(found)


def test_a_language_that_falls_stops_it_too() -> None:
    given = drawn(better=0.10)
    field = given.fields[0]
    wrong = (field.truth + 1) % len(field.labels)
    english = given.languages[field.rows] == "en"
    said = np.where(english & (np.arange(len(field.truth)) % 2 == 0), wrong, field.truth)
    found = verdict(replace(given, fields=(with_challenger(field, said),)))
    assert ("not_within", "language", "en") in codes(found)


def test_p1_requests_that_are_missed_stop_it() -> None:
    given = drawn(better=0.05, fields=3)
    grades = given.grades
    assert grades is not None
    missed = np.where(grades.truth == 1, 2, grades.truth)
    found = verdict(replace(given, grades=replace(grades, challenger=missed)))
    assert ("not_within", "missed_p1", "P1") in codes(found)


def test_confidence_that_means_less_stops_it() -> None:
    given = drawn(better=0.05)
    field = given.fields[0]
    sure = Answers(said=field.challenger.said, confidence=np.full(len(field.truth), 0.999))
    found = verdict(replace(given, fields=(replace(field, challenger=sure),)))
    assert ("not_within", "ece", "") in codes(found)


@pytest.mark.parametrize(
    ("burdens", "code"),
    [
        ((Burden(milliseconds=2, size=10**7), Burden(milliseconds=9, size=10**7)), "slower"),
        ((Burden(milliseconds=2, size=10**7), Burden(milliseconds=2, size=10**8)), "larger"),
    ],
)
def test_time_and_size_have_bounds(burdens: tuple[Burden, Burden], code: str) -> None:
    assert codes(verdict(replace(drawn(better=0.06), burdens=burdens))) == {(code, None, "")}


def test_too_few_rows_or_another_taxonomy_cannot_be_compared() -> None:
    few = verdict(drawn(better=0.5, rows=150))
    assert (few.result, few.tests) == (Result.INCOMPARABLE, ())
    assert "only 150 rows to compare type on; 200 are needed" in few.sentences("en")[1]
    known = {"field": "type", "champion": "billing", "challenger": "parking"}
    other = verdict(replace(drawn(better=0.5), faults=(("other_taxonomy", known),)))
    assert other.result is Result.INCOMPARABLE
    assert "标签体系不同" in other.sentences("zh")[1]


def test_fields_labels_and_languages_are_named_as_people_name_them() -> None:
    """Every class, language and field is in the table of the page; what stops it in the sentences."""
    given = drawn(better=0.10, fields=3)
    taxonomy = Taxonomy.default()
    names = {code: taxonomy.field(code) for code in ("type", "urgency")}
    fields = tuple(
        replace(each, labels=names[each.code].codes, challenger=replace(each.champion, said=each.truth * 0))
        for each in given.fields
    )
    found = verdict(replace(given, fields=fields, names=names))
    zh, en = ("\n".join(found.sentences(language)) for language in LANGUAGES)
    assert "类型中“投诉”的 F1" in zh
    assert "紧急程度在英文上的准确率" in zh
    assert "F1 of 'Complaint' in Type" in en
    assert "accuracy of Urgency in English" in en
    page = gate_page.page(found, of={})
    codes = re.compile(r"\b(type|urgency|complaint|long_term)\b")
    assert not any(codes.search(each) for each in (zh, en, page))


def test_the_measures_are_those_of_the_report() -> None:
    from sklearn.metrics import f1_score

    given = drawn(better=0.03, fields=3, rows=500)
    ones = np.ones((1, 500))
    kind, urgency = given.fields[0], given.fields[1]
    macro, by_rank = (each.measure(ones)[1][0] for each in list(goals(given))[:2])
    assert macro == pytest.approx(f1_score(kind.truth, kind.challenger.said, average="macro"))
    assert by_rank == pytest.approx(kappa(urgency.truth, urgency.challenger.said, labels=3))
    error = next(each for each in floors(given) if (each.name, each.field) == ("ece", "type"))
    right = kind.challenger.said == kind.truth
    assert -error.measure(ones)[1][0] == pytest.approx(
        expected_calibration_error(kind.challenger.confidence, right)
    )


def test_holm_takes_the_smallest_first_and_stops() -> None:
    assert holm([0.01, 0.04, 0.02]) == [True, True, True]
    assert holm([0.04, 0.01, 0.04]) == [False, True, False]
    assert holm([]) == []


def test_the_verdict_is_the_same_again_and_written_in_both_languages(tmp_path: Path) -> None:
    one, two = verdict(drawn(better=0.03, fields=3)), verdict(drawn(better=0.03, fields=3))
    assert one == two
    folder = gate_page.write(tmp_path / "gate", one, of={"challenger": "<b>3</b>"})
    data = json.loads((folder / "verdict.json").read_text("utf-8"))
    assert set(data["sentences"]) == set(LANGUAGES)
    page = (folder / "verdict.html").read_text("utf-8")
    assert "&lt;b&gt;3" in page
    assert "<b>3" not in page
    assert all(sentence.replace("'", "&#x27;") in page for sentence in data["sentences"]["zh"])
