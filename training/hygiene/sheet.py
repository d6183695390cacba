"""A file of labelled requests as it is, read for its faults: nothing in it stops the check."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from features import tables, text
from features.errors import InputError, TableError
from features.records import Request
from training.dataset import KNOWN_COLUMNS, TEXT_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

READ_CHARACTERS = 1_000
"""How much of each text is compared and learnt from: the first page says what a request is about."""
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The rows of a file. Lists run parallel to its rows.

    words: what is read of each, empty where nothing can be. raw: subject and text as they stand in the
    file. labels: field -> a label or None. columns: the other columns' cells. notes: of the file's reader.
    """

    words: tuple[str, ...]
    raw: tuple[str, ...]
    labels: Mapping[str, tuple[str | None, ...]]
    columns: Mapping[str, tuple[str, ...]]
    ids: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def readable(self) -> list[int]:
        """The rows with words."""
        return [i for i, words in enumerate(self.words) if words]

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The duplicate group of each row, as in training: without case, blanks and punctuation."""
        return tuple(_NO_WORD.sub("", words.casefold()) or words for words in self.words)

    def labelled(self, code: str) -> list[int]:
        """The rows with words and a label of a field."""
        return [i for i in self.readable if self.labels[code][i] is not None]

    def counts(self, code: str) -> Counter[str]:
        """How many rows have each label of a field."""
        return Counter(label for label in self.labels[code] if label is not None)


def open_frame(path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The file's table and its reader's notes. Raises TableError where nothing of it can be checked."""
    table = tables.read(path)
    if not any(name in table.frame for name in TEXT_COLUMNS):
        raise TableError(
            f"{path} has no column 'text'; it has {', '.join(table.frame.columns)}. "
            "Make one from an export with `triage data import`.",
            field="text",
        )
    return table.frame, table.notes


def read_sheet(
    frame: pd.DataFrame, labels: Mapping[str, tuple[str | None, ...]], *, notes: Sequence[str] = ()
) -> Sheet:
    """Read the words of each row, and what stands beside words and labels."""
    texts = frame["text"] if "text" in frame else [""] * len(frame)
    subjects = frame["subject"] if "subject" in frame else [""] * len(frame)
    pairs = list(zip(texts, subjects, strict=True))
    return Sheet(
        words=tuple(_words(words, subject) for words, subject in pairs),
        raw=tuple(f"{subject}\n{words}" if subject else words for words, subject in pairs),
        labels=labels,
        columns={
            name: tuple(frame[name])
            for name in frame.columns
            if name not in KNOWN_COLUMNS and name not in labels
        },
        ids=tuple(frame["id"]) if "id" in frame else None,
        notes=tuple(notes),
    )


def _words(words: str, subject: str) -> str:
    try:
        text.check(words, subject or None)
    except InputError:
        return ""
    return text.read(Request(text=words, subject=subject or None)).words
