"""Names of labels alone, and beside a few rows a label, with rows alone and TF-IDF in the same run.

    python experiments/cold_start/run.py --data FOLDER [--only SET ...] [--sizes N ...] [--draws 5]

FOLDER holds banking77.parquet and clinc150.parquet; the sample requests are the project's own.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from features.encoder import DEFAULT_ENCODER, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from features.taxonomy import Taxonomy
from training import dataset as datasets
from training import splits
from training.curve import drawn, learning_curve
from training.outside import parted

SETS = ("banking77", "clinc150", "samples")
SIZES = (0, 1, 2, 4, 8, 16, 32)
SAMPLES = Path(__file__).parents[2] / "data" / "requests.csv"


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=SETS, default=list(SETS))
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES))
    arguments = parser.parse_args()
    encoder = FileCachedEncoder(open_encoder(DEFAULT_ENCODER, progress=True), default_cache_dir() / "vectors")
    columns = ("set", "rows a label", "draws", "names + rows", "rows alone", "TF-IDF, rows alone")
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    asked = {"encoder": encoder, "draws": arguments.draws, "sizes": arguments.sizes}
    for name in arguments.only:
        for line in lines(name, *_set(name, arguments.data), **asked):
            print("| " + " | ".join(line) + " |", flush=True)


def lines(
    name: str,
    taxonomy: Taxonomy,
    learn: datasets.Dataset,
    measure: datasets.Dataset,
    *,
    encoder: FileCachedEncoder,
    draws: int,
    sizes: Sequence[int],
) -> Iterator[list[str]]:
    """The accuracy at each size: the mean over draws, and half the range of a 95 % interval of it."""
    field = taxonomy.field("type")
    found: dict[tuple[int, str], list[float]] = {}
    for seed in range(draws):
        curve = learning_curve(learn, measure, field, encoder=encoder, seed=seed, sizes=sizes)
        for point in curve.points:
            kind = "names" if point.names else "rows"
            found.setdefault((point.rows_per_label, kind), []).append(point.accuracy)
        for size in filter(None, sizes):
            found.setdefault((size, "peer"), []).append(_peer(learn, measure, size, seed=seed))
    for size in sizes:
        cells = [_cell(found.get((size, kind))) for kind in ("names", "rows", "peer")]
        yield [name, str(size), str(draws), *cells]


def _cell(values: list[float] | None) -> str:
    if not values:
        return "-"
    if len(set(values)) == 1:
        return f"{values[0]:.3f}"
    return f"{np.mean(values):.3f} ± {1.96 * np.std(values, ddof=1) / len(values) ** 0.5:.3f}"


def _set(name: str, folder: Path) -> tuple[Taxonomy, datasets.Dataset, datasets.Dataset]:
    """A set's taxonomy, the rows to learn from and those to measure."""
    if name == "samples":
        taxonomy = Taxonomy.default()
        given, _ = datasets.load(SAMPLES, taxonomy=taxonomy)
        learn, held = splits.folds(given, "type", count=3, seed=0)[0]
        return taxonomy, given.rows(learn.tolist()), given.rows(held.tolist())
    given, taxonomy = datasets.load(folder / f"{name}.parquet", taxonomy=None)
    given = parted(given)[0]
    learn, held = (
        [i for i, part in enumerate(given.split or ()) if part == wanted] for wanted in ("train", "test")
    )
    return taxonomy, given.rows(learn), given.rows(held)


def _peer(learn: datasets.Dataset, measure: datasets.Dataset, size: int, *, seed: int) -> float:
    """The rows that the curve drew, by TF-IDF of characters and logistic regression."""
    labels, truth = np.unique([str(label) for label in learn.labels["type"]], return_inverse=True)
    rows = drawn(truth, np.random.default_rng(seed).permutation(len(truth)), size)
    words = learn.words
    peer = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True),
        LogisticRegression(C=10, max_iter=200, tol=1e-3),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer.fit([words[i] for i in rows], truth[rows])
    said = labels[peer.predict(measure.words)]
    return float(np.mean(said == np.array(measure.labels["type"])))


if __name__ == "__main__":
    main()
