"""What the model would do alone: coverage against precision, with the target and the thresholds' point."""

from __future__ import annotations

from training.reliability import Point, coverage_curve
from training.report.blocks import Figure, Section
from training.report.charts import Line, Plot, plot, shares
from training.report.contents import Measured
from training.report.wording import Say, base_of, out_of, percent, tidy

SUREST = 0.5
"""The share of the most confident answers that a sentence tells of."""


def section(given: Measured, say: Say) -> Section:
    """Of how many requests it takes care, and how many of these it gets wrong."""
    points = coverage_curve(given.confidence, given.held)
    target = given.guarantee.target if given.guarantee is not None else None
    return Section(
        key="alone",
        title=say("alone_title"),
        sentences=(*_handled(given, say), *_promised(given, say), _surest(points, say)),
        figures=(
            Figure(
                svg=plot(_plot(given, points, target, say)),
                caption=say(_caption(given)),
            ),
        ),
        notes=(say("alone_note"),),
    )


def _caption(given: Measured) -> str:
    if given.guarantee is None:
        return "alone_caption_untried"
    return "alone_caption" if given.alone.any() else "alone_caption_no_dot"


def _handled(given: Measured, say: Say) -> list[str]:
    if given.guarantee is None:
        return [say("alone_unfitted")]
    coverage, precision = given.figures["coverage"], given.figures.get("automatic_precision")
    if precision is None:
        return [say("alone_nothing", target=tidy(given.guarantee.target))]
    wrong = coverage * (1 - precision)
    base = base_of(coverage, wrong)
    values = {"base": f"{base:,}", "alone": out_of(base, coverage), "wrong": out_of(base, wrong)}
    told = [say("alone_handled", **values)]
    if coverage < 1:
        rest = ~given.alone
        told.append(say("alone_rest", share=percent(1 - coverage), right=percent(given.held[rest].mean())))
    return told


def _promised(given: Measured, say: Say) -> list[str]:
    promise, realised = given.guarantee, given.figures.get("automatic_precision")
    if promise is None or promise.lower_bound is None:
        return []
    told = [
        say(
            "alone_promise",
            target=tidy(promise.target),
            rows=f"{promise.rows:,}",
            coverage=percent(promise.coverage),
            precision=percent(promise.precision),
            bound=percent(promise.lower_bound),
            confidence=percent(promise.confidence, digits=0),
        )
    ]
    if promise.drawn:
        key = "alone_drawn" if promise.drawn == promise.rows else "alone_checked"
        told.append(say(key, rows=f"{promise.rows:,}", drawn=f"{promise.drawn:,}"))
    if realised is not None:
        key = "alone_held" if realised >= promise.target else "alone_missed"
        told.append(
            say(key, realised=percent(realised), n=f"{int(given.alone.sum()):,}", target=tidy(promise.target))
        )
    return told


def _surest(points: list[Point], say: Say) -> str:
    near = min(points, key=lambda each: abs(each.coverage - SUREST))
    return say("alone_surest", coverage=percent(near.coverage, digits=0), precision=percent(near.precision))


def _plot(given: Measured, points: list[Point], target: float | None, say: Say) -> Plot:
    seen = [each for each in points if each.coverage >= 0.02] or points
    lowest = min([each.precision for each in seen] + ([target] if target is not None else []))
    step = 0.25 if lowest < 0.75 else 0.1 if lowest < 0.9 else 0.05
    low = max(0.0, 1 - step * -(-(1 - lowest) // step))
    precision = given.figures.get("automatic_precision")
    return Plot(
        title=say("alone_title"),
        x_name=say("axis_coverage"),
        y_name=say("axis_precision"),
        x_ticks=shares(),
        y_ticks=shares(min(low, 1 - step), step=step if low > 0 else 0.25),
        lines=[Line(name=say("axis_precision"), points=[(each.coverage, each.precision) for each in seen])],
        level=None if target is None else (target, say("alone_target", target=tidy(target))),
        mark=None if precision is None else (given.figures["coverage"], precision, say("alone_mark")),
    )
