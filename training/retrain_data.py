"""Base data and reviews as one dataset: what a challenger learns from, and what both models are judged on.

Judged are the frozen set and the newest reviews, neither of which the challenger learns from, nor from
anything that came in after the first of the newest: it never trains on the future. Rows that say the same
stand on one side. A text that the base data hold is never judged, since the champion may have learnt it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce

from features.errors import TrainingDataError
from features.taxonomy import Taxonomy
from training.dataset import Dataset
from training.frozen import Frozen, text_hash
from training.labels import Labels
from training.splits import TEST, TRAIN

SHARE_RECENT = 0.2


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What is at hand. base: a file. reviews: of a snapshot. file: the frozen set, where it is a file."""

    base: Dataset | None
    reviews: Dataset
    file: Dataset | None = None


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """dataset: rows to learn (split `train`) and to judge (`test`). judged: the latter; recent: of each of
    these, whether it is one of the newest and not frozen. until: nothing from this moment on was learnt, in
    ISO 8601; None where no row is the newest."""

    dataset: Dataset
    judged: Dataset
    recent: tuple[bool, ...]
    until: str | None


def reviewed(labels: Labels, taxonomy: Taxonomy) -> Dataset:
    """The labelled requests of a snapshot, by present codes of labels, and which of them chance took."""
    rows = labels.rows
    codes = [code for code in taxonomy.fields if any(code in row.labels for row in rows)]
    chances = tuple(row.chance for row in rows)
    return Dataset(
        requests=tuple(row.request for row in rows),
        labels={code: tuple(_label(row.labels, taxonomy, code) for row in rows) for code in codes},
        split=None,
        times=tuple(_nanoseconds(row.request.received_at) for row in rows),
        reviewed=(True,) * len(rows),
        chances=chances if any(chances) else None,
    )


def unseen(parts: Parts, *, since: str | None) -> list[int]:
    """The reviews whose texts the champion cannot have learnt: not in the base data, and not from before."""
    known = set() if parts.base is None else set(parts.base.groups)
    bound = None if since is None else _nanoseconds(datetime.fromisoformat(since))
    groups, times = parts.reviews.groups, parts.reviews.times or ()
    old = {group for group, time in zip(groups, times, strict=True) if bound is not None and time < bound}
    return [i for i, group in enumerate(groups) if group not in known and group not in old]


def assemble(
    parts: Parts, *, frozen: Frozen | None, since: str | None, until: str | None = None
) -> Assembled:
    """One dataset of what is at hand.

    since: from when on the champion learnt nothing. until: from when on rows are the newest; by default the
    latest fifth of those that are new to the champion. Raises TrainingDataError where nothing is left to
    learn from.
    """
    reviews = parts.reviews
    fresh = [i for i in unseen(parts, since=since) if frozen is None or reviews.groups[i] not in frozen]
    cut = _cut(reviews, fresh) if until is None else _nanoseconds(datetime.fromisoformat(until))
    newest = _from(reviews, fresh, cut)
    kept_back = {reviews.groups[i] for i in newest}
    learnt = _joined(
        [
            _corrected(_past(each, cut, without=kept_back, frozen=frozen), by=reviews)
            if each is parts.base
            else _past(each, cut, without=kept_back, frozen=frozen)
            for each in (parts.base, reviews)
            if each is not None
        ]
    )
    if not len(learnt):
        raise TrainingDataError("Nothing is left to learn from, once newest and frozen rows are kept back.")
    old = _frozen_rows(parts, frozen)
    judged = _joined([each for each in (old, reviews.rows(newest)) if len(each)] or [reviews.rows([])])
    whole = _joined([_marked(learnt, TRAIN), _marked(judged, TEST)])
    return Assembled(
        dataset=replace(whole, notes=() if parts.base is None else parts.base.notes),
        judged=judged,
        recent=(False,) * len(old) + (True,) * len(newest),
        until=None if cut is None else datetime.fromtimestamp(cut / 1e9, UTC).isoformat(),
    )


def labels_before(base: Dataset | None) -> dict[tuple[str, str], str]:
    """(text, field) -> its label in the base data, where all its rows agree."""
    found: dict[tuple[str, str], set[str]] = {}
    if base is not None:
        for code, column in base.labels.items():
            for group, label in zip(base.groups, column, strict=True):
                if label is not None:
                    found.setdefault((group, code), set()).add(label)
    return {key: min(labels) for key, labels in found.items() if len(labels) == 1}


def _cut(reviews: Dataset, fresh: Sequence[int]) -> int | None:
    """The time from which on rows are the newest: that of the latest fifth."""
    times = sorted((reviews.times or ())[i] for i in fresh)
    count = round(SHARE_RECENT * len(times))
    return times[-count] if count else None


def _from(reviews: Dataset, fresh: Sequence[int], cut: int | None) -> list[int]:
    """Rows from a time on whose text did not come in before it."""
    if cut is None:
        return []
    times, groups = reviews.times or (), reviews.groups
    before = {group for group, time in zip(groups, times, strict=True) if time < cut}
    return [i for i in fresh if times[i] >= cut and groups[i] not in before]


def _past(dataset: Dataset, cut: int | None, *, without: Collection[str], frozen: Frozen | None) -> Dataset:
    """The rows to learn from: of before a time, neither kept back nor frozen."""
    times = dataset.times or (0,) * len(dataset)
    return dataset.rows(
        [
            i
            for i, (group, time) in enumerate(zip(dataset.groups, times, strict=True))
            if (cut is None or time < cut)
            and group not in without
            and (frozen is None or group not in frozen)
        ]
    )


def _corrected(base: Dataset, *, by: Dataset) -> Dataset:
    """The base data without the labels of texts that people labelled in their work: theirs count."""
    theirs = {
        (group, code)
        for code, column in by.labels.items()
        for group, label in zip(by.groups, column, strict=True)
        if label is not None
    }
    labels = {
        code: tuple(
            None if (group, code) in theirs else label
            for group, label in zip(base.groups, column, strict=True)
        )
        for code, column in base.labels.items()
    }
    return replace(base, labels=labels)


def _frozen_rows(parts: Parts, frozen: Frozen | None) -> Dataset:
    """A row for each frozen text at hand, with the labels it had when it was chosen."""
    source = parts.reviews if parts.file is None else parts.file
    if frozen is None:
        return source.rows([])
    first: dict[str, int] = {}
    for i, group in enumerate(source.groups):
        if group in frozen:
            first.setdefault(group, i)
    rows = source.rows(sorted(first.values()))
    locked = [frozen.rows[text_hash(group)] for group in rows.groups]
    return replace(rows, labels={code: tuple(each.get(code) for each in locked) for code in source.labels})


def _marked(dataset: Dataset, side: str) -> Dataset:
    return replace(dataset, split=(side,) * len(dataset))


def _joined(parts: Sequence[Dataset]) -> Dataset:
    return reduce(_beside, parts)


def _beside(one: Dataset, two: Dataset) -> Dataset:
    """The rows of both, one after the other; what one of them lacks is empty there."""
    codes = [*one.labels, *(code for code in two.labels if code not in one.labels)]
    split = None if one.split is None or two.split is None else one.split + two.split
    weighted = one.weights is not None or two.weights is not None
    by_chance = one.chances is not None or two.chances is not None
    return Dataset(
        requests=one.requests + two.requests,
        labels={code: _column(one, code) + _column(two, code) for code in codes},
        split=split,
        times=(one.times or (0,) * len(one)) + (two.times or (0,) * len(two)),
        weights=_filled(one.weights, one, 1.0) + _filled(two.weights, two, 1.0) if weighted else None,
        reviewed=_flags(one) + _flags(two),
        chances=_chances(one) + _chances(two) if by_chance else None,
    )


def _column(dataset: Dataset, code: str) -> tuple[str | None, ...]:
    return dataset.labels.get(code, (None,) * len(dataset))


def _filled(given: tuple[float, ...] | None, dataset: Dataset, otherwise: float) -> tuple[float, ...]:
    return (otherwise,) * len(dataset) if given is None else given


def _flags(dataset: Dataset) -> tuple[bool, ...]:
    return (False,) * len(dataset) if dataset.reviewed is None else dataset.reviewed


def _chances(dataset: Dataset) -> tuple[float | None, ...]:
    return (None,) * len(dataset) if dataset.chances is None else dataset.chances


def _label(labels: Mapping[str, str], taxonomy: Taxonomy, code: str) -> str | None:
    return taxonomy.field(code).resolve(labels[code]) if code in labels else None


def _nanoseconds(moment: datetime | None) -> int:
    if moment is None:
        return 0
    whole = moment.astimezone(UTC)
    return int(whole.timestamp()) * 10**9 + whole.microsecond * 1000
