"""What only ordered fields and fields with levels have: how far off mistakes are, how deep it is right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.report.blocks import Column, Row, Section, Table
from training.report.contents import Measured
from training.report.wording import Say, decimal, percent

AGREEMENT = ((0.2, "poor"), (0.4, "fair"), (0.6, "moderate"), (0.8, "good"))
"""Words for a kappa below each bound, after Landis and Koch 1977; above all `very_good`."""


def ordered(given: Measured, say: Say) -> Section | None:
    """None for a field without order."""
    figures = given.figures
    if "qwk" not in figures:
        return None
    place = {code: i for i, code in enumerate(given.field.codes)}
    apart = np.array([place[b] - place[a] for a, b in zip(given.truth, given.answers, strict=True)])
    steps = sorted(set(apart.tolist()))
    agreement = next((name for bound, name in AGREEMENT if figures["qwk"] < bound), "very_good")
    rows = tuple(_steps_row(apart, step, say) for step in steps)
    return Section(
        key="order",
        title=say("order_title"),
        sentences=(
            say("order_within", exact=percent(figures["accuracy"]), within=percent(figures["within_one"])),
            say("order_kappa", kappa=decimal(figures["qwk"]), agreement=say(f"agreement_{agreement}")),
            say("order_cost", cost=decimal(figures["expected_cost"])),
        ),
        tables=(
            Table(
                columns=(
                    Column(name=say("column_step"), number=False),
                    Column(name=say("column_rows")),
                    Column(name=say("column_share")),
                ),
                rows=rows,
            ),
        ),
        notes=(say("order_note"),),
    )


def _steps_row(apart: NDArray[np.int64], step: int, say: Say) -> Row:
    at = apart == step
    return Row(cells=(_step(step, say), str(int(at.sum())), percent(float(at.mean()))), strong=step == 0)


def _step(step: int, say: Say) -> str:
    return say("step_right") if step == 0 else say("step_low" if step < 0 else "step_high", n=abs(step))


def levels(given: Measured, say: Say) -> Section | None:
    """None for a field without levels."""
    found = given.figures.get("levels")
    if not found:
        return None
    deepest = max(found, key=int)
    return Section(
        key="levels",
        title=say("levels_title"),
        sentences=(
            say("levels_top", top=percent(given.figures["top_accuracy"])),
            say(
                "levels_deep",
                depth=deepest,
                share=percent(found[deepest]["accuracy"]),
                n=f"{found[deepest]['n']:,}",
            ),
            say("levels_stopped", share=percent(given.figures["stopped_above"])),
            say("levels_f1", f1=decimal(given.figures["hierarchical_f1"])),
        ),
        tables=(
            Table(
                columns=tuple(Column(name=say(f"column_{name}")) for name in ("level", "rows", "right")),
                rows=tuple(
                    Row(cells=(depth, f"{each['n']:,}", percent(each["accuracy"])))
                    for depth, each in found.items()
                ),
            ),
        ),
        notes=(say("levels_note"),),
    )
