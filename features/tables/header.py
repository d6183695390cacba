"""Where the header of another program's table is: below titles, of one row or two, with merged cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from features.tables.columns import BETWEEN
from features.tables.dates import looks_like_time
from features.tables.rows import Row

LOOKED_AT = 30
"""A header stands in the first rows that are not blank, or there is none."""
LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True)
class Header:
    """names: of all columns, unique. numbers: its rows in the file. written: these rows' own cells.

    Where two rows make one, a name is the lower one's if it is known and alone, else `分类/一级`.
    """

    names: tuple[str, ...]
    numbers: tuple[int, ...]
    written: tuple[list[str], ...] = ()

    def without_tail(self, width: int) -> Header:
        """The header without empty cells behind `width`, which a delimiter at the end of its line leaves."""
        if any(any(cells[width:]) for cells in self.written[:-1]):
            return self
        written = tuple(cells[:width] for cells in self.written)
        return Header(names=self.names[:width], numbers=self.numbers, written=written)


def find_header(rows: Sequence[Row], *, is_known: Callable[[str], bool]) -> Header | None:
    """The header among the first rows; None where none looks like one.

    It is the row with most names that `is_known` accepts, or where none is known the first that is as wide
    as the table and holds nothing but short words; with the row of groups above or of parts below it.
    """
    near = [Row(row.number, list(map(tidy, row.cells))) for row in rows[:LOOKED_AT] if not row.lost]
    at = _by_names(near, is_known)
    if at is None:
        at = _by_shape(near)
    if at is None:
        return None
    if at + 1 < len(near) and _is_parts(near[at].cells, near[at + 1].cells):
        return _header(near[at : at + 2], is_known)
    if at > 0 and not _is_title(near[at - 1].cells) and _is_groups(near[at - 1].cells, near[at].cells):
        return _header(near[at - 1 : at + 1], is_known)
    return _header(near[at : at + 1], is_known)


def header_of(rows: Sequence[Row], *, is_known: Callable[[str], bool]) -> Header:
    """The header that one row or two make, as somebody named them."""
    return _header([Row(row.number, list(map(tidy, row.cells))) for row in rows], is_known)


def tidy(cell: str) -> str:
    """A name as it is shown: on one line, without marks of what is required."""
    return " ".join(cell.split()).strip("*＊:： ")


def _by_names(rows: Sequence[Row], is_known: Callable[[str], bool]) -> int | None:
    counts = [len({cell for cell in row.cells if cell and is_known(cell)}) for row in rows]
    best = max(counts, default=0)
    filled = max((sum(map(bool, row.cells)) for row in rows), default=0)
    return counts.index(best) if best >= min(2, filled) and best else None


def _by_shape(rows: Sequence[Row]) -> int | None:
    widths = [sum(map(bool, row.cells)) for row in rows]
    enough = max(1.0, 0.6 * median(widths)) if widths else 0
    for at, row in enumerate(rows):
        if widths[at] >= enough and _are_names(row.cells) and not _is_title(row.cells, wide=enough > 1):
            return at
    return None


def _are_names(cells: Sequence[str]) -> bool:
    return all(
        len(cell) <= LONGEST_NAME and not cell[0].isdecimal() and not looks_like_time(cell)
        for cell in cells
        if cell
    )


def _is_title(cells: Sequence[str], *, wide: bool = True) -> bool:
    """One cell alone at the left, or merged over the row."""
    return wide and len(cells) > 1 and len(set(filter(None, cells))) == 1 and bool(cells[0])


def _is_parts(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether the lower row parts groups of the upper one, and says nothing else."""
    parted = False
    for at, (above, below) in enumerate(zip(upper, lower, strict=False)):
        if not below or above == below:
            continue
        if above and not _spans(upper, at):
            return False
        parted = True
    return parted and _are_names(lower)


def _is_groups(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether the upper row holds groups of the lower one's names: some cell of it spans several."""
    spans = any(cell and _spans(upper, at) for at, cell in enumerate(upper) if at < len(lower))
    return spans and _are_names(upper) and len(set(filter(None, upper))) < len(set(filter(None, lower)))


def _spans(cells: Sequence[str], at: int) -> bool:
    """Whether a cell was merged with a neighbour: the next one is empty or the same, or the one before."""
    after = at + 1 < len(cells) and cells[at + 1] in ("", cells[at])
    return after or (at > 0 and cells[at - 1] == cells[at])


def _header(rows: Sequence[Row], is_known: Callable[[str], bool]) -> Header:
    width = max((len(row.cells) for row in rows), default=0)
    padded = [[*row.cells, *[""] * (width - len(row.cells))] for row in rows]
    lower = padded[-1]
    names: list[str] = []
    group = ""
    for at in range(width):
        group = padded[0][at] or group
        name = lower[at] or padded[0][at]
        alone = lower.count(name) == 1 and is_known(name)
        if len(rows) > 1 and lower[at] and group not in ("", lower[at]) and not alone:
            name = f"{group}{BETWEEN}{lower[at]}"
        names.append(_unique(name or f"column {letters(at)}", names))
    return Header(
        names=tuple(names), numbers=tuple(row.number for row in rows), written=(*padded, list(names))
    )


def letters(at: int) -> str:
    """A column's letters as a spreadsheet shows them, counted from 0: A, Z, AA."""
    found = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        found = chr(65 + rest) + found
    return found


def _unique(name: str, taken: Sequence[str]) -> str:
    number = 2
    wanted = name
    while wanted in taken:
        wanted, number = f"{name} ({number})", number + 1
    return wanted
