"""The product's heads on public data, beside a TF-IDF + logistic regression peer in the same run.

    python experiments/public_data/run.py --data FOLDER [--only NAME ...]

FOLDER holds the parquet files named in `SETS`; README.md here says what they are and what was measured.
Texts are embedded once, into the user's cache of vectors.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from features.encoder import DEFAULT_ENCODER, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from training import dataset as datasets
from training import evaluate
from training.fit import fit

SETS = {
    "banking77": "its own split",
    "zh_kuake_qic": "its own split",
    "zh_smp2017": "80/20 stratified, mean of seeds 0..4",
    "apache_issues": "80/20 by time, three fields in one command",
}
SEEDS = range(5)


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=SETS, default=list(SETS))
    arguments = parser.parse_args()
    encoder = FileCachedEncoder(open_encoder(DEFAULT_ENCODER, progress=True), default_cache_dir() / "vectors")
    columns = ("set", "field", "rows", "measure", "product", "peer", "ece", "fit s", "peer s")
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    for name in arguments.only:
        for line in measure(arguments.data / f"{name}.parquet", name, encoder):
            print("| " + " | ".join(line) + " |", flush=True)


def measure(path: Path, name: str, encoder: FileCachedEncoder) -> Iterator[list[str]]:
    """The table's lines of one set: each measure of each field, the mean over its splits."""
    given, taxonomy = datasets.load(path, taxonomy=None)
    encoder.encode(given.words, progress=True)
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    ece: dict[str, list[float]] = {}
    ours = theirs = 0.0
    splits = list(_splits(given, name))
    for learn, test in splits:
        started = time.monotonic()
        model = fit(learn, taxonomy, encoder=encoder, seed=0)
        ours += time.monotonic() - started
        for code, each in evaluate.evaluate(model, test).items():
            started = time.monotonic()
            peer = _peer(learn, test, code, taxonomy.field(code))
            theirs += time.monotonic() - started
            ece.setdefault(code, []).append(each["ece"])
            for measured, value in peer.items():
                found.setdefault((code, measured), []).append((each[measured], value))
    for (code, measured), pairs in found.items():
        product, peer_mean = np.mean(pairs, axis=0)
        yield [
            name, code, str(len(given)), measured, f"{product:.4f}", f"{peer_mean:.4f}",
            f"{np.mean(ece[code]):.3f}", f"{ours / len(splits):.0f}", f"{theirs / len(splits):.0f}",
        ]  # fmt: skip


def _splits(given: datasets.Dataset, name: str) -> Iterator[tuple[datasets.Dataset, datasets.Dataset]]:
    if given.split is not None:
        learn = [i for i, part in enumerate(given.split) if part == "train"]
        test = [i for i, part in enumerate(given.split) if part in ("test", "dev")]
        yield given.rows(learn), given.rows(test)
    elif name == "apache_issues":
        order = np.argsort(np.array(given.times), kind="stable").tolist()
        cut = round(0.8 * len(order))
        yield given.rows(order[:cut]), given.rows(order[cut:])
    else:
        for seed in SEEDS:
            rows = np.arange(len(given))
            learn, test = train_test_split(
                rows, test_size=0.2, stratify=list(given.labels["type"]), random_state=seed
            )
            yield given.rows(learn.tolist()), given.rows(test.tolist())


def _peer(learn: datasets.Dataset, test: datasets.Dataset, code: str, field: Any) -> dict[str, float]:
    peer = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=300, tol=1e-3),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer.fit(learn.words, list(learn.labels[code]))
    truth, said = list(test.labels[code]), peer.predict(test.words).tolist()
    figures = {"accuracy": float(np.mean([a == b for a, b in zip(truth, said, strict=True)]))}
    if field.ordered or field.code != "type":
        figures["macro_f1"] = float(f1_score(truth, said, average="macro", labels=sorted(set(truth))))
    if field.ordered:
        place = {label: i for i, label in enumerate(field.codes)}
        figures["qwk"] = float(
            cohen_kappa_score([place[x] for x in truth], [place[x] for x in said], weights="quadratic")
        )
    return figures


if __name__ == "__main__":
    main()
