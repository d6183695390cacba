"""Sheets made in a test: rows of text with labels, and columns beside them."""

from __future__ import annotations

from collections.abc import Sequence

from training.hygiene.findings import Checked, Finding
from training.hygiene.sheet import Sheet

THEMES = {
    "printer": (
        "the printer jams",
        "toner is empty",
        "paper tray stuck",
        "prints blank pages",
        "打印机卡纸了",
    ),
    "network": (
        "no network since noon",
        "the wifi drops",
        "router is offline",
        "vpn does not connect",
        "网络断了",
    ),
    "invoice": (
        "the invoice sum is wrong",
        "send the invoice again",
        "paid twice",
        "tax number missing",
        "发票开错了",
    ),
    "access": (
        "password expired",
        "account is locked",
        "new user needs access",
        "cannot sign in",
        "账号被锁",
    ),
}
PLACES = ("in hall", "at desk", "on floor", "in room", "at site", "by gate")


def sheet(
    words: Sequence[str], *, columns: dict[str, Sequence[str]] | None = None, **labels: Sequence[str | None]
) -> Sheet:
    """A sheet of these words, labels by field, and other columns."""
    return Sheet(
        words=tuple(words),
        raw=tuple(words),
        labels={code: tuple(given) for code, given in labels.items()},
        columns={name: tuple(cells) for name, cells in (columns or {}).items()},
    )


def themed(rows: int) -> tuple[list[str], list[str]]:
    """Texts of four themes, no two alike, and their themes."""
    names = list(THEMES)
    themes = [names[i % len(names)] for i in range(rows)]
    words = [
        f"{THEMES[theme][i // 4 % 5]} {PLACES[i // 7 % 6]} {chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{i}"
        for i, theme in enumerate(themes)
    ]
    return words, themes


def codes(checked: Checked) -> list[str]:
    """The codes that a check found."""
    return [each.code for each in checked.findings]


def the(checked: Checked, code: str, field: str | None = None) -> Finding:
    """The one finding of a code (and field)."""
    found = [each for each in checked.findings if each.code == code and field in (None, each.field)]
    assert len(found) == 1, codes(checked)
    return found[0]
