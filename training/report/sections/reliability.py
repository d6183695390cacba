"""Whether a confidence of 90 % is right nine times in ten, for all rows and by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.reliability import Bin, reliability_bins
from training.report.blocks import Column, Figure, Row, Section, Table
from training.report.charts import Line, Plot, plot, shares
from training.report.contents import Measured
from training.report.wording import Say, decimal, percent

FEWEST = 150
"""Rows from which on a curve of 15 bins says more than noise; below it has fewer bins."""
ROWS_OF_A_BIN = 20
TELLING = 0.03
"""An average error of confidence over which, beyond chance, it is said to mislead."""


def section(given: Measured, say: Say) -> Section:
    """The error of confidence with its interval, and the curve."""
    figures, spoken = given.figures, given.figures.get("languages", {})
    several = spoken if len(spoken) > 1 else {}
    lines = [_line(given, np.ones(len(given), dtype=bool), say("all_rows"), 0)]
    for i, name in enumerate(several, start=1):
        of_it = np.array([each.language == name for each in given.samples])
        lines.append(_line(given, of_it, say.known("language", name), i))
    chart = plot(
        Plot(
            title=say("reliability_title"),
            x_name=say("axis_confidence"),
            y_name=say("axis_right"),
            x_ticks=shares(),
            y_ticks=shares(),
            lines=lines,
            diagonal=True,
        )
    )
    return Section(
        key="reliability",
        title=say("reliability_title"),
        sentences=_sentences(given, say),
        figures=(Figure(svg=chart, caption=say("reliability_caption")),),
        tables=(
            _table(
                {say("all_rows"): figures, **{say.known("language", n): f for n, f in several.items()}}, say
            ),
        ),
        notes=(say("reliability_note"),),
    )


def _sentences(given: Measured, say: Say) -> tuple[str, ...]:
    mean, right, ece = float(given.confidence.mean()), float(given.held.mean()), given.figures["ece"]
    sure = "honest" if abs(mean - right) < 0.01 else "over" if mean > right else "under"
    told = [
        say(f"reliability_{sure}", mean=percent(mean), right=percent(right)),
        say(
            "reliability_error",
            ece=f"{100 * ece:.1f}",
            low=f"{100 * given.figures['ece_low']:.1f}",
            high=f"{100 * given.figures['ece_high']:.1f}",
        ),
    ]
    if given.figures["ece_low"] > TELLING:
        told.append(say("reliability_misleads"))
    return tuple(told)


def _line(given: Measured, rows: NDArray[np.bool_], name: str, style: int) -> Line:
    count = int(rows.sum())
    bins = 15 if count >= FEWEST * 2 else max(3, count // ROWS_OF_A_BIN)
    found: list[Bin] = reliability_bins(given.confidence[rows], given.held[rows], bins=bins)
    return Line(name=name, points=[(each.confidence, each.right) for each in found], style=style, dots=True)


def _table(parts: Mapping[str, Mapping[str, Any]], say: Say) -> Table:
    names = ("rows", "right", "ece", "brier")
    return Table(
        columns=(
            Column(name=say("column_part"), number=False),
            *(Column(name=say(f"column_{n}")) for n in names),
        ),
        rows=tuple(
            Row(
                cells=(
                    name,
                    f"{each['n']:,}",
                    percent(each["accuracy"]),
                    f"{decimal(each['ece'])} ({decimal(each['ece_low'])}–{decimal(each['ece_high'])})",
                    decimal(each["brier"]),
                )
            )
            for name, each in parts.items()
        ),
    )
