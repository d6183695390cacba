"""Findings as sentences in Chinese or English; the words are data, in `sentences.yaml`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from training.hygiene.findings import Finding, Severity

LANGUAGES = ("en", "zh")


def sentence(finding: Finding, *, language: str) -> str:
    """What a finding says."""
    numbers = {**finding.numbers, "field": finding.field, "column": finding.column}
    if finding.code == "personal":
        numbers["kinds"] = _kinds(finding.numbers["kinds"], language)
    return str(_words()["findings"][finding.code][language].format_map(numbers))


def reason(code: str, *, language: str) -> str:
    """Why a row is listed, in a few words."""
    return str(_words()["rows"][code][language])


def check_name(name: str, *, language: str) -> str:
    """What a check is called."""
    return str(_words()["checks"][name][language])


def severity_name(severity: Severity, *, language: str) -> str:
    """What is asked of the reader, in a word."""
    return str(_words()["severity"][severity.value][language])


def table(findings: Iterable[Finding], *, language: str) -> str:
    """The findings in three columns: what is asked, of which field or column, the sentence."""
    lines = [
        (
            severity_name(each.severity, language=language),
            each.field or each.column or "-",
            sentence(each, language=language),
        )
        for each in findings
    ]
    widths = [max((_width(line[i]) for line in lines), default=0) for i in (0, 1)]
    return "\n".join(f"{_padded(a, widths[0])}  {_padded(b, widths[1])}  {c}" for a, b, c in lines)


def codes() -> Mapping[str, Mapping[str, str]]:
    """Every code of a finding, with its sentence in each language."""
    found: Mapping[str, Mapping[str, str]] = _words()["findings"]
    return found


def _kinds(counts: Mapping[str, int], language: str) -> str:
    names = _words()["kinds"]
    joint = "、" if language == "zh" else ", "
    return joint.join(f"{names[kind][language]} {count}" for kind, count in counts.items())


def _width(words: str) -> int:
    """How many columns of a terminal words take: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in words)


def _padded(words: str, width: int) -> str:
    return words + " " * (width - _width(words))


@cache
def _words() -> Mapping[str, Any]:
    raw = resources.files("training.hygiene").joinpath("sentences.yaml").read_text("utf-8")
    return dict(yaml.safe_load(raw))
