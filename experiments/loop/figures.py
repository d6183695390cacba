"""The curves of the proof as drawings: accuracy and coverage by the number of reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from experiments.loop.course import Point
from experiments.loop.orders import WEIGHTED
from training.report.charts import Line, Plot, plot, shares
from training.report.page import standalone

REVIEWS = {float(each): f"{each:,}" for each in (0, 500, 1000, 1500)}
GOALS = {"banking77": 0.86, "zh_kuake_qic": 0.76}
"""The accuracy asked for after 1,000 reviews."""
Figure = Callable[[Point], float]


def draw(points: Sequence[Point], folder: Path) -> list[Path]:
    """Write SET-accuracy.svg and SET-coverage.svg, by order, and SET-reviewers.svg; the files. What is
    weighed as the product does not is left to the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name in dict.fromkeys(each.set for each in points):
        own = [each for each in points if each.set == name]
        ways = [way for way in _ways(own, "order") if way != WEIGHTED]  # a drawing tells four lines apart
        orders = {way: [each for each in _faultless(own) if each.order == way] for way in ways}
        first = [each for each in own if each.order == "queue" and each.seed == 0]
        people = {way: [each for each in first if each.reviewers == way] for way in _ways(first, "reviewers")}
        charts = {
            "accuracy": _plot(f"{name}: accuracy", orders, _accuracy, goal=GOALS.get(name)),
            "coverage": _plot(f"{name}: coverage at 0.95", orders, lambda each: each.coverage),
            "reviewers": _plot(f"{name}: accuracy where people err", people, _accuracy, goal=GOALS.get(name)),
        }
        for told, chart in charts.items():
            made.append(folder / f"{name}-{told}.svg")
            made[-1].write_text(standalone(plot(chart)), encoding="utf-8")
    return made


def _accuracy(point: Point) -> float:
    return point.accuracy


def _faultless(points: Sequence[Point]) -> list[Point]:
    return [each for each in points if each.reviewers == "faultless"]


def _ways(points: Sequence[Point], by: str) -> list[str]:
    return list(dict.fromkeys(getattr(each, by) for each in points))


def _plot(
    title: str, ways: Mapping[str, Sequence[Point]], figure: Figure, *, goal: float | None = None
) -> Plot:
    """A curve for each way, of means over its seeds."""
    return Plot(
        title=title,
        x_name="reviews" if goal is None else f"reviews; dashed: {goal:.0%}, asked for after 1,000",
        y_name="share of the test rows",
        x_ticks=REVIEWS,
        y_ticks=shares(0.0 if goal is None else 0.25),
        lines=[
            Line(name=name.replace("_", " "), points=_means(points, figure), style=i, dots=True)
            for i, (name, points) in enumerate(ways.items())
        ],
        level=None if goal is None else (goal, ""),
    )


def _means(points: Sequence[Point], figure: Figure) -> list[tuple[float, float]]:
    sizes = sorted({each.reviews for each in points})
    return [
        (float(size), float(np.mean([figure(each) for each in points if each.reviews == size])))
        for size in sizes
    ]
