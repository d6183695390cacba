"""Bytes to text without guessing: a byte-order mark, else strict UTF-8, else strict GB18030.

A file that is not wholly UTF-8 is looked at line by line, and each line is UTF-8 if it can be. There is one
exception: pairs of GB18030 bytes that happen to make two-byte UTF-8 (Latin, Greek, Cyrillic). A line of
nothing else could be either; it follows the lines that can be one only. Statistics of characters are never
asked.
"""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from features.errors import TableError

_THREE_BYTES = "\u0800"
"""The first character that takes three bytes in UTF-8; Chinese ones lie behind it."""


@dataclass(frozen=True)
class Lines:
    """The lines of a file with their ends, and sentences about their encodings.

    A line in no known encoding keeps its ASCII, so that quotes and commas still count, and holds lone
    surrogates in place of its other bytes: see `is_broken`.
    """

    lines: list[str]
    notes: tuple[str, ...] = ()


class _Kind(Enum):
    ASCII = "ASCII"
    UTF8 = "UTF-8"
    GB18030 = "GB18030"
    BOTH = "UTF-8 or GB18030"
    NEITHER = "neither"


def is_broken(words: str) -> bool:
    """Whether words hold lone surrogates: bytes of no known encoding, or half a character."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return True
    return False


def decode(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Bytes to text: strict UTF-8, else strict GB18030 with a note. Raises TableError with the offset."""
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError as utf8:
        try:
            return raw.decode("gb18030"), (f"{name} is not UTF-8; it was read as GB18030.",)
        except UnicodeDecodeError as gb:
            offset = max(utf8.start, gb.start)
            line = raw.count(b"\n", 0, offset) + 1
            raise TableError(
                f"{name} is neither UTF-8 nor GB18030: the first bad byte is 0x{raw[offset]:02x} "
                f"at offset {offset}, line {line}."
            ) from utf8


def decode_lines(raw: bytes, name: str) -> Lines:
    """Bytes to lines, never stopping at one that cannot be read.

    UTF-16 is known by its byte-order mark only. Raises TableError where such a file is torn.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return Lines(_split(raw.decode("utf-16")))
        except UnicodeDecodeError as error:
            raise TableError(f"{name} begins as UTF-16 and is torn at offset {error.start}.") from error
    try:
        return Lines(_split(raw.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return _by_line(raw.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True), name)


def _split(words: str) -> list[str]:
    """Lines by LF, CR or CRLF, kept: other separators of Unicode belong to the words."""
    return list(io.StringIO(words, newline=""))


def _by_line(rows: list[bytes], name: str) -> Lines:
    kinds = [_kind(row) for row in rows]
    counts = Counter(kinds)
    either = _Kind.GB18030 if counts[_Kind.GB18030] and not counts[_Kind.UTF8] else _Kind.UTF8
    lines = [
        _line(row, either if kind is _Kind.BOTH else kind) for row, kind in zip(rows, kinds, strict=True)
    ]
    return Lines(lines, tuple(_notes(kinds, counts, name)))


def _kind(row: bytes) -> _Kind:
    if row.isascii():
        return _Kind.ASCII
    if _is(row, "utf-8"):
        short = max(row.decode("utf-8")) < _THREE_BYTES
        return _Kind.BOTH if short and _is(row, "gb18030") else _Kind.UTF8
    return _Kind.GB18030 if _is(row, "gb18030") else _Kind.NEITHER


def _is(row: bytes, encoding: str) -> bool:
    try:
        row.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _line(row: bytes, kind: _Kind) -> str:
    if kind is _Kind.NEITHER:
        return row.decode("ascii", "surrogateescape")
    return row.decode("gb18030" if kind is _Kind.GB18030 else "utf-8")


def _notes(kinds: list[_Kind], counts: Counter[_Kind], name: str) -> Iterator[str]:
    utf8, gb, torn = counts[_Kind.UTF8], counts[_Kind.GB18030], counts[_Kind.NEITHER]
    if gb and utf8:
        rarer = _Kind.GB18030 if gb <= utf8 else _Kind.UTF8
        yield (
            f"{name} mixes encodings: {utf8} lines are UTF-8 and {gb} are GB18030, the first of the rarer "
            f"kind ({rarer.value}) being line {kinds.index(rarer) + 1}; each was read as what it is, and "
            f"{counts[_Kind.BOTH]} that could be either as UTF-8."
        )
    elif gb:
        yield f"{name} is not UTF-8; it was read as GB18030."
    if torn:
        yield (
            f"{name} holds lines that are neither UTF-8 nor GB18030, so their rows were left out: {torn}, "
            f"the first being line {kinds.index(_Kind.NEITHER) + 1}."
        )
