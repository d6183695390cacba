"""The map: which column of an export becomes which part of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from features.errors import InputError
from features.tables.columns import is_after_intake

SINGLE = ("id", "received_at", "channel", "customer_id", "split")
"""Parts of a request that come out of one column as they are, or nearly."""
WORDS = ("subject", "text")
"""Parts that are what the request says; several columns may be joined in them."""


@dataclass(frozen=True, kw_only=True)
class LabelMap:
    """The columns of one field, several being the levels of a hierarchy.

    values: a value of the export (of all levels together) -> a label, or None for no label; others stay.
    fill_down: an empty level above a filled one is read from the row above, where the cells were merged.
    """

    columns: tuple[str, ...]
    values: Mapping[str, str | None] = field(default_factory=dict)
    fill_down: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestMap:
    """What an export's columns become.

    sheet, header: where the table is (`header` holds rows of the file, empty for: find it). zone: of times
    that name none. day_first: what `3/4/2024` means. single: part -> column. subject, text: columns that are
    joined. after_intake: columns whose words are never read.
    """

    sheet: str | None = None
    header: tuple[int, ...] = ()
    zone: str | None = None
    day_first: bool | None = None
    single: Mapping[str, str] = field(default_factory=dict)
    subject: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    labels: Mapping[str, LabelMap] = field(default_factory=dict)
    after_intake: tuple[str, ...] = ()

    def used(self) -> Iterator[tuple[str, str]]:
        """Every column that is read, with the key of the map that names it."""
        yield from ((f"{part}", column) for part, column in self.single.items())
        yield from (("subject", column) for column in self.subject)
        yield from (("text", column) for column in self.text)
        yield from (
            (f"labels.{code}", column) for code, each in self.labels.items() for column in each.columns
        )

    def check(self, columns: Sequence[str]) -> None:
        """Refuse what does not fit a file, or what would teach a model the answer.

        Raises InputError with the map's key.
        """
        for key, column in self.used():
            if column not in columns:
                raise InputError(
                    f"{key}: the file has no column {column!r}; it has {', '.join(columns)}.", field=key
                )
        for key, column in self.used():
            if key in WORDS and (column in self.after_intake or is_after_intake(column)):
                raise InputError(
                    f"{key}: the column {column!r} is written after intake, so a model that reads it learns "
                    "the answer; take it out, or rename the column if it is not.",
                    field=key,
                )
        for code in self.labels:
            if code in (*SINGLE, *WORDS):
                raise InputError(
                    f"labels.{code}: that is no field's name but a part of a request.", field=code
                )
        if not self.text:
            raise InputError(
                f"text: name the columns that hold what the request says; the file has {', '.join(columns)}.",
                field="text",
            )
