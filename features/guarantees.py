"""What is promised of a field's automatic answers: at which precision, on which evidence.

A guarantee is made with the thresholds (training.thresholds) and travels with them in the manifest. It is
sealed: a hash over target, evidence, thresholds, labels and calibration, so that a cutoff changed by hand
is not taken for one that was fitted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from features.errors import BundleError

CONFIDENCE = 0.95
"""How sure each promise is: it is broken in at most one of twenty trainings."""
METHOD = "fixed sequence of cutoffs, one-sided Clopper-Pearson, out-of-fold rows"


class Rule(StrEnum):
    """Which cutoff a label has: its own, the one of its field, or none, so that a person looks."""

    OWN = "own"
    FIELD = "field"
    REVIEW = "review"


@dataclass(frozen=True, kw_only=True)
class LabelGuarantee:
    """One label's share in a field's guarantee.

    cutoff: None under Rule.REVIEW. predicted: out-of-fold rows answered with this label; automatic: those at
    or over the cutoff, and right: how many of these were. lower_bound: of the label's own precision, at
    the level it was tested; None where it was not tested alone, and then nothing is promised of it alone.
    """

    rule: Rule
    target: float
    cutoff: float | None
    predicted: int
    automatic: int
    right: int
    lower_bound: float | None = None


@dataclass(frozen=True, kw_only=True)
class Guarantee:
    """What is promised of one field.

    target: the precision asked for over all automatic rows of the field. rows: out-of-fold rows. coverage:
    the share of them that is automatic. precision: the share of the automatic ones that is right, and
    lower_bound its one-sided bound at `confidence`; None where nothing is automatic. data_hash: of the rows
    that thresholds were fitted on. reviewed: whether people of the company reviewed those rows. drawn: how
    many rows chance took, of which coverage and precision then are; 0 where these were too few, and coverage
    and precision are of all rows. Where `drawn` is as many as `rows`, thresholds rest on these alone.
    """

    target: float
    rows: int
    coverage: float
    precision: float | None
    lower_bound: float | None
    labels: Mapping[str, LabelGuarantee]
    data_hash: str
    reviewed: bool = False
    confidence: float = CONFIDENCE
    method: str = METHOD
    drawn: int = 0
    seal: str = field(default="")

    @property
    def cutoffs(self) -> dict[str, float | None]:
        """Label -> cutoff, None where a person always looks: the thresholds of a manifest."""
        return {label: each.cutoff for label, each in self.labels.items()}

    def as_data(self) -> dict[str, Any]:
        """Plain data, as in a manifest; without `drawn` where it is 0, as before there was such a figure."""
        return {name: value for name, value in asdict(self).items() if name != "drawn" or value}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Guarantee:
        """Make it again from `as_data`. Raises KeyError, TypeError or ValueError where it is not whole."""
        labels = {
            label: LabelGuarantee(**{**each, "rule": Rule(each["rule"])})
            for label, each in data["labels"].items()
        }
        return cls(**{**data, "labels": labels})


def seal_of(
    guarantee: Mapping[str, Any],
    *,
    thresholds: Mapping[str, float | None],
    calibration: Mapping[str, Any],
) -> str:
    """The hash that binds a guarantee to the thresholds and the calibration it was made with."""
    content = {name: value for name, value in guarantee.items() if name != "seal"}
    words = json.dumps([content, dict(thresholds), dict(calibration)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def check_seals(
    where: object,
    guarantees: Mapping[str, Mapping[str, Any]],
    *,
    thresholds: Mapping[str, Mapping[str, float | None]],
    calibrations: Mapping[str, Mapping[str, Any]],
) -> None:
    """Raise BundleError where a guarantee is not of the thresholds and the calibration beside it."""
    for code, each in guarantees.items():
        made = seal_of(each, thresholds=thresholds.get(code, {}), calibration=calibrations.get(code, {}))
        if made != each.get("seal"):
            raise BundleError(
                f"The thresholds of {code!r} in {where} are not those that were fitted: their seal does not "
                "match; train again, with --target if another precision is wanted."
            )
