"""Planted label errors: how many are among the first rows that `triage data check` lists, and its speed.

    python experiments/label_errors/run.py --data FOLDER [--only NAME ...] [--seeds 5] [--speed]

FOLDER holds the parquet files named in `SETS`; README.md here says what they are and what was measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from features.encoder import DEFAULT_ENCODER, Encoder, FileCachedEncoder, HashEncoder, open_encoder
from features.encoder.location import default_cache_dir
from training.hygiene import checking, listing
from training.hygiene.label_errors import check_label_errors
from training.hygiene.labels import read_labels
from training.hygiene.sheet import Sheet, open_frame, read_sheet

SETS = {"banking77": "word", "zh_kuake_qic": "char"}
"""Name -> how the peer cuts texts; Chinese has no blanks at which to cut words."""
PLANTED = 0.05
LOOKED_AT = (0.05, 0.1)
FIELD = "type"
ROWS, CHARACTERS, LABELS = 40_000, 200, 60


def main() -> None:
    """Print the tables, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=SETS, default=list(SETS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--speed", action="store_true", help="Only the time of 40,000 rows.")
    arguments = parser.parse_args()
    if arguments.speed:
        _print_speed(arguments.data)
        return
    encoder = FileCachedEncoder(open_encoder(DEFAULT_ENCODER, progress=True), default_cache_dir() / "vectors")
    columns = (
        "set",
        "rows",
        "planted",
        "order",
        "in first 5 %",
        "in first 10 %",
        "worst seed, 10 %",
        "seconds",
    )
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    for name in arguments.only:
        for line in measure(arguments.data / f"{name}.parquet", name, encoder, seeds=arguments.seeds):
            print("| " + " | ".join(line) + " |", flush=True)


def measure(path: Path, name: str, encoder: Encoder, *, seeds: int) -> Iterator[list[str]]:
    """A line for each way to order the rows: the mean over the seeds of the planted errors it finds early."""
    sheet = _sheet(path)
    found: dict[str, list[list[float]]] = {}
    for seed in range(seeds):
        torn, planted = plant(sheet, seed=seed)
        orders = {
            "check, characters": partial(_order, torn, None, seed),
            "check, characters and vectors": partial(_order, torn, encoder, seed),
            "peer: least self-confidence": partial(_peer, torn, SETS[name], seed),
        }
        for title, make in orders.items():
            started = time.monotonic()
            order = make()
            shares = [_share(order, planted, len(torn) * part) for part in LOOKED_AT]
            found.setdefault(title, []).append([*shares, time.monotonic() - started])
            print(name, f"seed {seed}", title, shares, file=sys.stderr, flush=True)
    for title, measured in found.items():
        first, second, seconds = np.mean(measured, axis=0)
        worst = min(each[1] for each in measured)
        amounts = [str(len(sheet)), str(len(planted)), title]
        yield [name, *amounts, f"{first:.3f}", f"{second:.3f}", f"{worst:.3f}", f"{seconds:.0f}"]


def plant(sheet: Sheet, *, seed: int) -> tuple[Sheet, set[int]]:
    """The sheet with labels of one row in twenty changed to another label, each as likely; and those rows."""
    draw = np.random.default_rng(seed)
    labels = list(sheet.labels[FIELD])
    names = sorted({label for label in labels if label is not None})
    chosen = draw.choice(len(labels), size=round(PLANTED * len(labels)), replace=False)
    for i in chosen:
        others = [label for label in names if label != labels[i]]
        labels[i] = others[draw.integers(len(others))]
    return replace(sheet, labels={FIELD: tuple(labels)}), set(chosen.tolist())


def _sheet(path: Path) -> Sheet:
    frame, _ = open_frame(path)
    labels = read_labels(frame, taxonomy=None, given=True, fields=[FIELD])
    return read_sheet(frame, labels.by_field)


def _order(sheet: Sheet, encoder: Encoder | None, seed: int) -> list[int]:
    """The rows in the order of the check's own list, doubts of duplicates among them."""
    doubts = checking.check(sheet, encoder=encoder, seed=seed).doubts
    return list(dict.fromkeys(each.row for each in listing.in_order(doubts)))


def _peer(sheet: Sheet, cut: str, seed: int) -> list[int]:
    """All rows by the probability of their own label, out of fold: TF-IDF and logistic regression."""
    model = make_pipeline(
        TfidfVectorizer(analyzer=cut, ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=200, tol=1e-3),
    )
    labels = np.array(sheet.labels[FIELD])
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    chances = cross_val_predict(model, list(sheet.words), labels, cv=folds, method="predict_proba")
    own = np.searchsorted(np.unique(labels), labels)
    order: NDArray[np.int64] = np.argsort(chances[np.arange(len(own)), own], kind="stable")
    return order.tolist()


def _share(order: Sequence[int], planted: set[int], looked_at: float) -> float:
    return len(planted.intersection(order[: round(looked_at)])) / len(planted)


def _print_speed(folder: Path) -> None:
    """The seconds of each check on 40,000 rows, with and without vectors, which lie in a cache."""
    texts = "\n".join(open_frame(folder / "apache_issues.parquet")[0]["text"])
    texts += "\n".join(open_frame(folder / "banking77.parquet")[0]["text"])
    draw = np.random.default_rng(0)
    starts = draw.integers(0, len(texts) - CHARACTERS, size=ROWS)
    labels = [f"label {number}" for number in draw.integers(0, LABELS, size=ROWS)]
    frame = pd.DataFrame({"text": [texts[i : i + CHARACTERS] for i in starts], FIELD: labels}, dtype="str")
    started = time.monotonic()
    sheet = read_sheet(frame, read_labels(frame, taxonomy=None, given=True, fields=[FIELD]).by_field)
    print(f"read: {time.monotonic() - started:.0f} s")
    report = checking.check(sheet, encoder=None, seed=0)
    print(report.seconds, f"all checks: {sum(report.seconds.values()):.0f} s")
    with tempfile.TemporaryDirectory() as cache:
        FileCachedEncoder(HashEncoder(), Path(cache)).encode(list(sheet.words))
        started = time.monotonic()
        check_label_errors(sheet, encoder=FileCachedEncoder(HashEncoder(), Path(cache)), seed=0)
        print(f"label errors with vectors: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
