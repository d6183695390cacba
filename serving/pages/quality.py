"""The page on the quality of answers and reviews: figures in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from features.agreement import Share
from serving.pages.words import Reader
from serving.quality import DAYS, Pair, Quality
from serving.slices import Stage

NONE = "–"


@dataclass(frozen=True, kw_only=True)
class QualityView:
    """What the page shows: rows of words. stages: (stage, its name, how many)."""

    lead: str
    stages: tuple[tuple[str, str, int], ...]
    accuracies: tuple[tuple[str, str, str], ...]
    corrections: tuple[tuple[str, str, str], ...]
    pairs: tuple[tuple[str, str, str, str, str], ...]


def quality_view(reader: Reader, made: Quality) -> QualityView:
    """The page of a report."""
    return QualityView(
        lead=reader.say("quality.lead", days=DAYS, number=f"{made.reviews:,}"),
        stages=tuple(
            (each.value, reader.name("stage", each.value), made.stages.get(each.value, 0)) for each in Stage
        ),
        accuracies=tuple(
            (reader.field(each.field), _told(reader, each.blind), _told(reader, each.shown))
            for each in made.accuracies
        ),
        corrections=tuple(
            (each.reviewer, reader.field(each.field), _told(reader, each.changed))
            for each in made.corrections
        ),
        pairs=tuple(_pair(reader, each) for each in made.pairs),
    )


def _told(reader: Reader, share: Share | None) -> str:
    if share is None:
        return NONE
    return reader.say(
        "quality.share",
        share=reader.percent(share.share),
        low=reader.percent(share.low),
        high=reader.percent(share.high),
        number=f"{share.number:.0f}",
    )


def _pair(reader: Reader, pair: Pair) -> tuple[str, str, str, str, str]:
    people = reader.say("quality.people", first=pair.first, second=pair.second)
    told = NONE if pair.kappa is None else f"{pair.kappa:.2f}"
    return people, reader.field(pair.field), str(pair.number), reader.percent(pair.agreed), told
