"""The charts of the report: bars, curves and a matrix. Each is one drawing, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from training.report.svg import Scale, drawing, element, line, width_of, words

WIDTH = 420.0
"""Of a chart, in its own units: on a phone it is scaled down by little, so that its words stay readable."""
BAR = 38.0
PLOT = {"left": 46.0, "right": 404.0, "top": 12.0, "bottom": 262.0}
EARLY = 0.3
"""How far to the right a name at the left end of a level reaches."""
CELL = 27.0
LONGEST_NAME = 22


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar from 0 to `value`, at most 1. strong: the one that the others are beside."""

    name: str
    value: float
    told: str
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """A curve of a plot. style: 0 for the first colour, and so on. dots: each point is marked."""

    name: str
    points: Sequence[tuple[float, float]]
    style: int = 0
    dots: bool = False


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Axes and what is drawn over them. ticks: value -> its words. level: a height to be held, and its name.
    mark: a point, and its name. diagonal: whether where both axes are equal is drawn."""

    title: str
    x_name: str
    y_name: str
    x_ticks: Mapping[float, str]
    y_ticks: Mapping[float, str]
    lines: Sequence[Line]
    level: tuple[float, str] | None = None
    mark: tuple[float, float, str] | None = None
    diagonal: bool = False


def shares(low: float = 0.0, *, step: float = 0.25) -> dict[float, str]:
    """Ticks from a share to 1."""
    count = round((1 - low) / step)
    return {1 - i * step: f"{1 - i * step:.0%}" for i in range(count, -1, -1)}


def bars(title: str, given: Sequence[Bar]) -> Markup:
    """Bars below each other, the name over each and the value after it."""
    scale = Scale(low=0, high=1, start=0, end=WIDTH - 64)
    drawn = []
    for i, bar in enumerate(given):
        top, style = i * BAR, "strong" if bar.strong else "weak"
        drawn += [
            words(0, top + 13, bar.name, class_=f"t {style}-t"),
            element("rect", x=0, y=top + 18, width=scale(1.0), height=11, rx=2, class_="track"),
            element("rect", x=0, y=top + 18, width=scale(bar.value), height=11, rx=2, class_=f"bar-{style}"),
            words(scale(1.0) + 8, top + 28, bar.told, class_=f"t {style}-t"),
        ]
    return drawing(*drawn, width=WIDTH, height=BAR * len(given), title=title)


def plot(given: Plot) -> Markup:
    """Curves over two axes, their names below."""
    x = Scale(low=min(given.x_ticks), high=max(given.x_ticks), start=PLOT["left"], end=PLOT["right"])
    y = Scale(low=min(given.y_ticks), high=max(given.y_ticks), start=PLOT["bottom"], end=PLOT["top"])
    drawn = _axes(given, x, y)
    if given.diagonal:
        least = max(x.low, y.low)
        drawn.append(line(x(least), y(least), x(1.0), y(1.0), class_="even"))
    if given.level is not None:
        height = y(given.level[0])
        drawn.append(line(PLOT["left"], height, PLOT["right"], height, class_="level"))
        drawn.append(_level_name(given, given.level, height))
    for each in given.lines:
        drawn += _curve(each, x, y)
    if given.mark is not None:
        drawn += _marked(given.mark, x, y)
    keys, height = _keys(given)
    return drawing(*drawn, *keys, width=WIDTH, height=height, title=given.title)


def _level_name(given: Plot, level: tuple[float, str], height: float) -> Markup:
    """The name of the level, where the first curve is not: below it on the left, or over it on the right."""
    early = [y for x, y in given.lines[0].points if x <= EARLY] if given.lines else []
    if early and min(early) > level[0]:
        return words(PLOT["left"] + 4, height + 15, level[1], class_="t level-t")
    return words(PLOT["right"], max(height - 6, 11), level[1], class_="t level-t", anchor="end")


def _axes(given: Plot, x: Scale, y: Scale) -> list[Markup]:
    drawn = [line(x.start, y(value), x.end, y(value), class_="grid") for value in given.y_ticks]
    drawn += [words(x.start - 7, y(value) + 4, told, anchor="end") for value, told in given.y_ticks.items()]
    drawn += [
        words(x(value), y.start + 17, told, anchor="end" if value == x.high and len(told) > 3 else "middle")
        for value, told in given.x_ticks.items()
    ]
    return [*drawn, words((x.start + x.end) / 2, y.start + 35, given.x_name, anchor="middle")]


def _curve(given: Line, x: Scale, y: Scale) -> list[Markup]:
    placed = [(x(a), y(b)) for a, b in given.points]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in placed)
    drawn = [element("polyline", points=path, class_=f"line line-{given.style}")]
    if given.dots:
        drawn += [element("circle", cx=a, cy=b, r=3.5, class_=f"dot-{given.style}") for a, b in placed]
    return drawn


def _marked(mark: tuple[float, float, str], x: Scale, y: Scale) -> list[Markup]:
    across, up = x(mark[0]), y(mark[1])
    left = across > (x.start + x.end) / 2
    low = up + 22 if up + 22 < y.start else up - 12
    return [
        element("circle", cx=across, cy=up, r=6, class_="mark"),
        words(
            across + (-6 if left else 6), low, mark[2], class_="t strong-t", anchor="end" if left else None
        ),
    ]


def _keys(given: Plot) -> tuple[list[Markup], float]:
    """The names of the curves, or of the vertical axis where there is one; and where the drawing ends."""
    top, drawn, several = PLOT["bottom"] + 54, list[Markup](), len(given.lines) > 1
    for i, each in enumerate(given.lines):
        drawn += [
            line(
                PLOT["left"], top + 18 * i, PLOT["left"] + 22, top + 18 * i, class_=f"line line-{each.style}"
            ),
            words(PLOT["left"] + 29, top + 18 * i + 4, each.name if several else given.y_name),
        ]
    return drawn, top + 18 * len(given.lines)


def matrix(title: str, names: Sequence[str], counts: NDArray[np.int64], *, axes: tuple[str, str]) -> Markup:
    """Counts of (labelled, answered), darker for a larger share of the row. axes: names of rows and columns.

    It keeps its size: with 40 names it is wider than a screen.
    """
    short = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name in names]
    room = max(*(width_of(name, size=11) + 10 for name in short), width_of(axes[0]) + 4)
    left, top, side = room + 8, 0.75 * room + 34, CELL * len(names)
    of_row = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    drawn = [words(left, 12, axes[1], class_="t weak-t"), words(0, top - 8, axes[0], class_="t weak-t")]
    for i, name in enumerate(short):
        across = left + CELL * (i + 0.6)
        drawn.append(words(left - 6, top + CELL * (i + 0.65), name, class_="s", anchor="end"))
        turned = element(
            "text", name, class_="s", transform=f"translate({across:.1f} {top - 6:.1f}) rotate(-48)"
        )
        drawn.append(turned)
    for (row, column), count in np.ndenumerate(counts):
        drawn += _cell(
            int(count), float(of_row[row, column]), left + CELL * column, top + CELL * row, row == column
        )
    width = left + side + 0.75 * room
    return drawing(*drawn, width=max(width, 240), height=top + side + 6, title=title, fixed=True)


def _cell(count: int, share: float, x: float, y: float, right: bool) -> list[Markup]:
    box = {"x": x + 1, "y": y + 1, "width": CELL - 2, "height": CELL - 2, "rx": 3}
    drawn = [element("rect", **box, class_="track")]
    if count:
        kind = "right" if right else "wrong"
        deep = f"{0.12 + 0.88 * share:.2f}"
        drawn.append(element("rect", **box, class_=f"cell-{kind}", fill_opacity=deep))
        style = "s deep" if share > 0.5 else "s"
        drawn.append(words(x + CELL / 2, y + CELL / 2 + 4, _short(count), class_=style, anchor="middle"))
    return drawn


def _short(count: int) -> str:
    return str(count) if count < 1000 else f"{count / 1000:.0f}k"
