"""Every finding has its sentence in both languages, made of the same numbers."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import training.hygiene
from features.redact import Kind
from training.hygiene import wording
from training.hygiene.findings import Finding, Severity
from training.hygiene.listing import _PLACE

SOURCES = Path(training.hygiene.__file__).parent


def test_every_code_in_the_checks_has_a_sentence_and_every_sentence_a_code() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SOURCES.glob("*.py"))
    assert set(wording.codes()) <= set(re.findall(r'"(\w+)"', source))
    assert set(re.findall(r'code="(\w+)"', source)) <= set(wording.codes())


@pytest.mark.parametrize("code", wording.codes())
def test_both_languages_tell_of_the_same_places(code: str) -> None:
    fields = {
        language: {name for _, name, _, _ in string.Formatter().parse(words) if name} - {"field", "column"}
        for language, words in wording.codes()[code].items()
    }
    assert set(fields) == set(wording.LANGUAGES)
    assert fields["zh"] == fields["en"]


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_every_reason_of_a_row_and_every_kind_is_worded(language: str) -> None:
    assert all(wording.reason(code, language=language) for code in _PLACE)
    counts = {kind.value: 1 for kind in Kind}
    finding = Finding(code="personal", severity=Severity.LOOK, numbers={"rows": 1, "all": 2, "kinds": counts})
    assert "1" in wording.sentence(finding, language=language)


def test_columns_of_the_table_line_up_in_chinese_too() -> None:
    numbers = {"rows": 3, "all": 4, "first": 1}
    findings = [
        Finding(code="mojibake", severity=Severity.LOOK, numbers=numbers),
        Finding(code="unreadable", severity=Severity.LOOK, field="紧急程度", numbers=numbers),
    ]
    first, second = wording.table(findings, language="zh").splitlines()
    assert first.startswith("请查看  -         4 行中有 3 行是乱码")
    assert second.startswith("请查看  紧急程度  4 行中有 3 行没有可读的文本")
