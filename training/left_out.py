"""What cannot be learnt is left out and said, as long as something is left; and what else a file is like."""

from __future__ import annotations

from collections import Counter

from features import language
from features.errors import TrainingDataError
from features.taxonomy import Taxonomy
from training.dataset import FEWEST_ROWS, Dataset

MANY_REPEATS = 0.5
"""From this share of repeated rows on it is said that they are no evidence."""


def trainable(dataset: Dataset, taxonomy: Taxonomy) -> tuple[Dataset, Taxonomy, list[str]]:
    """The fields that something can be learnt of, and a sentence for each that is left out.

    Raises TrainingDataError with the first fault where none is left.
    """
    faults = {code: fault for code in dataset.labels if (fault := _fault(dataset, code)) is not None}
    kept = [code for code in dataset.labels if code not in faults]
    if not kept:
        code, (what, advice) = next(iter(faults.items()))
        raise TrainingDataError(f"{what}: {advice}.", field=code)
    if not faults:
        return dataset, taxonomy, []
    told = [f"{code} is left out. {each[0]}." for code, each in faults.items()]
    return dataset.only(kept), taxonomy.only(kept), told


def remarks(dataset: Dataset) -> list[str]:
    """Sentences on repeated rows and on rows in neither Chinese nor English."""
    told, rows = [], len(dataset)
    repeats = rows - len(set(dataset.groups))
    if repeats >= MANY_REPEATS * rows:
        told.append(
            f"{repeats} of {rows} rows say what another row says: they stay together in every split, and "
            "count as one where precision is promised."
        )
    foreign = sum(language.detect(words) == "other" for words in dataset.words)
    if foreign:
        told.append(
            f"{foreign} of {rows} rows are in neither Chinese nor English: they are learnt as they are, but "
            "little can be promised of such requests."
        )
    return told


def _fault(dataset: Dataset, code: str) -> tuple[str, str] | None:
    """What is wrong with a field, and what to do where it is the only one."""
    rows = dataset.labelled(code)
    counts = Counter(dataset.labels[code][i] for i in rows)
    if len(rows) < FEWEST_ROWS:
        return (
            f"{len(rows)} rows with a label of {code!r}",
            f"a head needs at least {FEWEST_ROWS}, and some dozens a label to be of use",
        )
    if len(counts) < 2:
        return (
            f"All {len(rows)} rows have the label {next(iter(counts))!r} of {code!r}",
            "there is nothing to tell apart; leave the field out with --fields",
        )
    texts = len({dataset.groups[i] for i in rows})
    if texts < FEWEST_ROWS:
        return (
            f"The {len(rows)} rows with a label of {code!r} have only {texts} different texts",
            f"a head needs at least {FEWEST_ROWS}",
        )
    return None
