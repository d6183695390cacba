"""Faults of single rows and names: encodings, languages, spellings, amounts, personal data."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from features.errors import TableError
from features.taxonomy import Taxonomy
from tests.training.hygiene.sheets import codes, sheet, the
from training.hygiene.amounts import check_amounts
from training.hygiene.encodings import check_encodings, is_broken
from training.hygiene.findings import Checked, Severity
from training.hygiene.labels import read_labels
from training.hygiene.languages import check_languages
from training.hygiene.personal import check_personal


def frame(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


@pytest.mark.parametrize(
    "words",
    [
        "打印机又卡纸了，请派人来".encode().decode("gb18030", errors="replace"),
        "您好，发票开错了".encode().decode("gb18030", errors="ignore"),
        "打印机又卡纸了".encode().decode("latin-1"),
        "打印机又卡纸了".encode("gb2312").decode("latin-1"),
        "the café is closed".encode().decode("cp1252"),
        "it doesn’t print".encode().decode("cp1252"),
        "锟斤拷锟斤拷",
        "lost \ufffd here",
        "?????? ???? ??????",
    ],
)
def test_a_text_in_a_wrong_encoding_is_known(words: str) -> None:
    assert is_broken(words)


@pytest.mark.parametrize(
    "words",
    [
        "打印机又卡纸了，请派人来",
        "繁體中文的請求，請儘快處理",
        "the café is closed, naïve Ü and “quotes” – and …",
        "what????",
        "Straße, Größe, Übergrößenträger",
        "日本語のテキストです",
        "價格：¥100 × 2 ±5°",
        "¿Qué pasó? ¡Ñandú!",
        "",
    ],
)
def test_a_readable_text_is_not(words: str) -> None:
    assert not is_broken(words)


def test_garbled_rows_labels_and_columns_are_told() -> None:
    garbled = "打印机又卡纸了".encode().decode("latin-1")
    checked = check_encodings(sheet(["fine", garbled], columns={garbled: ["", ""]}, type=["ok", garbled]))
    assert codes(checked) == ["mojibake", "broken_labels", "broken_columns"]
    assert (the(checked, "mojibake").rows, [each.row for each in checked.doubts]) == ((1,), [1])


def test_languages_are_counted_and_many_others_looked_at() -> None:
    assert codes(check_languages(sheet(["hello there"] * 30 + ["你好"] * 70))) == ["languages"]
    many = check_languages(sheet(["hello there"] * 9 + ["これはテストです"]))
    assert (codes(many), many.findings[0].rows) == (["other_languages"], (9,))
    assert check_languages(sheet(["", ""])) == Checked()


def test_personal_data_is_counted_by_kind_and_not_repeated() -> None:
    found = the(check_personal(sheet(["call 13800138000 or a@b.cn", "nothing", "b@c.cn"])), "personal")
    assert found.numbers == {"rows": 2, "all": 3, "kinds": {"email": 2, "mobile": 1}}
    assert found.rows == (0, 2)


def test_labels_that_differ_by_case_width_or_blanks_are_named_and_read_as_one() -> None:
    read = read_labels(
        frame(text=["x"] * 5, type=["Bug", "Bug", "bug ", "Ｂｕｇ", "other"]),
        taxonomy=None,
        given=True,
        fields=["type"],
    )
    (finding,) = read.findings
    assert (finding.code, finding.severity, finding.rows) == ("spellings", Severity.MEND, (2, 3))
    assert "'bug '" in finding.numbers["labels"]
    assert read.by_field["type"] == ("Bug", "Bug", "Bug", "Bug", "other")


def test_labels_of_ones_own_are_taken_as_they_are_and_typing_errors_are_named() -> None:
    own = frame(text=["x", "y"], type=["硬件", "软件"])
    foreign = read_labels(own, taxonomy=Taxonomy.default(), given=False, fields=[])
    assert [each.code for each in foreign.findings] == ["own_labels"]
    assert foreign.by_field == {"type": ("硬件", "软件")}
    typed = frame(text=["x", "y"], type=["incident", "incidnt"])
    (unknown,) = read_labels(typed, taxonomy=Taxonomy.default(), given=False, fields=[]).findings
    assert (unknown.code, unknown.severity, unknown.rows) == ("unknown_labels", Severity.MEND, (1,))


def test_a_file_without_labels_is_told_which_columns_may_hold_them() -> None:
    table = frame(text=[f"t{i}" for i in range(20)], 分类=["a", "b"] * 10, number=[str(i) for i in range(20)])
    read = read_labels(table, taxonomy=Taxonomy.default(), given=False, fields=[])
    (finding,) = read.findings
    assert (finding.code, finding.numbers["candidates"]) == ("no_labels", "'分类'")
    with pytest.raises(TableError, match="no column 'kind'"):
        read_labels(table, taxonomy=None, given=True, fields=["kind"])


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        (["a"] * 20, "constant"),
        ([f"l{i}" for i in range(20)], "each_its_own"),
        (["a", "b"] + [None] * 18, "too_few"),
        (["a"] * 10 + ["b"] * 8 + ["c"] * 2, "small_labels"),
        (["a"] * 10 + ["b"] * 8 + [None] * 2, "unlabelled"),
    ],
)
def test_too_little_to_learn_from_is_told(labels: list[str | None], code: str) -> None:
    assert codes(check_amounts(sheet(["words"] * 20, type=labels))) == [code]


def test_rows_without_words_and_ids_twice_are_listed() -> None:
    given = replace(sheet(["one", "", "two"]), ids=("7", "8", "7"))
    checked = check_amounts(given)
    assert codes(checked) == ["unreadable", "ids_twice"]
    assert [(each.row, each.reason) for each in checked.doubts] == [
        (1, "unreadable"),
        (0, "ids_twice"),
        (2, "ids_twice"),
    ]
