"""Where the model is better and where worse: by language, channel, tier of customer and length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.report.blocks import Column, Row, Section, Table
from training.report.contents import Measured, Sample
from training.report.wording import Say, percent

FEWEST = 30
"""Rows of a slice below which its figures are greyed."""
MOST = 12
"""Slices of one kind that are told; the rest is rarer."""
Z = 1.959964
"""Of a 95 % interval."""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some of the measured rows. low, high: a 95 % interval of the share that is right (Wilson 1927)."""

    kind: str
    name: str
    rows: NDArray[np.bool_]
    right: float
    low: float
    high: float

    @property
    def count(self) -> int:
        """How many rows it has."""
        return int(self.rows.sum())


def section(given: Measured, say: Say) -> Section:
    """The table, and a sentence on the slice that is weaker than all rows beyond chance."""
    found = list(_slices(given, say))
    names = ("rows", "right", "interval", "alone", "right_alone")
    columns = tuple(Column(name=say(f"column_{n}"), number=False) for n in ("slice_by", "slice"))
    columns += tuple(Column(name=say(f"column_{n}")) for n in names)
    small = sum(each.count < FEWEST for each in found)
    return Section(
        key="slices",
        title=say("slices_title"),
        sentences=_sentences(given, found, say),
        tables=(Table(columns=columns, rows=tuple(_row(given, each, say) for each in found)),),
        notes=((say("slices_small", n=small, fewest=FEWEST),) if small else ()) + _missing(given, say),
    )


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of n rows."""
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * (share * (1 - share) / n + Z**2 / (4 * n**2)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _slices(given: Measured, say: Say) -> Iterator[Slice]:
    kinds: Mapping[str, Callable[[Sample], str | None]] = {
        "language": lambda each: each.language,
        "channel": lambda each: each.channel,
        "tier": lambda each: each.tier,
    }
    for kind, of in kinds.items():
        values = [of(each) for each in given.samples]
        known = [value for value in dict.fromkeys(values) if value is not None]
        for name in sorted(known, key=lambda value: -values.count(value))[:MOST]:
            yield _slice(given, kind, say.known(kind, name), np.array([value == name for value in values]))
        if known and None in values:
            yield _slice(given, kind, say("slice_unknown"), np.array([value is None for value in values]))
    yield from _lengths(given, say)


def _lengths(given: Measured, say: Say) -> Iterator[Slice]:
    """Quarters of the rows by length, so that short and long mean what they mean in these rows."""
    lengths = np.array([len(each.words) for each in given.samples])
    bounds = sorted({int(each) for each in np.quantile(lengths, [0.25, 0.5, 0.75, 1.0])})
    low = -1
    for bound in bounds:
        rows = (lengths > low) & (lengths <= bound)
        if rows.any():
            yield _slice(
                given, "length", say("slice_length", low=max(low + 1, int(lengths.min())), high=bound), rows
            )
        low = bound


def _slice(given: Measured, kind: str, name: str, rows: NDArray[np.bool_]) -> Slice:
    share = float(given.right[rows].mean())
    low, high = wilson(share, int(rows.sum()))
    return Slice(kind=kind, name=name, rows=rows, right=share, low=low, high=high)


def _sentences(given: Measured, found: list[Slice], say: Say) -> tuple[str, ...]:
    overall = float(given.right.mean())
    apart = [each for each in found if each.count >= FEWEST and each.count < len(given)]
    weak, strong = ([e for e in apart if e.high < overall], [e for e in apart if e.low > overall])
    told: list[str] = []
    if weak:
        told.append(_apart("slices_weak", min(weak, key=lambda each: each.right), overall, say))
    if strong:
        told.append(_apart("slices_strong", max(strong, key=lambda each: each.right), overall, say))
    return tuple(told) or (say("slices_even", overall=percent(overall)),)


def _apart(key: str, pick: Slice, overall: float, say: Say) -> str:
    shares = {"right": percent(pick.right), "overall": percent(overall)}
    return say(key, slice=pick.name, kind=say(f"by_{pick.kind}"), n=pick.count, **shares)


def _row(given: Measured, each: Slice, say: Say) -> Row:
    alone = each.rows & given.alone
    precision = float(given.held[alone].mean()) if alone.any() else None
    return Row(
        cells=(
            say(f"by_{each.kind}"),
            each.name,
            f"{each.count:,}",
            percent(each.right),
            f"{percent(each.low, digits=0)}–{percent(each.high, digits=0)}",
            percent(float(given.alone[each.rows].mean()), digits=0),
            percent(precision),
        ),
        faint=each.count < FEWEST,
    )


def _missing(given: Measured, say: Say) -> tuple[str, ...]:
    lacking = [
        kind for kind in ("channel", "tier") if all(getattr(each, kind) is None for each in given.samples)
    ]
    return (
        (say("slices_missing", kinds=say.listed([say(f"by_{kind}") for kind in lacking])),) if lacking else ()
    )
