"""From out-of-fold answers to cutoffs that hold a precision, and the guarantee that goes with them.

A field has one cutoff, found by testing cutoffs from the highest down and stopping at the first that cannot
be shown to hold the target: each test is a one-sided Clopper-Pearson bound at 95 %, and by the fixed order
they need no correction (fixed-sequence testing; Angelopoulos et al. 2021, Learn then Test). A label with
many answers is tested alone. Which cutoffs are tested depends on confidences alone, never on the truth.

Rows that say the same thing are no independent evidence: bounds count Kish's effective number of rows,
(sum of w)^2 / sum of w^2 over groups of w duplicates, as Korn and Graubard (1998) do for surveys; where rows
weigh differently, w is what the rows of a group weigh together, and precision is the weighted share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from features.guarantees import CONFIDENCE, Guarantee, LabelGuarantee, Rule

FEWEST_FOR_OWN = 200
"""Out-of-fold answers from which on a label is tested alone."""
RISK = 1 - CONFIDENCE
STEPS = 100


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Answers that can be checked: for each row the label said, its calibrated probability, whether it was
    right, and the duplicate group of the row. weights: for how many requests each row stands, None for as
    many each."""

    said: NDArray[np.str_]
    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    groups: NDArray[np.int64]
    weights: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.said)

    @property
    def weight(self) -> NDArray[np.float64]:
        """What each row weighs."""
        return np.ones(len(self)) if self.weights is None else self.weights

    @property
    def precision(self) -> float:
        """The weighted share that is right; there must be a row."""
        return float((self.weight * self.right).sum() / self.weight.sum())

    def where(self, chosen: NDArray[np.bool_]) -> Claims:
        """The claims of some rows."""
        return Claims(
            said=self.said[chosen],
            confidence=self.confidence[chosen],
            right=self.right[chosen],
            groups=self.groups[chosen],
            weights=None if self.weights is None else self.weights[chosen],
        )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of a field: its target, and labels that have another one.

    risk: the chance of a broken promise that each of the two families of tests may take.
    """

    target: float
    of_labels: Mapping[str, float]
    risk: float = RISK


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Answers of one level of a field, for every row, and the labels they are of."""

    claims: Claims
    labels: Sequence[str]


def guarantee(stages: Sequence[Stage], asked: Asked, *, data_hash: str, reviewed: bool = False) -> Guarantee:
    """The thresholds of a field, and what is promised with them.

    stages: one for a flat field; for one with levels the deepest first, and each later one counts only for
    rows that no stage before it answers. They share the risk evenly. In each:

    1. One cutoff for the field, over all rows. 2. A label with FEWEST_FOR_OWN answers, or with a target of
    its own, is tested alone, at risk / number of such labels. 3. Any other label, and one of step 2 that
    was asked no other target and could not be shown to hold it, takes the field's cutoff, or goes to review
    where its own precision there is significantly below the target. 4. Where all that is automatic by then
    does not hold the target together, the labels of step 3 get a cutoff of their rows together instead.
    """
    told: dict[str, LabelGuarantee] = {}
    rows = stages[0].claims
    waiting = np.ones(len(rows), dtype=bool)
    each = replace(asked, risk=asked.risk / len(stages))
    for stage in stages:
        found = _stage(stage.claims.where(waiting), stage.labels, each)
        told |= found
        waiting &= ~reached(stage.claims, {label: one.cutoff for label, one in found.items()})
    automatic = answered(stages, {label: one.cutoff for label, one in told.items()})
    return Guarantee(
        target=asked.target,
        rows=len(rows),
        coverage=float(automatic.weight.sum() / rows.weight.sum()) if len(rows) else 0.0,
        precision=automatic.precision if len(automatic) else None,
        lower_bound=bound(automatic, risk=asked.risk) if len(automatic) else None,
        labels=told,
        data_hash=data_hash,
        reviewed=reviewed,
        confidence=1 - asked.risk,
    )


def answered(stages: Sequence[Stage], cutoffs: Mapping[str, float | None]) -> Claims:
    """The rows that are automatic under cutoffs, each with the answer of the first stage that gives one."""
    rows = stages[0].claims
    said, right, waiting = rows.said, rows.right, np.ones(len(rows), dtype=bool)
    for stage in stages:
        own = {label: cutoffs.get(label) for label in stage.labels}
        now = waiting & reached(stage.claims, own)
        said, right = np.where(now, stage.claims.said, said), np.where(now, stage.claims.right, right)
        waiting &= ~now
    return replace(rows, said=said, right=right).where(~waiting)


def _stage(claims: Claims, labels: Sequence[str], asked: Asked) -> dict[str, LabelGuarantee]:
    claims = claims.where(np.isin(claims.said, labels))
    tested = _own_cutoffs(claims, labels, asked)
    own = {label: found for label, found in tested.items() if found is not None or label in asked.of_labels}
    others = [label for label in labels if label not in own]
    shared = _with_review(claims, others, _shared(claims, asked), asked)
    if not _holds(claims, own | shared, asked):
        alone = claims.where(np.isin(claims.said, others))
        shared = _with_review(claims, others, _shared(alone, asked), asked)
    cutoffs = own | shared
    return {
        label: _told(claims, label, cutoffs[label], asked, tests=len(tested) if label in own else 0)
        for label in labels
    }


def cutoff(claims: Claims, *, target: float, risk: float) -> float | None:
    """The lowest confidence down to which every tested cutoff holds the target; None where none does."""
    order = np.argsort(-claims.confidence, kind="stable")
    confidence, weight = claims.confidence[order], claims.weight[order]
    precision = np.cumsum(weight * claims.right[order]) / np.cumsum(weight)
    effective = _effective(claims.groups[order], weight)
    found = None
    for place in _places(confidence, effective, target=target, risk=risk):
        n = effective[place]
        if lower_bound(precision[place] * n, n, risk=risk) < target:
            break
        found = float(confidence[place])
    return found


def lower_bound(right: float, n: float, *, risk: float) -> float:
    """The one-sided Clopper-Pearson lower bound of a share of `right` in n."""
    from scipy.special import betaincinv

    return float(betaincinv(right, n - right + 1, risk)) if right > 0 else 0.0


def upper_bound(right: float, n: float, *, risk: float) -> float:
    """The one-sided Clopper-Pearson upper bound of a share of `right` in n."""
    from scipy.special import betaincinv

    return float(betaincinv(right + 1, n - right, 1 - risk)) if right < n else 1.0


def bound(claims: Claims, *, risk: float) -> float:
    """The lower bound of the precision of claims, duplicates counted as one piece of evidence."""
    n = effective_rows(claims)
    return lower_bound(claims.precision * n, n, risk=risk)


def effective_rows(claims: Claims) -> float:
    """Kish's effective number of rows."""
    return float(_effective(claims.groups, claims.weight)[-1]) if len(claims) else 0.0


def reached(claims: Claims, cutoffs: Mapping[str, float | None]) -> NDArray[np.bool_]:
    """Which claims are at or over the cutoff of their label."""
    labels, places = np.unique(claims.said, return_inverse=True)
    found = [cutoffs.get(label) for label in labels.tolist()]
    return claims.confidence >= np.array([np.inf if each is None else each for each in found])[places]


@lru_cache(maxsize=1024)
def needed(mistakes: int, *, target: float, risk: float) -> int:
    """The fewest rows that show a target with so many mistakes among them."""
    low, high = mistakes + 1, 2
    while lower_bound(high - mistakes, high, risk=risk) < target:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        if lower_bound(middle - mistakes, middle, risk=risk) >= target:
            high = middle
        else:
            low = middle + 1
    return low


def _places(
    confidence: NDArray[np.float64], effective: NDArray[np.float64], *, target: float, risk: float
) -> list[int]:
    """The last position of each tested cutoff, rows of equal confidence together.

    The first test takes a fifth of the rows, but neither fewer than show the target with one mistake nor
    more than show it with five: so that one wrong label at the top does not end the search. Where there
    are fewer rows, it takes those that show it without a mistake.
    """
    few, some, enough = (needed(n, target=target, risk=risk) for n in (0, 1, 5))
    total = effective[-1] if len(effective) else 0.0
    first = few if total < some else max(some, min(total / 5, enough))
    begins = np.flatnonzero(effective >= first)
    if not len(begins):
        return []
    step = max(1, len(confidence) // STEPS)
    tested = np.append(np.arange(begins[0], len(confidence), step), len(confidence) - 1)
    ends = np.searchsorted(-confidence, -confidence[tested], side="right") - 1
    return [int(end) for end in np.unique(ends)]


def _effective(groups: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kish's effective number of rows of each prefix."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    sums = np.cumsum(weight[order]) - weight[order]
    before = np.empty(len(groups))  # what the rows of its group before each row weigh
    before[order] = sums - np.repeat(sums[starts], np.diff(np.append(starts, len(groups))))
    squares = np.cumsum(2 * before * weight + weight**2)
    return np.asarray(np.cumsum(weight) ** 2 / squares, dtype=np.float64)


def _own_cutoffs(claims: Claims, labels: Sequence[str], asked: Asked) -> dict[str, float | None]:
    counts = {label: int((claims.said == label).sum()) for label in labels}
    alone = [label for label in labels if counts[label] >= FEWEST_FOR_OWN or label in asked.of_labels]
    return {
        label: cutoff(
            claims.where(claims.said == label),
            target=asked.of_labels.get(label, asked.target),
            risk=asked.risk / len(alone),
        )
        for label in alone
    }


def _shared(claims: Claims, asked: Asked) -> float | None:
    return cutoff(claims, target=asked.target, risk=asked.risk)


def _with_review(
    claims: Claims, labels: Sequence[str], found: float | None, asked: Asked
) -> dict[str, float | None]:
    """The shared cutoff for each label, or None where the label is significantly worse than the target: at
    risk / number of labels, since of 77 labels as good as the target four would look worse by chance."""
    each = replace(asked, risk=asked.risk / max(1, len(labels)))
    return {label: None if _worse(claims, label, found, each) else found for label in labels}


def _worse(claims: Claims, label: str, found: float | None, asked: Asked) -> bool:
    mine = claims.where(reached(claims, {label: found}))
    if not len(mine):
        return False
    n = effective_rows(mine)
    return upper_bound(mine.precision * n, n, risk=asked.risk) < asked.target


def _holds(claims: Claims, cutoffs: Mapping[str, float | None], asked: Asked) -> bool:
    """Whether all that is automatic holds the field's target; labels of another target are left out."""
    of_field = {label: each for label, each in cutoffs.items() if label not in asked.of_labels}
    automatic = claims.where(reached(claims, of_field))
    return not len(automatic) or bound(automatic, risk=asked.risk) >= asked.target


def _told(claims: Claims, label: str, found: float | None, asked: Asked, *, tests: int) -> LabelGuarantee:
    """tests: how many labels were tested alone, 0 for a label that was not."""
    automatic = claims.where(reached(claims, {label: found}))
    rule = Rule.REVIEW if found is None else Rule.OWN if tests else Rule.FIELD
    made = LabelGuarantee(
        rule=rule,
        target=asked.of_labels.get(label, asked.target),
        cutoff=found,
        predicted=int((claims.said == label).sum()),
        automatic=len(automatic),
        right=int(automatic.right.sum()),
    )
    if tests and len(automatic):
        return replace(made, lower_bound=bound(automatic, risk=asked.risk / tests))
    return made
