"""Flat labels against labels on three levels: what is right at each level, and what needs no person.

    python experiments/hierarchy/run.py --data FOLDER [--sizes ROWS ...]

FOLDER holds banking77.parquet. Each size is fitted several times on the same rows and measured on the file's
own test rows: with the 77 intents as they are, and as leaves of a hierarchy, in which leaves of few rows
train their parent from different numbers on. README.md says what came out.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from groups import path_of

from features.bundle import TriageModel
from features.encoder import DEFAULT_ENCODER, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from features.records import Decision
from features.taxonomy import Taxonomy, infer
from training import dataset as datasets
from training import thin
from training.dataset import Dataset
from training.fit import fit

CODE = "type"
SIZES = (500, 1000, 2500, 10003)
FEWEST = (1, 3, 5, 8)
"""Rows of a leaf below which it trains its parent; 1 is never."""
SEED = 0
COLUMNS = (
    "rows", "labels", "merged", "leaf", "middle", "top", "needs no person", "right of those",
    "of them above a leaf",
)  # fmt: skip


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    arguments = parser.parse_args()
    encoder = FileCachedEncoder(open_encoder(DEFAULT_ENCODER, progress=True), default_cache_dir() / "vectors")
    given, _ = datasets.load(arguments.data / "banking77.parquet", taxonomy=None, fields=[CODE])
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
    parts = given.split or ()
    learn = np.flatnonzero([part == "train" for part in parts])
    test = given.rows([i for i, part in enumerate(parts) if part == "test"])
    for size in arguments.sizes:
        chosen = np.sort(np.random.default_rng(SEED).permutation(learn)[:size])
        for line in measure(given.rows(chosen.tolist()), test, encoder):
            print("| " + " | ".join([str(size), *line]) + " |", flush=True)


def measure(learn: Dataset, test: Dataset, encoder: FileCachedEncoder) -> Iterator[list[str]]:
    """The lines of one size: flat, then on levels."""
    paths = path_of()
    flat = infer({CODE: set(paths)}, separator=None)
    levels = infer({CODE: set(paths.values())}, separator="/")
    yield line("flat", fit(learn, flat, encoder=encoder, seed=SEED), test, levels, paths)
    counts = Counter(learn.labels[CODE]).values()
    for fewest in FEWEST:
        if fewest == 1 or min(counts) < fewest:  # else the same as without
            thin.FEWEST = fewest
            on_levels = fit(renamed(learn, paths), levels, encoder=encoder, seed=SEED)
            yield line(f"on levels, from {fewest}", on_levels, test, levels, paths)


def renamed(dataset: Dataset, paths: dict[str, str]) -> Dataset:
    """The dataset with each intent as its path."""
    column = tuple(None if label is None else paths[label] for label in dataset.labels[CODE])
    return replace(dataset, labels={CODE: column})


def line(name: str, model: TriageModel, test: Dataset, levels: Taxonomy, paths: dict[str, str]) -> list[str]:
    """What a model says of the test rows. An answer above a leaf is right where the true leaf is below."""
    field = levels.field(CODE)
    truth = [field.path(paths[str(label)]) for label in test.labels[CODE]]
    said = [each.fields[CODE] for each in model.predict(test.requests)]
    answers = [field.path(paths.get(each.label, each.label)) for each in said]
    best = [max(each.probabilities, key=each.probabilities.__getitem__) for each in said]
    likeliest = [field.path(paths.get(label, label)) for label in best]
    accuracy = [
        np.mean([a[:depth] == b[:depth] for a, b in zip(likeliest, truth, strict=True)])
        for depth in (3, 2, 1)
    ]
    alone = [i for i, each in enumerate(said) if each.decision is not Decision.REVIEW]
    right = [answers[i] == truth[i][: len(answers[i])] for i in alone]
    above = [len(answers[i]) < 3 for i in alone]
    merged = len(model.manifest.merged.get(CODE, {}))
    shares = [f"{share:.3f}" for share in accuracy]
    if not alone:
        return [name, str(merged), *shares, "0", "-", "-"]
    return [
        name, str(merged), *shares, f"{len(alone) / len(said):.3f}", f"{np.mean(right):.3f}",
        f"{np.mean(above):.3f}",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
