"""The tables of the README from the points of all courses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.loop.course import Point

RESAMPLES = 2000
INTERVAL = (2.5, 97.5)
Curve = dict[int, dict[int, Point]]
"""Reviews -> seed -> point."""
COMPARED = (
    ("queue", 1000, "random", 1000),
    ("queue", 1000, "random", 1500),
    ("queue", 1000, "uncertainty", 1000),
    ("blind", 1000, "queue", 1000),
    ("blind", 1000, "random", 1000),
    ("blind_weighted", 1000, "queue", 1000),
    ("blind", 1000, "blind_weighted", 1000),
)
"""An order after so many reviews, and the one it is set beside."""


def line(point: Point) -> str:
    """A point as a line of a log."""
    course = f"{point.set} {point.order} {point.reviewers} seed {point.seed}"
    figures = f"accuracy {point.accuracy:.4f}, coverage {point.coverage:.3f}"
    return f"{course}, {point.reviews} reviews: {figures}, {point.seconds:.0f} s"


def tables(points: Sequence[Point]) -> Iterator[str]:
    """The lines of all tables: accuracy and coverage by reviews, comparisons, and reviewers who err."""
    sets = list(dict.fromkeys(each.set for each in points))
    faultless = [each for each in points if each.reviewers == "faultless"]
    figures: dict[str, Callable[[Point], float]] = {
        "accuracy": lambda each: each.accuracy,
        "coverage at 0.95": lambda each: each.coverage,
        "right of these": lambda each: float("nan") if each.right_alone is None else each.right_alone,
        "ece": lambda each: each.ece,
    }
    for name, figure in figures.items():
        yield from ("", f"**{name}**", "", *_curves(faultless, figure, by="order"))
    yield from ("", "**difference of accuracy, 95 % interval**", "", *_comparisons(sets, faultless))
    yield from ("", "**reviewers who err, accuracy**", "")
    theirs = [each for each in points if each.order == "queue" and each.seed == 0]
    yield from _curves(theirs, figures["accuracy"], by="reviewers")


def _curves(points: Sequence[Point], figure: Callable[[Point], float], *, by: str) -> Iterator[str]:
    """A row for each set and order or reviewers, a column for each number of reviews; means over seeds."""
    sizes = sorted({each.reviews for each in points})
    yield _row("set", by, "seeds", *(str(size) for size in sizes))
    yield "|---" * (len(sizes) + 3) + "|"
    for name, way in dict.fromkeys((each.set, getattr(each, by)) for each in points):
        curve = _curve([each for each in points if each.set == name and getattr(each, by) == way])
        seeds = sorted({len(at) for at in curve.values()})
        cells = [_mean([figure(each) for each in curve.get(size, {}).values()]) for size in sizes]
        yield _row(name, way, " to ".join(str(each) for each in sorted({seeds[0], seeds[-1]})), *cells)


def _comparisons(sets: Sequence[str], points: Sequence[Point]) -> Iterator[str]:
    """Each pair of COMPARED on each set, of the seeds that both have."""
    yield _row("set", "this", "beside", "seeds", "this", "beside", "difference", "interval")
    yield "|---" * 8 + "|"
    for name in sets:
        for order, reviews, other, others in COMPARED:
            one, two = (
                _curve([each for each in points if each.set == name and each.order == way]).get(size, {})
                for way, size in ((order, reviews), (other, others))
            )
            seeds = sorted(one.keys() & two.keys())
            if seeds:
                right = [np.array([at[seed].rightness for seed in seeds]) for at in (one, two)]
                low, high = paired_interval(right[0], right[1])
                means = [f"{each.mean():.4f}" for each in right]
                told = f"{right[0].mean() - right[1].mean():+.4f}", f"{low:+.4f} to {high:+.4f}"
                yield _row(name, f"{order} {reviews}", f"{other} {others}", str(len(seeds)), *means, *told)


def paired_interval(one: NDArray[np.bool_], two: NDArray[np.bool_]) -> tuple[float, float]:
    """The 95 % interval of the difference of two accuracies, by bootstrap over seeds and test rows at once.

    one, two: (seeds, rows), of the same seeds and rows.
    """
    random = np.random.default_rng(0)
    apart = one.astype(np.float64) - two.astype(np.float64)
    seeds, rows = apart.shape
    means = np.empty(RESAMPLES)
    for i in range(RESAMPLES):
        drawn = apart[random.integers(seeds, size=seeds)].mean(axis=0)
        means[i] = drawn[random.integers(rows, size=rows)].mean()
    low, high = np.percentile(means, INTERVAL)
    return float(low), float(high)


def _curve(points: Sequence[Point]) -> Curve:
    curve: Curve = {}
    for each in points:
        curve.setdefault(each.reviews, {})[each.seed] = each
    return curve


def _mean(values: Sequence[float]) -> str:
    known = [each for each in values if not np.isnan(each)]
    return f"{np.mean(known):.3f}" if known else "-"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
