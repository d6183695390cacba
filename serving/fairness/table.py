"""The fairness report as lines for a terminal: a table, then each figure read aloud."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from features.records import Grade
from serving.fairness import sentences
from serving.fairness.report import Group, Report

if TYPE_CHECKING:
    from serving.services import Services

COLUMNS = (
    "tier",
    "count",
    *(grade.value for grade in Grade),
    "respond",
    "resolve",
    "waiting",
    "lifted",
    "changed",
)


def lines(services: Services, made: Report, language: str) -> Iterator[str]:
    """The report, line by line."""
    for _, text in sentences.remarks(services, made, language):
        yield text
    if not made.total.count:
        return
    say = services.wording.say
    groups = [(sentences.name(services, each.tier, language), each) for each in made.tiers]
    groups.append((say("fairness.all", language), made.total))
    yield ""
    rows = [[say(f"fairness.column.{column}", language) for column in COLUMNS]]
    yield from _aligned(rows + [[name, *_figures(group)] for name, group in groups])
    yield say("fairness.columns", language)
    for name, group in groups:
        yield ""
        yield name
        for _, text in sentences.readings(services, made, group, language):
            yield f"  {text}"


def _figures(group: Group) -> list[str]:
    return [
        f"{group.count:,}",
        *(f"{sentences.percent(group.share(number))} %" for number in group.grades.values()),
        *(_hours(each.median, each.mean) for each in (group.respond, group.resolve, group.waiting)),
        f"{sentences.percent(group.share(group.lifted))} %",
        f"{group.changed:,}",
    ]


def _hours(median: float | None, mean: float | None) -> str:
    return f"{sentences.hours(median)} ({sentences.hours(mean)})"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    for name, *figures in rows:
        cells = [name + " " * (widths[0] - _width(name))]
        cells += [
            " " * (width - _width(figure)) + figure for figure, width in zip(figures, widths[1:], strict=True)
        ]
        yield "  ".join(cells)


def _width(words: str) -> int:
    """Columns in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in words)
