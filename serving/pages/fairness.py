"""The fairness report as a page: one table, and each figure read aloud."""

from __future__ import annotations

from dataclasses import dataclass

from serving.fairness import Group, Report, Spread, sentences
from serving.pages.words import Reader


@dataclass(frozen=True, kw_only=True)
class GradeShare:
    """A grade with its share of a group, and the share there would be without value."""

    grade: str
    percent: str
    without: str
    differs: bool
    begins: str
    width: str


@dataclass(frozen=True, kw_only=True)
class GroupLine:
    """A row: a tier of customers, or all of them."""

    name: str
    count: str
    shares: tuple[GradeShare, ...]
    respond: tuple[str, str]
    resolve: tuple[str, str]
    waiting: tuple[str, str]
    lifted: str
    changed: str
    readings: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, kw_only=True)
class FairnessView:
    """What the page shows. warnings: sentences to be seen first; remarks: the others."""

    as_of: str
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    groups: tuple[GroupLine, ...]


def fairness_view(reader: Reader, made: Report) -> FairnessView:
    """The page of a report."""
    told = sentences.remarks(reader.services, made, reader.language)
    warns = {"p1"} if made.too_many_p1 else set()
    groups = [*made.tiers, made.total] if made.total.count else []
    return FairnessView(
        as_of=reader.moment(made.as_of),
        warnings=tuple(text for code, text in told if code in warns),
        remarks=tuple(text for code, text in told if code not in warns),
        groups=tuple(_line(reader, made, group) for group in groups),
    )


def _line(reader: Reader, made: Report, group: Group) -> GroupLine:
    whole = group is made.total
    named = sentences.name(reader.services, group.tier, reader.language)
    return GroupLine(
        name=reader.say("fair.all") if whole else named,
        count=f"{group.count:,}",
        shares=_shares(reader, group),
        respond=_hours(group.respond),
        resolve=_hours(group.resolve),
        waiting=_hours(group.waiting),
        lifted=reader.say("percent", number=sentences.percent(group.share(group.lifted))),
        changed=f"{group.changed:,}",
        readings=tuple(text for _, text in sentences.readings(reader.services, made, group, reader.language)),
        whole=whole,
    )


def _shares(reader: Reader, group: Group) -> tuple[GradeShare, ...]:
    made, begins = [], 0.0
    for grade, number in group.grades.items():
        share, without = group.share(number), group.share(group.without[grade])
        made.append(
            GradeShare(
                grade=grade.value,
                percent=reader.say("percent", number=sentences.percent(share)),
                without=reader.say("percent", number=sentences.percent(without)),
                differs=number != group.without[grade],
                begins=f"{100 * begins:.1f}%",
                width=f"{100 * share:.1f}%",
            )
        )
        begins += share
    return tuple(made)


def _hours(found: Spread) -> tuple[str, str]:
    return sentences.hours(found.median), sentences.hours(found.mean)
