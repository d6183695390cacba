"""The verdict of the gate: figures, and sentences in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from features.verdicts import FORMAT
from training.gate_words import FINDINGS, RESULTS, Names, measure_in, named

LANGUAGES = ("zh", "en")


class Result(StrEnum):
    """What the gate says. incomparable: the two cannot be compared, so nothing is promoted."""

    PASSED = "passed"
    REFUSED = "refused"
    INCOMPARABLE = "incomparable"


@dataclass(frozen=True, kw_only=True)
class Test:
    """One test. kind: goal, floor, or thin, a floor with few rows. of: the class or the language. low, high:
    one-sided 95 % bounds of the difference. holds: whether it lets the challenger pass. shown: whether what
    was tested is shown: better for a goal, within the margin for a floor, worse for a thin one."""

    kind: str
    name: str
    field: str
    of: str
    rows: int
    champion: float
    challenger: float
    low: float
    high: float
    margin: float
    p: float
    holds: bool
    shown: bool

    @property
    def spoken(self) -> dict[str, Any]:
        """The values that sentences name."""
        sign = -1 if self.name in ("ece", "cost") else 1
        if self.name == "missed_p1":
            champion, challenger = 1 - self.champion, 1 - self.challenger
        else:
            champion, challenger = sign * self.champion, sign * self.challenger
        return {
            "field": self.field,
            "of": self.of,
            "rows": self.rows,
            "champion": f"{champion:.3f}",
            "challenger": f"{challenger:.3f}",
            "low": f"{self.low:+.3f}",
            "high": f"{self.high:+.3f}",
            "margin": f"{self.margin:.2f}",
        }


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something the verdict says: a code and the values of its sentence. measure: of which one it is said.
    stops: whether it refuses."""

    code: str
    values: Mapping[str, Any]
    measure: str | None = None
    stops: bool = False

    def sentence(self, language: str, *, names: Names) -> str:
        """In `zh` or `en`, with fields and labels by these names."""
        values = named(self.values, language=language, names=names)
        if self.measure is not None:
            measure = measure_in(self.measure, self.values, language=language, names=names)
            ends_latin = language == "zh" and measure[-1].isascii()  # then a blank parts it from Chinese
            values["measure"] = f"{measure} " if ends_latin else measure
        return FINDINGS[self.code][language].format(**values)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the gate says of a challenger. rows: all, frozen and recent ones. names: the champion's fields by
    their codes, which sentences name."""

    result: Result
    findings: tuple[Finding, ...]
    tests: tuple[Test, ...]
    rows: Mapping[str, int]
    names: Names = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether the challenger may replace the champion."""
        return self.result is Result.PASSED

    def sentences(self, language: str) -> list[str]:
        """The verdict in sentences, what decides first."""
        ordered = sorted(self.findings, key=lambda each: not each.stops)
        told = (each.sentence(language, names=self.names) for each in ordered)
        return [RESULTS[self.result.value][language], *told]

    def as_data(self, **of: Any) -> dict[str, Any]:
        """The verdict as plain data. of: which champion and challenger, and the data."""
        return {
            "format": FORMAT,
            **of,
            "result": self.result.value,
            "rows": dict(self.rows),
            "sentences": {language: self.sentences(language) for language in LANGUAGES},
            "tests": [asdict(each) | {"told": each.spoken} for each in self.tests],
        }
