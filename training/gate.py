"""The gate: whether a challenger may replace the champion, by what both said to the same rows.

It passes where it is shown to be better at one goal at least (macro-F1 of a field, quadratic kappa of an
ordered one, expected cost of grades; paired bootstrap over groups of duplicates, one-sided 95 %, Holm 1979
over the goals), is shown to be worse at none, and holds every floor. A floor with rows enough is a test of
non-inferiority: that it is worse by less than the margin has to be shown, Holm over the floors. Where rows
are too few for that to be shown even of an equal model, the floor is broken where it is shown to be worse at
all, Holm over these. Time and size are compared as they were measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.gate_measures import Floor, Goal, Measure, floors, goals
from training.gate_rows import Compared
from training.gate_verdict import Finding, Result, Test, Verdict

RISK = 0.05
RESAMPLES = 2000
CHUNK = 250
"""Draws that are worked at once, so that 20,000 rows take 40 MB."""
FEWEST_ROWS = 200
"""Labelled rows of a field below which two models are not compared on it."""
ENOUGH = 300
"""Rows of a floor from which on its margin is tested. A model that is as good, with one row in ten
answered otherwise, then shows that it is within 5 points nine times in ten; with fewer rows less often."""
SLOWER, SLACK_MS = 1.5, 2.0
LARGER, SLACK_BYTES = 1.5, 10_000_000


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A measure of both models. differences: challenger less champion, one for each draw."""

    champion: float
    challenger: float
    differences: NDArray[np.float64]

    @property
    def difference(self) -> float:
        """The measured one."""
        return self.challenger - self.champion

    def chance_below(self, bound: float) -> float:
        """The share of draws at or below a bound: the p-value of `it is more than that`."""
        return float((1 + (self.differences <= bound).sum()) / (1 + len(self.differences)))

    def chance_above(self, bound: float) -> float:
        """The share of draws at or above a bound: the p-value of `it is less than that`."""
        return float((1 + (self.differences >= bound).sum()) / (1 + len(self.differences)))

    @property
    def interval(self) -> tuple[float, float]:
        """Both one-sided 95 % bounds."""
        low, high = np.quantile(self.differences, [RISK, 1 - RISK])
        return float(low), float(high)


def judge(compared: Compared, *, seed: int, resamples: int = RESAMPLES) -> Verdict:
    """The verdict on a challenger."""
    faults = [Finding(code=code, values=values) for code, values in compared.faults]
    faults += [
        Finding(code="too_few", values={"field": each.code, "rows": len(each.rows), "needed": FEWEST_ROWS})
        for each in compared.fields
        if len(each.rows) < FEWEST_ROWS
    ]
    rows = {"all": len(compared), "recent": int(compared.recent.sum())}
    rows["frozen"] = rows["all"] - rows["recent"]
    if faults or not compared.fields:
        found = faults or [Finding(code="nothing", values={})]
        return Verdict(
            result=Result.INCOMPARABLE, findings=tuple(found), tests=(), rows=rows, names=compared.names
        )
    wanted, held = list(goals(compared)), list(floors(compared))
    measures = [*(each.measure for each in wanted), *(each.measure for each in held)]
    drawn = _drawn(compared, measures, seed=seed, resamples=resamples)
    tests = [*_goal_tests(wanted, drawn[: len(wanted)]), *_floor_tests(held, drawn[len(wanted) :])]
    findings = _findings(tests, compared)
    passed = not any(each.stops for each in findings)
    return Verdict(
        result=Result.PASSED if passed else Result.REFUSED,
        findings=findings,
        tests=tuple(tests),
        rows=rows,
        names=compared.names,
    )


def holm(chances: Sequence[float], *, risk: float = RISK) -> list[bool]:
    """Which hypotheses fall, with the chance of one wrong fall at most `risk` (Holm 1979)."""
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    fallen = [False] * len(chances)
    for place, i in enumerate(order):
        if chances[i] > risk / (len(chances) - place):
            break
        fallen[i] = True
    return fallen


def _drawn(compared: Compared, measures: Sequence[Measure], *, seed: int, resamples: int) -> list[Drawn]:
    """Every measure on the same draws of groups of duplicates."""
    random = np.random.default_rng(seed)
    groups = np.unique(compared.groups, return_inverse=True)[1]
    count = int(groups.max()) + 1
    parts: list[list[NDArray[np.float64]]] = [[] for _ in measures]
    for start in range(0, resamples, CHUNK):
        size = min(CHUNK, resamples - start)
        taken = random.integers(count, size=(size, count)) + count * np.arange(size)[:, None]
        drawn = np.bincount(taken.ravel(), minlength=size * count).reshape(size, count)
        weights = drawn[:, groups].astype(np.float64)
        for part, measure in zip(parts, measures, strict=True):
            champion, challenger = measure(weights)
            part.append(challenger - champion)
    ones = np.ones((1, len(compared)))
    found = []
    for part, measure in zip(parts, measures, strict=True):
        champion, challenger = measure(ones)
        found.append(
            Drawn(
                champion=float(champion[0]), challenger=float(challenger[0]), differences=np.concatenate(part)
            )
        )
    return found


def _goal_tests(wanted: Sequence[Goal], drawn: Sequence[Drawn]) -> list[Test]:
    better = holm([each.chance_below(0.0) for each in drawn])
    worse = holm([each.chance_above(0.0) for each in drawn])
    return [
        _test(goal, each, kind="goal", chance=each.chance_below(0.0), holds=not bad, shown=good)
        for goal, each, good, bad in zip(wanted, drawn, better, worse, strict=True)
    ]


def _floor_tests(held: Sequence[Floor], drawn: Sequence[Drawn]) -> list[Test]:
    pairs = list(zip(held, drawn, strict=True))
    full = [(floor, each) for floor, each in pairs if floor.rows >= ENOUGH]
    thin = [(floor, each) for floor, each in pairs if floor.rows < ENOUGH]
    within = [each.chance_below(-floor.margin) for floor, each in full]
    worse = [each.chance_above(0.0) for _, each in thin]
    return [
        *(
            _test(floor, each, kind="floor", chance=chance, holds=shown, shown=shown, margin=floor.margin)
            for (floor, each), chance, shown in zip(full, within, holm(within), strict=True)
        ),
        *(
            _test(floor, each, kind="thin", chance=chance, holds=not bad, shown=bad, margin=floor.margin)
            for (floor, each), chance, bad in zip(thin, worse, holm(worse), strict=True)
        ),
    ]


def _test(
    what: Goal | Floor,
    drawn: Drawn,
    *,
    kind: str,
    chance: float,
    holds: bool,
    shown: bool,
    margin: float = 0.0,
) -> Test:
    low, high = drawn.interval
    return Test(
        kind=kind,
        name=what.name,
        field=what.field,
        of=what.of if isinstance(what, Floor) else "",
        rows=what.rows,
        champion=drawn.champion,
        challenger=drawn.challenger,
        low=low,
        high=high,
        margin=margin,
        p=chance,
        holds=holds,
        shown=shown,
    )


def _findings(tests: Sequence[Test], compared: Compared) -> tuple[Finding, ...]:
    found = [
        Finding(code="better", values=each.spoken, measure=each.name) for each in tests if _is_better(each)
    ]
    if not found:
        found.append(Finding(code="not_better", values={}, stops=True))
    for each in tests:
        if not each.holds:
            code = {"goal": "worse", "floor": "not_within", "thin": "worse_thin"}[each.kind]
            found.append(Finding(code=code, values=each.spoken, measure=each.name, stops=True))
    return (*found, *_burdens(compared))


def _is_better(test: Test) -> bool:
    return test.kind == "goal" and test.shown


def _burdens(compared: Compared) -> list[Finding]:
    if compared.burdens is None:
        return []
    champion, challenger = compared.burdens
    times = {"champion": f"{champion.milliseconds:.2f}", "challenger": f"{challenger.milliseconds:.2f}"}
    sizes = {"champion": f"{champion.size / 1e6:.1f}", "challenger": f"{challenger.size / 1e6:.1f}"}
    slow = challenger.milliseconds > SLOWER * champion.milliseconds + SLACK_MS
    large = challenger.size > LARGER * champion.size + SLACK_BYTES
    return [
        Finding(code="slower" if slow else "time", values=times, stops=slow),
        Finding(code="larger" if large else "size", values=sizes, stops=large),
    ]
