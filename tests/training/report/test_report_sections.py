"""What each section says, on rows one can count by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.taxonomy import Taxonomy, infer
from tests.training.report_rows import answer, measured, promise
from training.curve import Curve, Point
from training.report.sections import alone, beside, confusion, labels, learning, mistakes, ranks, slices
from training.report.sections.mistakes import shown
from training.report.sections.slices import wilson
from training.report.wording import Say

EN = Say("en")
TRUTH = ["a"] * 40 + ["b"] * 10
SAID = [answer("a", 0.95, threshold=0.9)] * 44 + [answer("b", 0.6, threshold=0.9)] * 6
ROWS = measured(TRUTH, SAID, guarantee=promise(0.9))


def test_what_it_would_do_alone_is_told_in_requests() -> None:
    told = alone.section(ROWS, EN)
    assert told.sentences[0] == "Of 100 requests it would handle 88 alone and be wrong on 8 of them."
    assert "The other 12.0% goes to a person; its first guess is right on 100.0%" in told.sentences[1]
    assert "90.9% of the 44 handled alone were right, which meets the target of 90%" in told.sentences[3]


def test_what_the_thresholds_rest_on_is_said() -> None:
    for drawn, words in ((150, "Chance took all 150 of these"), (100, "Chance took 100 of them")):
        made = replace(promise(0.9), drawn=drawn)
        told = alone.section(measured(TRUTH, SAID, guarantee=made), EN).sentences
        assert told[3].startswith(words)
        assert str(drawn) in alone.section(measured(TRUTH, SAID, guarantee=made), Say("zh")).sentences[3]
    assert not any("Chance" in sentence for sentence in alone.section(ROWS, EN).sentences)


def test_a_target_that_is_missed_is_said() -> None:
    said = [answer("a", 0.95, threshold=0.9)] * 50
    told = alone.section(measured(TRUTH, said, guarantee=promise(0.9)), EN)
    assert any("below the target of 90%" in sentence for sentence in told.sentences)


def test_without_a_threshold_everything_goes_to_a_person() -> None:
    said = [answer("a", 0.95)] * 50
    nothing = alone.section(measured(TRUTH, said, guarantee=promise(None)), EN)
    assert "No threshold could be shown to hold 90%" in nothing.sentences[0]
    untried = alone.section(measured(TRUTH, said), EN)
    assert "No thresholds were fitted" in untried.sentences[0]


def test_each_label_has_its_threshold_and_the_rule_that_applies() -> None:
    rows = labels.section(ROWS, EN).tables[0].rows
    assert rows[0].cells == ("b", "10", "60%", "100%", "0.75", "0.90", "the field's", "0%")
    assert rows[1].cells == ("a", "40", "100%", "91%", "0.95", "0.90", "the field's", "100%")
    assert not any(row.faint for row in rows)


def test_labels_of_few_rows_are_greyed_and_said() -> None:
    told = labels.section(measured(["a"] * 20 + ["c"], [answer("a", 0.9)] * 21), EN)
    assert [row.faint for row in told.tables[0].rows] == [True, False]
    assert any(sentence.startswith("1 of the labels have fewer than 10") for sentence in told.sentences)


def test_up_to_40_labels_are_a_matrix_and_more_are_pairs() -> None:
    told = confusion.section(ROWS, EN)
    assert told.figures[0].wide
    assert told.sentences[0] == "Most often “b” is taken for “a”: 4 of its 10 requests."
    codes = [f"label{i:02}" for i in range(41)]
    field = infer({"kind": codes}).field("kind")
    said = [answer(codes[(i + 1) % 41], 0.5) for i in range(41)]
    many = confusion.section(measured(codes, said, field=field), EN)
    assert many.figures == ()
    assert len(many.tables[0].rows) == confusion.PAIRS
    assert "41 labels" in many.notes[0]


def test_a_model_no_better_than_the_most_frequent_label_is_said_to_be_so() -> None:
    told = beside.section(measured(["a"] * 9 + ["b"], [answer("a", 0.9)] * 10), EN)
    assert "Of 100 requests the model gets 10 wrong; always answering" in told.sentences[0]
    assert "not right more often" in told.sentences[1]


def test_a_slice_that_is_weaker_beyond_chance_is_named_and_a_small_one_is_greyed() -> None:
    places = ["phone"] * 40 + ["form"] * 200 + ["fax"] * 5
    said = [answer("b", 0.9)] * 20 + [answer("a", 0.9)] * 225
    told = slices.section(measured(["a"] * 245, said, channels=places), EN)
    assert any("weaker by channel: “telephone”, right on 50.0% of 40" in each for each in told.sentences)
    faint = {row.cells[1]: row.faint for row in told.tables[0].rows}
    assert (faint["fax"], faint["telephone"], faint["form"]) == (True, False, False)
    assert "tier of customer" in told.notes[-1]


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(0.5, 100)
    assert (round(low, 4), round(high, 4)) == (0.4038, 0.5962)
    assert wilson(1.0, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_mistakes_are_redacted_cut_and_left_out_where_asked() -> None:
    words = ["call me at 13812345678 or a@b.example " + "long " * 80] * 12
    rows = measured(["a"] * 12, [answer("b", 0.9)] * 12, words=words)
    quoted = mistakes.section(rows, EN, texts=True).lists[0].cases[0]
    assert quoted.text is not None
    assert "13812345678" not in quoted.text
    assert "a@b.example" not in quoted.text
    assert len(quoted.text) <= 200
    assert quoted.verdict == "Answered “b”, labelled “a”"
    assert mistakes.section(rows, EN, texts=False).lists[0].cases[0].text is None


def test_a_number_is_redacted_before_the_text_is_cut() -> None:
    assert "1381234" not in shown("x" * 190 + " 13812345678")


def test_the_surest_and_the_furthest_mistakes_come_first() -> None:
    urgency = Taxonomy.default().field("urgency")
    least, middle, most = urgency.codes
    said = [answer(middle, 0.9)] * 9 + [answer(most, 0.4)] + [answer(least, 0.3)]
    rows = measured([least] * 10 + [least], said, field=urgency)
    told = mistakes.section(rows, EN, texts=True)
    assert told.lists[0].cases[0].note.startswith("90% sure")
    assert told.lists[1].title.startswith("Furthest")
    assert told.lists[1].cases[0].note.startswith("40% sure")


def test_an_ordered_field_says_how_far_off_it_is() -> None:
    urgency = Taxonomy.default().field("urgency")
    least, middle, most = urgency.codes
    said = [answer(label, 0.9) for label in (most, most, middle, least)]
    rows = measured([most] * 4, said, field=urgency)
    told = ranks.ordered(rows, EN)
    assert told is not None
    assert told.sentences[0] == "Exactly right 50.0%; at most one step off 75.0%."
    assert [row.cells[0] for row in told.tables[0].rows] == ["too low by 2", "too low by 1", "exactly right"]
    assert ranks.ordered(ROWS, EN) is None


def test_the_learning_curve_says_whether_more_rows_would_help() -> None:
    def point(size: int, accuracy: float, *, names: bool = False) -> Point:
        return Point(rows_per_label=size, rows=3 * size, names=names, accuracy=accuracy, macro_f1=accuracy)

    points = (point(0, 0.5, names=True), point(1, 0.6), point(2, 0.8))
    rising = Curve(field="kind", measured=50, points=points)
    told = learning.section(replace(ROWS, curve=rising), EN)
    assert told is not None
    assert "it still rises" in told.sentences[0]
    assert [row.cells for row in told.tables[0].rows] == [
        ("0", "0", "–", "50.0%"),
        ("1", "3", "60.0%", "–"),
        ("2", "6", "80.0%", "–"),
    ]
    assert learning.section(ROWS, EN) is None
