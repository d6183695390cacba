"""How good the answers are, as far as people's reviews can tell.

Unbiased accuracy comes from requests that chance took and that were judged before the prediction was seen,
each weighted by the inverse of its probability. What people let stand after they saw it is told beside, since
it flatters: a person shown an answer tends to accept it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from features.agreement import Share, kappa, share_of
from features.outcome import standing
from features.reviews import Purpose, Review
from features.taxonomy import Taxonomy
from serving.slices import FIRST
from serving.store import draws, judged
from serving.store.judged import Judged

if TYPE_CHECKING:
    from serving.services import Services

DAYS = 90
MOST = 20_000
"""So many of the newest reviews are looked at: a page must not read them all."""


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Of one field: how often the model was right. blind: unbiased; shown: where it was seen first."""

    field: str
    blind: Share | None
    shown: Share | None


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """How often one reviewer changed what they were shown of one field."""

    reviewer: str
    field: str
    changed: Share


@dataclass(frozen=True, kw_only=True)
class Pair:
    """How far two people agree on one field. number: of requests that both judged. kappa: None where chance
    alone would make them agree."""

    first: str
    second: str
    field: str
    number: int
    agreed: float
    kappa: float | None


@dataclass(frozen=True, kw_only=True)
class Quality:
    """The report. stages: what the requests that chance took wait for. reviews: how many it is made of."""

    accuracies: tuple[Accuracy, ...]
    corrections: tuple[Corrections, ...]
    pairs: tuple[Pair, ...]
    stages: Mapping[str, int]
    reviews: int


def report(services: Services) -> Quality:
    """The reviews of the last 90 days, at most 20,000 of them."""
    moment = services.tools.clock() - timedelta(days=DAYS)
    with services.store.read() as connection:
        found = judged.since(connection, moment, most=MOST)
        stages = draws.waiting(connection)
    return made_of(found, services.taxonomy, stages=stages)


def made_of(found: Sequence[Judged], taxonomy: Taxonomy, *, stages: Mapping[str, int]) -> Quality:
    """The report of some reviews, oldest first."""
    stand = {each.id for each in standing(each.review for each in found)}
    kept = [each for each in found if each.review.id in stand]
    return Quality(
        accuracies=tuple(_accuracy(code, kept, taxonomy) for code in taxonomy.fields),
        corrections=_corrections(kept, taxonomy),
        pairs=_pairs([each.review for each in kept], taxonomy),
        stages=stages,
        reviews=len(kept),
    )


def _accuracy(code: str, kept: Iterable[Judged], taxonomy: Taxonomy) -> Accuracy:
    blind: list[tuple[bool, float]] = []
    shown: list[bool] = []
    for each in kept:
        hit = _hit(each, code, taxonomy)
        if hit is None:
            continue
        chance = each.review.selection_probability
        if each.review.purpose is Purpose.BLIND and chance:
            blind.append((hit, 1 / chance))
        elif each.review.purpose is Purpose.WORK and each.review.shown:
            shown.append(hit)
    weights = [weight for _, weight in blind]
    return Accuracy(
        field=code, blind=share_of([hit for hit, _ in blind], weights=weights), shown=share_of(shown)
    )


def _hit(each: Judged, code: str, taxonomy: Taxonomy) -> bool | None:
    """Whether the person said of a field what the model had; None where either said nothing."""
    said, predicted = each.review.labels.get(code), each.prediction.fields.get(code)
    if said is None or predicted is None:
        return None
    field = taxonomy.fields[code]
    return (field.resolve(said) or said) == (field.resolve(predicted.label) or predicted.label)


def _corrections(kept: Iterable[Judged], taxonomy: Taxonomy) -> tuple[Corrections, ...]:
    changed: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for each in kept:
        if each.review.purpose is not Purpose.WORK or not each.review.shown:
            continue
        for code in taxonomy.fields:
            hit = _hit(each, code, taxonomy)
            if hit is not None:
                changed[each.review.reviewer, code].append(not hit)
    return tuple(
        Corrections(reviewer=reviewer, field=code, changed=share)
        for (reviewer, code), those in sorted(changed.items())
        if (share := share_of(those)) is not None
    )


def _pairs(kept: Iterable[Review], taxonomy: Taxonomy) -> tuple[Pair, ...]:
    """Agreement between the first person's word and the second's, by pair and field."""
    by_request: dict[str, list[Review]] = defaultdict(list)
    for each in kept:
        by_request[each.request_id].append(each)
    said: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for those in by_request.values():
        second = next((each for each in those if each.purpose is Purpose.SECOND), None)
        first = next((each for each in those if each.purpose in FIRST), None)
        if first is None or second is None:
            continue
        for code in taxonomy.fields:
            if code in first.labels and code in second.labels:
                both = (first.labels[code], second.labels[code])
                said[first.reviewer, second.reviewer, code].append(both)
    return tuple(
        Pair(
            first=first,
            second=second,
            field=code,
            number=len(both),
            agreed=sum(one == other for one, other in both) / len(both),
            kappa=kappa(both, labels=taxonomy.fields[code].codes, ordered=taxonomy.fields[code].ordered),
        )
        for (first, second, code), both in sorted(said.items())
    )
