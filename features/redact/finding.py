"""Personal data found in a text, each piece with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from operator import itemgetter

from features.redact import addresses, numbers, phones
from features.redact.kinds import ALL, Found, Kind

_FINDERS: Mapping[Kind, Callable[[str], Iterator[tuple[int, int]]]] = {
    Kind.EMAIL: addresses.emails,
    Kind.RESIDENT_ID: numbers.resident_ids,
    Kind.BANK_CARD: numbers.bank_cards,
    Kind.MOBILE: phones.mobiles,
    Kind.IP: addresses.ips,
    Kind.PHONE: phones.phones,
}
_TELLING = re.compile(r"[0-9@]|[\uff10-\uff19\uff20]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    **dict.fromkeys(map(ord, "\u3000\u00a0\u2009\u202f\t"), ord(" ")),
    **dict.fromkeys(map(ord, "‐‑‒–—−"), ord("-")),
}
_TAKEN = "\x00"


def find(text: str) -> tuple[Found, ...]:
    """Every piece of personal data, from first to last; none overlaps another.

    Full-width digits and invisible characters between digits hide nothing. Linear in the length.
    """
    if not _TELLING.search(text) and ":" not in text:
        return ()
    plain, places = _visible(text)
    folded = plain if plain.isascii() else plain.translate(_HALF_WIDTH)
    found: list[Found] = []
    for kind, finder in _FINDERS.items():
        spans = _apart(finder(folded))
        found += [Found(kind, start, end) for start, end in spans]
        folded = _without(folded, spans)
    if places is not None:
        found = [Found(kind, places[start], places[end - 1] + 1) for kind, start, end in found]
    return tuple(sorted(found, key=itemgetter(1)))


def redact(text: str, kinds: Collection[Kind] = ALL) -> str:
    """The text with a placeholder in place of each piece of personal data of these kinds."""
    parts, end = [], 0
    for each in find(text):
        if each.kind in kinds:
            parts += [text[end : each.start], each.kind.placeholder]
            end = each.end
    return "".join((*parts, text[end:]))


def _visible(text: str) -> tuple[str, list[int] | None]:
    """The text without invisible characters, and where each character stood; None where it was as it is."""
    if text.isascii() or not _INVISIBLE.search(text):
        return text, None
    places = [i for i, character in enumerate(text) if not _INVISIBLE.match(character)]
    return "".join(map(text.__getitem__, places)), places


def _apart(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, without those that begin inside an earlier one."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text of the same length in which nothing more is found at these spans."""
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], _TAKEN * (end - start)]
        last = end
    return "".join((*parts, text[last:])) if spans else text
