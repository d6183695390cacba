"""Copies, near copies and templates are found, and contradictions between their labels."""

from __future__ import annotations

import random
import time

from tests.training.hygiene.sheets import codes, sheet, the, themed
from training.hygiene.alike import alike
from training.hygiene.checking import check
from training.hygiene.findings import Checked, Severity
from training.hygiene.sheet import Sheet

LONG = "The conveyor in hall two has stopped again and nothing can be shipped since this morning"


def checked(given: Sheet) -> Checked:
    report = check(given, encoder=None, seed=0)
    return Checked(findings=report.findings, doubts=report.doubts)


def test_the_same_text_with_two_labels_must_be_mended_and_the_commoner_is_suggested() -> None:
    found = checked(sheet([LONG, LONG.upper() + "!", LONG, "other words"], type=["a", "b", "a", "b"]))
    finding = the(found, "same_text")
    assert (finding.severity, finding.rows, finding.field) == (Severity.MEND, (1,), "type")
    (doubt,) = [each for each in found.doubts if each.reason == "same_text"]
    assert (doubt.row, doubt.label, doubt.suggested) == (1, "b", "a")


def test_where_no_label_is_commoner_none_is_suggested() -> None:
    found = checked(sheet([LONG, LONG, "x y z"], type=["a", "b", "b"]))
    assert [(each.row, each.suggested) for each in found.doubts] == [(0, None), (1, None)]


def test_nearly_the_same_text_with_another_label_is_looked_at() -> None:
    words = [LONG, LONG + " early", LONG + ", please hurry", "the invoice is wrong and was paid twice"]
    found = the(checked(sheet(words, type=["a", "a", "b", "b"])), "near_text")
    assert (found.rows, found.numbers["texts"]) == ((2,), 1)


def test_copies_are_counted_and_many_are_looked_at() -> None:
    found = the(checked(sheet([LONG] * 9 + ["other words"], type=["a"] * 9 + ["b"])), "copies")
    assert (found.numbers["rows"], found.numbers["texts"], found.severity) == (8, 2, Severity.LOOK)


def test_ninety_percent_copies_with_an_unlabelled_field_stop_nothing() -> None:
    words, labels = themed(60)
    found = checked(sheet(words + [words[0]] * 540, type=[*labels, *[labels[0]] * 539, None]))
    assert the(found, "copies").numbers["share"] == 0.9


def test_mails_of_one_template_are_found_whatever_numbers_they_hold() -> None:
    words, _ = themed(40)
    mails = [
        f"ALERT disk {i} on server db{i % 7} is {i % 100} percent full, see ticket {i * 37}"
        for i in range(30)
    ]
    found = the(checked(sheet(words + mails)), "templates")
    assert (found.numbers["families"], found.rows) == (1, tuple(range(40, 70)))


def test_similarity_is_found_and_measured() -> None:
    draw = random.Random(7)  # noqa: S311 - words for a test
    words = ["".join(draw.choices("abcdefghij", k=6)) for _ in range(400)]
    texts = [" ".join(draw.sample(words, 30)) for _ in range(300)]
    near = [text[:-7] for text in texts[:50]]
    pairs = alike(texts + near, least=0.6, seed=0)
    assert {(a, b) for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)} == {
        (i, 300 + i) for i in range(50)
    }
    assert min(pairs.shared) > 0.9


def test_thousands_of_mails_of_one_template_take_no_square_of_time() -> None:
    mails = [f"ALERT disk {i} on server {chr(97 + i % 26)} is full, see ticket {i}" for i in range(8_000)]
    started = time.process_time()
    pairs = alike(mails, least=0.6, seed=0)
    assert time.process_time() - started < 20
    assert len(set(pairs.clusters(len(mails)).tolist())) == 1


def test_texts_too_short_to_compare_are_left_alone() -> None:
    assert "near_text" not in codes(checked(sheet(["ab", "ac", "", "你好"], type=["a", "b", "a", "b"])))
    assert len(alike([], least=0.6, seed=0).first) == 0
