"""The rows to look at first, as a table: one line for a row and a field, the least trusted first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from training.hygiene.findings import Doubt
from training.hygiene.sheet import Sheet
from training.hygiene.wording import reason

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("row", "id", "field", "label", "suggested", "trust", "code", "reason", "text")
SHOWN_CHARACTERS = 500
_FIRST = (
    ("ids_twice", "unreadable", "mojibake"),
    ("same_text",),
    ("label_errors", "near_text", "least_trusted"),
)
"""Which reasons come first; those of one line are ordered by trust."""
_PLACE = {code: place for place, codes in enumerate(_FIRST) for code in codes}


def in_order(doubts: Iterable[Doubt]) -> list[Doubt]:
    """One doubt for a row and a field, the most telling, in the order in which to look at them."""
    told: dict[tuple[int, str | None], Doubt] = {}
    for each in sorted(doubts, key=lambda each: (_PLACE[each.reason], each.trust, each.row)):
        told.setdefault((each.row, each.field), each)
    return list(told.values())


def listed(sheet: Sheet, doubts: Iterable[Doubt], *, language: str) -> pd.DataFrame:
    """The table of `in_order`. Rows are numbered from 1, as they stand below the header."""
    import pandas as pd

    rows = [
        {
            "row": str(each.row + 1),
            "id": sheet.ids[each.row] if sheet.ids else "",
            "field": each.field or "",
            "label": each.label or "",
            "suggested": each.suggested or "",
            "trust": f"{each.trust:.3f}",
            "code": each.reason,
            "reason": reason(each.reason, language=language),
            "text": _shown(sheet.raw[each.row]),
        }
        for each in in_order(doubts)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def _shown(words: str) -> str:
    plain = words.replace("\0", " ")
    return plain if len(plain) <= SHOWN_CHARACTERS else f"{plain[: SHOWN_CHARACTERS - 1]}…"
