"""The learning curve: what more rows would bring, and what the names of labels bring while rows are few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.report.blocks import Column, Figure, Row, Section, Table
from training.report.charts import Line, Plot, plot, shares
from training.report.contents import Measured
from training.report.wording import NOTHING, Say, percent

if TYPE_CHECKING:
    from training.curve import Curve, Point


def section(given: Measured, say: Say) -> Section | None:
    """None where no curve was asked for."""
    curve = given.curve
    if curve is None or not curve.points:
        return None
    sizes = list(dict.fromkeys(each.rows_per_label for each in curve.points))
    by_way = {names: _of(curve, names=names) for names in (False, True)}
    lines = [
        Line(
            name=say("with_names" if names else "rows_alone"),
            points=[(float(sizes.index(size)), each.accuracy) for size, each in found.items()],
            style=int(names),
            dots=True,
        )
        for names, found in by_way.items()
        if found
    ]
    chart = plot(
        Plot(
            title=say("learning_title"),
            x_name=say("axis_rows_per_label"),
            y_name=say("axis_right"),
            x_ticks={float(i): str(size) for i, size in enumerate(sizes)}
            | ({1.0: ""} if len(sizes) == 1 else {}),
            y_ticks=shares(),
            lines=lines,
        )
    )
    names = ("rows_per_label", "rows", "rows_alone", "with_names")
    rows = tuple(_row(size, by_way) for size in sizes)
    return Section(
        key="learning",
        title=say("learning_title"),
        sentences=_sentences(by_way[False], say),
        figures=(Figure(svg=chart, caption=say("learning_caption", n=curve.measured)),),
        tables=(Table(columns=tuple(Column(name=say(f"column_{n}")) for n in names), rows=rows),),
        notes=(say("learning_note"),),
    )


def _of(curve: Curve, *, names: bool) -> dict[int, Point]:
    return {each.rows_per_label: each for each in curve.points if each.names is names}


def _sentences(alone: dict[int, Point], say: Say) -> tuple[str, ...]:
    if len(alone) < 2:
        return (say("learning_short"),)
    (size, before), (more, last) = list(alone.items())[-2:]
    gain = last.accuracy - before.accuracy
    key = "learning_gain" if gain >= 0.01 else "learning_flat"
    values = {"before": percent(before.accuracy), "after": percent(last.accuracy)}
    return (say(key, size=size, more=more, **values),)


def _row(size: int, by_way: dict[bool, dict[int, Point]]) -> Row:
    found = [by_way[names].get(size) for names in (False, True)]
    rows = max(each.rows for each in found if each is not None)
    told = [NOTHING if each is None else percent(each.accuracy) for each in found]
    return Row(cells=(str(size), f"{rows:,}", *told))
