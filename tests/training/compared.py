"""Two made-up models that answer the same rows, as the gate sees them."""

from __future__ import annotations

import numpy as np

from training.gate_rows import Answers, Compared, FieldPair, GradePair

TYPE = (0.24, 0.18, 0.14, 0.12, 0.10, 0.08, 0.06, 0.05, 0.03)


def drawn(*, better: float, fields: int = 1, rows: int = 2000, seed: int = 0) -> Compared:
    """One row in ten is answered otherwise by the challenger, which is right more often by `better`. fields:
    the type alone, or with urgency and the grades too."""
    random = np.random.default_rng(seed)
    made = [_field(random, "type", TYPE, rows, better)]
    grades = None
    if fields > 1:
        made.append(_field(random, "urgency", (0.2, 0.6, 0.2), rows, better))
        ranks = [3 - each for each in (made[1].truth, made[1].champion.said, made[1].challenger.said)]
        grades = GradePair(
            rows=np.arange(rows),
            truth=ranks[0],
            champion=ranks[1],
            challenger=ranks[2],
            too_low=3,
            too_high=1,
        )
    return Compared(
        fields=tuple(made),
        languages=np.where(random.random(rows) < 1 / 3, "en", "zh"),
        groups=np.arange(rows),
        recent=np.arange(rows) >= rows // 2,
        grades=grades,
    )


def _field(
    random: np.random.Generator, code: str, shares: tuple[float, ...], rows: int, better: float
) -> FieldPair:
    truth = random.choice(len(shares), p=shares, size=rows)
    draw = random.random(rows)
    one, two = draw < (0.1 - better) / 2, draw > 1 - (0.1 + better) / 2
    both = ~one & ~two & (random.random(rows) < 0.85)
    wrong = (truth + random.integers(1, len(shares), size=rows)) % len(shares)
    sure = np.clip(random.beta(8, 2, rows), 0.2, 0.999)
    return FieldPair(
        code=code,
        labels=tuple(f"{code}{i}" for i in range(len(shares))),
        ordered=code == "urgency",
        rows=np.arange(rows),
        truth=truth,
        champion=Answers(said=np.where(one | both, truth, wrong), confidence=sure),
        challenger=Answers(said=np.where(two | both, truth, wrong), confidence=sure),
    )
