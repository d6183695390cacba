"""A table of labelled requests, checked: what training and evaluation start from."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features import tables, text
from features.errors import InputError, TableError, TaxonomyError
from features.records import Request
from features.taxonomy import Taxonomy, infer

if TYPE_CHECKING:
    import pandas as pd

TEXT_COLUMNS = ("text", "subject")
TIME_COLUMNS = ("received_at", "created")
SLICE_COLUMNS = ("channel", "customer_id")
"""By which a report tells where a model is worse; no model reads them."""
KNOWN_COLUMNS = (*TEXT_COLUMNS, *TIME_COLUMNS, "id", "split")
FEWEST_ROWS = 10
"""Rows with a label, and different texts among them, from which on a field can be learnt at all."""
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Requests with their labels.

    labels: field -> a label or None for each row. split: the file's own, lower case, or None. times: UTC
    nanoseconds, or None where a row has none. notes: sentences to be said to whoever gave the file. weights:
    what each row counts where heads are fitted, None for all alike. reviewed: whether people of the company
    gave each row's labels in their work, None where nobody did. chances: the probability with which chance
    took each row to be judged, whatever is in it; None of a row, and of all, where chance had no say.
    """

    requests: tuple[Request, ...]
    labels: dict[str, tuple[str | None, ...]]
    split: tuple[str, ...] | None
    times: tuple[int, ...] | None
    notes: tuple[str, ...] = ()
    weights: tuple[float, ...] | None = None
    reviewed: tuple[bool, ...] | None = None
    chances: tuple[float | None, ...] | None = None

    def __len__(self) -> int:
        return len(self.requests)

    @cached_property
    def words(self) -> list[str]:
        """What is read of each request."""
        return [text.read(request).words for request in self.requests]

    @cached_property
    def groups(self) -> list[str]:
        """The duplicate group of each row: texts alike but for case, blanks and punctuation."""
        return [_NO_WORD.sub("", words.casefold()) or words for words in self.words]

    @cached_property
    def sha256(self) -> str:
        """A hash of words and labels, in order, weights and chances if any: the `data_hash` of manifests."""
        rows: list[Any] = [self.words, *([code, *labels] for code, labels in sorted(self.labels.items()))]
        if self.weights is not None:
            rows.append(self.weights)
        if self.chances is not None:
            rows.append(["chances", self.chances])
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()

    def rows(self, chosen: Sequence[int]) -> Dataset:
        """The dataset of some rows, by position."""
        return replace(
            self,
            requests=tuple(self.requests[i] for i in chosen),
            labels={code: tuple(labels[i] for i in chosen) for code, labels in self.labels.items()},
            split=None if self.split is None else tuple(self.split[i] for i in chosen),
            times=None if self.times is None else tuple(self.times[i] for i in chosen),
            weights=None if self.weights is None else tuple(self.weights[i] for i in chosen),
            reviewed=None if self.reviewed is None else tuple(self.reviewed[i] for i in chosen),
            chances=None if self.chances is None else tuple(self.chances[i] for i in chosen),
        )

    def only(self, codes: Iterable[str]) -> Dataset:
        """The dataset of some fields."""
        return replace(self, labels={code: self.labels[code] for code in codes})

    def labelled(self, code: str) -> list[int]:
        """The rows that have a label of a field."""
        return [i for i, label in enumerate(self.labels[code]) if label is not None]


def load(path: Path, *, taxonomy: Taxonomy | None, fields: Sequence[str] = ()) -> tuple[Dataset, Taxonomy]:
    """Read labelled requests, and the taxonomy of the fields in them.

    taxonomy: None infers one from the file. fields: only these; by default all that the file shares with
    the taxonomy. Raises TableError, TaxonomyError or TrainingDataError in one sentence.
    """
    table = tables.read(path)
    frame = table.frame
    if "text" not in frame:
        raise TableError(f"{path} has no column 'text'; it has {', '.join(frame.columns)}.", field="text")
    _check_ids(frame, path)
    chosen = _fields(frame, taxonomy, fields, path)
    readable = [_readable(row) for row in frame.to_dict("records")]
    kept = frame[readable]
    told: list[str] = []
    if taxonomy is None:
        found = {code: set(kept[code]) - {""} for code in chosen}
        chosen, told = _inferable(found)
        taxonomy = infer({code: found[code] for code in chosen})
    known = taxonomy.only(chosen)
    times = _times(kept)
    dataset = Dataset(
        requests=tuple(_requests(kept)),
        labels={code: _labels(kept, known, code, path) for code in chosen},
        split=tuple(value.strip().lower() for value in kept["split"]) if "split" in kept else None,
        times=times,
        notes=(*table.notes, *_notes(frame, chosen, readable), *_untimed(kept, times), *told),
    )
    return dataset, known


def thin_labels(dataset: Dataset, *, fewest: int = 5) -> list[str]:
    """A sentence for each field with labels too rare to be learnt or measured well."""
    sentences = []
    for code, labels in dataset.labels.items():
        thin = {k: n for k, n in Counter(labels).items() if k is not None and n < fewest}
        if thin:
            named = ", ".join(f"{label!r} ({n})" for label, n in sorted(thin.items()))
            sentences.append(f"{code}: fewer than {fewest} rows, so hardly learnt or measured: {named}.")
    return sentences


def _inferable(columns: Mapping[str, set[str]]) -> tuple[list[str], list[str]]:
    """The columns that hold two labels or more, and a sentence for each other one; where none holds two,
    all of them, for the taxonomy to refuse."""
    kept = [code for code, labels in columns.items() if len(labels) > 1]
    if not kept:
        return list(columns), []
    told = [
        f"{code} is left out. Its column holds {f'only {min(labels)!r}' if labels else 'no label'}."
        for code, labels in columns.items()
        if code not in kept
    ]
    return kept, told


def _check_ids(frame: pd.DataFrame, path: Path) -> None:
    if "id" in frame:
        twice = frame["id"][(frame["id"] != "") & frame["id"].duplicated()]
        if len(twice):
            raise TableError(
                f"{path}: the id {twice.iloc[0]!r} stands in two rows ({len(twice)} such rows).", field="id"
            )


def _fields(frame: pd.DataFrame, taxonomy: Taxonomy | None, fields: Sequence[str], path: Path) -> list[str]:
    known = taxonomy or Taxonomy.default()
    chosen = list(fields) or [code for code in known.fields if code in frame]
    missing = [code for code in chosen if code not in frame]
    if missing:
        raise TableError(
            f"{path} has no column {missing[0]!r}; it has {', '.join(frame.columns)}.", field=missing[0]
        )
    if not chosen:
        raise InputError(
            f"{path} has none of the fields {', '.join(known.fields)}; it has {', '.join(frame.columns)}: "
            "name the columns that are labels with --taxonomy infer --fields.",
            field="fields",
        )
    if taxonomy is not None:
        taxonomy.only(chosen)
    return chosen


def _requests(frame: pd.DataFrame) -> list[Request]:
    names = ("subject", *SLICE_COLUMNS)
    columns = (frame[name] if name in frame else [""] * len(frame) for name in names)
    return [
        Request(text=words, subject=subject or None, channel=channel or None, customer_id=customer_id or None)
        for words, subject, channel, customer_id in zip(frame["text"], *columns, strict=True)
    ]


def _labels(frame: pd.DataFrame, taxonomy: Taxonomy, code: str, path: Path) -> tuple[str | None, ...]:
    field = taxonomy.field(code)
    resolved = {value: field.resolve(value) for value in set(frame[code]) if value}
    unknown = [value for value, label in resolved.items() if label is None]
    if unknown:
        first = min(unknown, key=list(frame[code]).index)
        raise TaxonomyError(
            f"{path}: {(frame[code] == first).sum()} rows have the label {first!r} of {code!r}, which the "
            f"taxonomy does not know; it has {', '.join(field.codes)}.",
            field=code,
        )
    return tuple(resolved.get(value) for value in frame[code])


def _times(frame: pd.DataFrame) -> tuple[int, ...] | None:
    import pandas as pd

    column = next((name for name in TIME_COLUMNS if name in frame), None)
    if column is None:
        return None
    times = pd.to_datetime(frame[column], utc=True, errors="coerce", format="ISO8601")
    if times.isna().any():
        return None  # _untimed tells it
    return tuple(times.astype("datetime64[ns, UTC]").astype("int64"))


def _readable(row: Mapping[Any, Any]) -> bool:
    try:
        text.check(row["text"], row.get("subject"))
    except InputError:
        return False
    return True


def _notes(frame: pd.DataFrame, chosen: Sequence[str], readable: Sequence[bool]) -> list[str]:
    notes = []
    used = {*KNOWN_COLUMNS, *SLICE_COLUMNS, *chosen}
    ignored = [name for name in frame.columns if name not in used]
    if ignored:
        notes.append(f"Columns not used: {', '.join(ignored)}.")
    if not all(readable):
        notes.append(
            f"{readable.count(False)} rows have no readable text and were left out, "
            f"the first being row {readable.index(False) + 1}."
        )
    return notes


def _untimed(frame: pd.DataFrame, times: tuple[int, ...] | None) -> list[str]:
    """A sentence where there is a column of times that is not whole."""
    column = next((name for name in TIME_COLUMNS if name in frame), None)
    if column is None or times is not None:
        return []
    return [f"Not each row has a time in {column!r}, so the split is not parted by time."]
