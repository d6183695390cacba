"""Corrections that look poisoned are set aside with the evidence, and wait for a lead.

The champion is the witness: its calibrated probabilities tell how often people should say otherwise. Far more
than that, of one class or by one reviewer, is no ordinary correction. So are labels that contradict those of
texts that say the same. A Poisson tail with TOLERANCE for a witness that is somewhat wrong is asked to be
below RISK / number of tests; small or mild excesses are left alone, since people are there to correct.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from features.bundle import TriageModel
from features.records import Prediction
from features.set_aside_words import evidence
from training.labels import Labelled

RISK = 0.001
TOLERANCE = 2.0
FEWEST = 10
"""Labels that one suspicion is about, at least."""
FEWEST_OF_REVIEWER = 30
SHARE = 0.3
"""Of a class, or of a reviewer's labels, from which on an excess is far from the rest."""
KNOWN_ROWS = 10
"""Rows that the champion learnt a label from, at least: of a label that is new to it, it is no witness."""


class Kind(StrEnum):
    """What looks wrong: a class, a reviewer, or labels against those of the same text."""

    CLASS = "class"
    REVIEWER = "reviewer"
    DUPLICATES = "duplicates"


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """Reviews set aside. of: the class `was > said`, or the reviewer. seen: labels that say otherwise, of
    `among`; expected: how many there should be."""

    kind: Kind
    field: str
    of: str
    seen: int
    among: int
    expected: float
    reviews: tuple[str, ...]

    @property
    def id(self) -> str:
        """Twelve digits that are the same for the same reviews."""
        words = json.dumps([self.kind, self.field, self.of, sorted(self.reviews)])
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    def sentence(self, language: str) -> str:
        """The evidence in `zh` or `en`."""
        numbers = (self.seen, self.among, self.expected)
        return evidence(self.kind.value, language, field=self.field, of=self.of, numbers=numbers)

    def as_data(self) -> dict[str, Any]:
        """Plain data, as it is kept."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "field": self.field,
            "of": self.of,
            "seen": self.seen,
            "among": self.among,
            "expected": round(self.expected, 3),
            "sentences": {language: self.sentence(language) for language in ("zh", "en")},
            "reviews": list(self.reviews),
        }


@dataclass(frozen=True, kw_only=True)
class _Vote:
    """One label: what the champion said, with its probabilities, and what a person said."""

    review: str
    reviewer: str
    was: str
    said: str
    shares: Mapping[str, float]
    group: str

    @property
    def differs(self) -> bool:
        return self.was != self.said


def suspicions(
    rows: Sequence[Labelled],
    champion: TriageModel,
    *,
    groups: Sequence[str],
    trusted: Mapping[tuple[str, str], str],
    released: Collection[str] = (),
) -> list[Suspicion]:
    """What looks poisoned in rows that people labelled.

    groups: the duplicate group of each row. trusted: (group, field) -> the label of data from before.
    released: reviews that a lead has looked at, which are not suspected again.
    """
    predictions = champion.predict([row.request for row in rows])
    found: list[Suspicion] = []
    for code in champion.heads:
        votes = list(_votes(rows, predictions, champion, code, groups=groups))
        found += _classes(code, votes)
        found += _reviewers(code, votes)
        found += _duplicates(code, votes, trusted)
    return [each for each in found if len(set(each.reviews) - set(released)) >= FEWEST]


def _votes(
    rows: Sequence[Labelled],
    predictions: Sequence[Prediction],
    champion: TriageModel,
    code: str,
    *,
    groups: Sequence[str],
) -> Iterator[_Vote]:
    field = champion.taxonomy.field(code)
    known = {label.code for label in field.labels if label.rows is None or label.rows >= KNOWN_ROWS}
    for row, prediction, group in zip(rows, predictions, groups, strict=True):
        said = field.resolve(row.labels[code]) if code in row.labels else None
        if said is None or said not in known or code not in prediction.fields:
            continue
        shares = prediction.fields[code].probabilities
        yield _Vote(
            review=row.reviews[code],
            reviewer=row.reviewers[code],
            was=max(shares, key=lambda label: shares[label]),
            said=said,
            shares=shares,
            group=group,
        )


def _classes(code: str, votes: Sequence[_Vote]) -> Iterator[Suspicion]:
    """Pairs of labels that people exchange far more often than the champion's doubts explain."""
    by_class, pairs = defaultdict[str, list[_Vote]](list), defaultdict[tuple[str, str], list[_Vote]](list)
    for vote in votes:
        by_class[vote.was].append(vote)
        if vote.differs:
            pairs[vote.was, vote.said].append(vote)
    for (was, said), moved in sorted(pairs.items()):
        among = by_class[was]
        expected = sum(vote.shares.get(said, 0.0) for vote in among)
        if _far(len(moved), len(among), expected, tests=len(pairs)):
            yield _suspicion(Kind.CLASS, code, f"{was} > {said}", moved, len(among), expected)


def _reviewers(code: str, votes: Sequence[_Vote]) -> Iterator[Suspicion]:
    """Reviewers who say otherwise far more often than the champion's doubts and the others explain."""
    of = defaultdict[str, list[_Vote]](list)
    for vote in votes:
        of[vote.reviewer].append(vote)
    for reviewer, mine in sorted(of.items()):
        others = [vote for vote in votes if vote.reviewer != reviewer]
        if min(len(mine), len(others)) < FEWEST_OF_REVIEWER:
            continue
        moved = [vote for vote in mine if vote.differs]
        surplus = sum(vote.differs for vote in others) - _doubt(others)
        expected = _doubt(mine) + max(surplus, 0.0) / len(others) * len(mine)
        excess = (len(moved) - expected) / len(mine)
        if excess >= SHARE and _far(len(moved), len(mine), expected, tests=len(of)):
            yield _suspicion(Kind.REVIEWER, code, reviewer, mine, len(mine), expected, seen=len(moved))


def _duplicates(
    code: str, votes: Sequence[_Vote], trusted: Mapping[tuple[str, str], str]
) -> Iterator[Suspicion]:
    """Pairs of labels exchanged in texts that say what a labelled text of before says."""
    same, pairs = defaultdict[str, list[_Vote]](list), defaultdict[tuple[str, str], list[_Vote]](list)
    for vote in votes:
        before = trusted.get((vote.group, code))
        if before is not None:
            same[before].append(vote)
            if before != vote.said:
                pairs[before, vote.said].append(vote)
    for (before, said), moved in sorted(pairs.items()):
        expected = 0.1 * len(same[before])  # people agree with themselves on nine of ten at the least
        if _far(len(moved), len(same[before]), expected, tests=len(pairs)):
            yield _suspicion(Kind.DUPLICATES, code, f"{before} > {said}", moved, len(same[before]), expected)


def _suspicion(
    kind: Kind,
    code: str,
    of: str,
    votes: Sequence[_Vote],
    among: int,
    expected: float,
    *,
    seen: int | None = None,
) -> Suspicion:
    return Suspicion(
        kind=kind,
        field=code,
        of=of,
        seen=len(votes) if seen is None else seen,
        among=among,
        expected=expected,
        reviews=tuple(sorted({vote.review for vote in votes})),
    )


def _doubt(votes: Sequence[_Vote]) -> float:
    """How many of these the champion itself expects to be corrected."""
    return sum(1 - vote.shares[vote.was] for vote in votes)


def _far(seen: int, among: int, expected: float, *, tests: int) -> bool:
    from scipy.stats import poisson

    if seen < FEWEST or seen < SHARE * among:
        return False
    return float(poisson.sf(seen - 1, TOLERANCE * expected + 1)) < RISK / max(tests, 1)
