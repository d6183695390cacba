"""Pairs of simulated models, answered row by row, as the whole gate sees them.

Each field has labels as frequent as in real desks, a third of rows in one language; the champion is right in
four of five. On DISCORDANT of the rows one of the two is right and the other wrong; where both are wrong they
say the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.policy import Policy
from features.records import Grade
from training.gate_rows import Answers, Compared, FieldPair, GradePair

RIGHT = 0.80
DISCORDANT = 0.10
TYPE = (0.24, 0.18, 0.14, 0.12, 0.10, 0.08, 0.06, 0.05, 0.03)
URGENCY, IMPACT = ("long_term", "routine", "urgent"), ("low", "medium", "high")
SHARES = {"urgency": (0.2, 0.6, 0.2), "impact": (0.5, 0.35, 0.15)}


def pair(random: np.random.Generator, *, rows: int, better: float, fields: int) -> Compared:
    """Two models on the same rows. better: points of accuracy, 0.02 for two. fields: 1 for the type alone,
    3 for urgency and impact too, with the grades that follow."""
    made = [_field(random, "type", tuple(f"t{i}" for i in range(len(TYPE))), TYPE, rows, better)]
    if fields > 1:
        made.append(_field(random, "urgency", URGENCY, SHARES["urgency"], rows, better))
        made.append(_field(random, "impact", IMPACT, SHARES["impact"], rows, better))
    return Compared(
        fields=tuple(made),
        languages=np.where(random.random(rows) < 1 / 3, "en", "zh"),
        groups=np.arange(rows),
        recent=np.arange(rows) >= rows // 2,
        grades=_grades(made[1], made[2]) if fields > 1 else None,
    )


def _field(
    random: np.random.Generator, code: str, labels: tuple[str, ...], shares: tuple[float, ...], rows: int,
    better: float,
) -> FieldPair:  # fmt: skip
    truth = random.choice(len(labels), p=shares, size=rows)
    draw = random.random(rows)
    only_challenger = draw < (DISCORDANT + better) / 2
    only_champion = ~only_challenger & (draw < DISCORDANT)
    both = random.random(rows) < (RIGHT - (DISCORDANT - better) / 2) / (1 - DISCORDANT)
    wrong = _wrong(random, truth, len(labels), ordered=code != "type")
    champion, challenger = (
        np.where(~alone & (other | both), truth, wrong)
        for alone, other in ((only_challenger, only_champion), (only_champion, only_challenger))
    )
    # confidence is what a calibrated model would have: surer where it is right, alike for both
    sure = np.clip(random.beta(8, 2, rows), 0.2, 0.999)
    return FieldPair(
        code=code,
        labels=labels,
        ordered=code != "type",
        rows=np.arange(rows),
        truth=truth,
        champion=Answers(said=champion, confidence=sure),
        challenger=Answers(said=challenger, confidence=np.clip(sure + better, 0, 1)),
    )


def _wrong(
    random: np.random.Generator, truth: NDArray[np.int64], labels: int, *, ordered: bool
) -> NDArray[np.int64]:
    """A wrong label for each row; of an ordered field mostly the next one."""
    if not ordered:
        return (truth + random.integers(1, labels, size=len(truth))) % labels
    step = np.where(random.random(len(truth)) < 0.5, 1, -1)
    moved = truth + step
    return np.where((moved < 0) | (moved >= labels), truth - step, moved)


def _grades(urgency: FieldPair, impact: FieldPair) -> GradePair:
    policy = Policy.default()
    table = np.array([[Grade(policy.matrix[i][u]).rank for u in URGENCY] for i in IMPACT])
    return GradePair(
        rows=urgency.rows,
        truth=table[impact.truth, urgency.truth],
        champion=table[impact.champion.said, urgency.champion.said],
        challenger=table[impact.challenger.said, urgency.challenger.said],
        too_low=policy.caution.too_low,
        too_high=policy.caution.too_high,
    )
