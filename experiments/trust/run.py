"""Whether the product's confidence can be trusted, beside a TF-IDF peer in the same run.

    python experiments/trust/run.py --data FOLDER [--only calibration ordered promise]

FOLDER holds the parquet files named in `SETS` and `ORDERED`; README.md here says what they are and what was
measured. Texts are embedded once, into the user's cache of vectors.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

from features.encoder import DEFAULT_ENCODER, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from training import dataset as datasets
from training import evaluate, ordered, splits, thresholds
from training.fit import fit_all
from training.reliability import calibration_interval, expected_calibration_error

SETS = {"banking77": ("test",), "zh_kuake_qic": ("test", "dev")}
ORDERED, FIELDS = "apache_issues", ("urgency", "impact")
TARGET = 0.95
REPETITIONS = 5
SIMULATIONS = 400


def main() -> None:
    """Print the tables, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=TABLES, default=list(TABLES))
    arguments = parser.parse_args()
    encoder = FileCachedEncoder(open_encoder(DEFAULT_ENCODER, progress=True), default_cache_dir() / "vectors")
    for name in arguments.only:
        columns, measure = TABLES[name]
        print("\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|", flush=True)
        for line in measure(arguments.data, encoder):
            print("| " + " | ".join(line) + " |", flush=True)


def calibration(folder: Path, encoder: FileCachedEncoder) -> Iterator[list[str]]:
    """Calibration and automation on test rows: the product, and the peer at a confidence of the target."""
    for name, parts in SETS.items():
        given, taxonomy = datasets.load(folder / f"{name}.parquet", taxonomy=None)
        encoder.encode(given.words, progress=True)
        learn = given.rows([i for i, part in enumerate(given.split or ()) if part == "train"])
        test = given.rows([i for i, part in enumerate(given.split or ()) if part in parts])
        started = time.process_time()
        model = fit_all(learn, taxonomy, encoder=encoder, seed=0).model
        seconds = time.process_time() - started
        each = evaluate.evaluate(model, test)["type"]
        yield _line(name, f"product ({model.manifest.calibrations['type']['method']})", each, seconds)
        started = time.process_time()
        peer = _peer().fit(learn.words, list(learn.labels["type"]))
        seconds = time.process_time() - started
        yield _line(name, "peer", _peer_figures(peer, test), seconds)


def _line(name: str, who: str, each: dict[str, Any], seconds: float) -> list[str]:
    ece = f"{each['ece']:.3f} ({each['ece_low']:.3f}-{each['ece_high']:.3f})"
    brier = f"{each['brier']:.3f}" if "brier" in each else "-"
    alone = [f"{each['coverage']:.3f}", f"{each['automatic_precision']:.4f}"]
    return [name, who, f"{each['accuracy']:.4f}", ece, brier, *alone, f"{seconds:.0f}"]


def _peer_figures(peer: Any, test: datasets.Dataset) -> dict[str, Any]:
    shares = peer.predict_proba(test.words)
    confidence, said = shares.max(axis=1), peer.classes_[shares.argmax(axis=1)]
    right = said == np.array(test.labels["type"])
    low, high = calibration_interval(confidence, right)
    sure = confidence >= TARGET
    return {
        "accuracy": right.mean(),
        "ece": expected_calibration_error(confidence, right),
        "ece_low": low,
        "ece_high": high,
        "coverage": sure.mean(),
        "automatic_precision": right[sure].mean(),
    }


def ordered_fields(folder: Path, encoder: FileCachedEncoder) -> Iterator[list[str]]:
    """Urgency and impact on 5 x 2 folds: mean of product and peers, and the product's advantage."""
    given, taxonomy = datasets.load(folder / f"{ORDERED}.parquet", taxonomy=None, fields=FIELDS)
    encoder.encode(given.words, progress=True)
    both = ["/".join(map(str, pair)) for pair in zip(*given.labels.values(), strict=True)]
    strata = np.unique(both, return_inverse=True)[1]
    groups = np.unique(given.groups, return_inverse=True)[1]
    found: dict[tuple[str, str], list[list[float]]] = {}
    for repetition in range(REPETITIONS):
        for learn, test in splits.stratified(strata, groups, count=2, seed=repetition):
            rows = given.rows(learn.tolist()), given.rows(test.tolist())
            for key, values in _half(*rows, taxonomy, encoder):
                found.setdefault(key, []).append(values)
    for (code, measured), rows_of in found.items():
        values = np.array(rows_of).reshape(REPETITIONS, 2, -1)
        means = [f"{mean:.4f}" for mean in values.mean(axis=(0, 1))]
        yield [code, measured, *means, *(_advantage(values[..., 0] - values[..., i]) for i in (1, 2))]


def _half(
    learn: datasets.Dataset, test: datasets.Dataset, taxonomy: Any, encoder: FileCachedEncoder
) -> Iterator[tuple[tuple[str, str], list[float]]]:
    predictions = fit_all(learn, taxonomy, encoder=encoder, seed=0).model.predict(test.requests)
    for code in FIELDS:
        place = {label: i for i, label in enumerate(taxonomy.field(code).codes)}
        truth = np.array([place[str(label)] for label in test.labels[code]])
        said = [np.array([place[each.fields[code].label] for each in predictions])]
        for weight in (None, "balanced"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                peer = _peer(weight).fit(learn.words, list(learn.labels[code]))
            said.append(np.array([place[label] for label in peer.predict(test.words)]))
        for measured, figure in _FIGURES.items():
            yield (code, measured), [figure(truth, each, len(place)) for each in said]


def _macro_f1(truth: np.ndarray, said: np.ndarray, labels: int) -> float:
    return float(f1_score(truth, said, average="macro", labels=range(labels), zero_division=0))


_FIGURES: dict[str, Callable[[Any, Any, int], float]] = {
    "macro_f1": _macro_f1,
    "qwk": lambda truth, said, labels: ordered.kappa(truth, said, labels=labels),
    "within_one": lambda truth, said, _: float((abs(truth - said) <= 1).mean()),
    "expected_cost": lambda truth, said, _: ordered.expected_cost(truth, said),
    "accuracy": lambda truth, said, _: float((truth == said).mean()),
}


def _advantage(pairs: np.ndarray) -> str:
    """The mean difference with a 95 % interval by 5x2cv (Dietterich 1998)."""
    mean, noise = ordered.difference(pairs)
    half = float(student.ppf(0.975, REPETITIONS)) * noise
    return f"{mean:+.3f} ({mean - half:+.3f} to {mean + half:+.3f})"


def promise() -> Iterator[list[str]]:
    """How often the promise is broken where the truth is known: simulated, calibrated confidences."""
    for rows, labels, easy in ((500, 4, 0.0), (3000, 4, 2.5), (3000, 12, 0.0), (10_000, 20, 1.0)):
        broken, coverages, best = 0, [], []
        for seed in range(SIMULATIONS):
            random = np.random.default_rng(seed)
            shift = np.append(easy, np.zeros(labels - 1))
            claims, _ = _drawn(random, rows, shift)
            made = thresholds.guarantee(
                [thresholds.Stage(claims=claims, labels=[str(k) for k in range(labels)])],
                thresholds.Asked(target=TARGET, of_labels={}),
                data_hash="",
            )
            fresh, chances = _drawn(random, 20_000, shift)
            alone = thresholds.reached(fresh, made.cutoffs)
            coverages.append(alone.mean())
            broken += bool(alone.any() and chances[alone].mean() < TARGET)
            highest = np.sort(chances)[::-1]
            best.append((np.cumsum(highest) / np.arange(1, len(highest) + 1) >= TARGET).mean())
        figures = [f"{broken / SIMULATIONS:.3f}", f"{np.mean(coverages):.3f}", f"{np.mean(best):.3f}"]
        yield [str(rows), str(labels), f"{easy:g}", *figures]


def _drawn(random: Any, rows: int, shift: np.ndarray) -> tuple[thresholds.Claims, np.ndarray]:
    said = random.integers(len(shift), size=rows)
    chances = 1 / (1 + np.exp(-random.normal(2.2, 2.0, size=rows) - shift[said]))
    claims = thresholds.Claims(
        said=said.astype(str),
        confidence=chances,
        right=random.random(rows) < chances,
        groups=np.arange(rows),
    )
    return claims, chances


def _peer(weight: str | None = None) -> Any:
    return make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=300, tol=1e-3, class_weight=weight),
    )


Table = tuple[Sequence[str], Callable[[Path, FileCachedEncoder], Iterator[list[str]]]]
TABLES: dict[str, Table] = {
    "calibration": (
        ("set", "who", "accuracy", "ECE (95 %)", "Brier", "coverage", "right when alone", "fit CPU s"),
        calibration,
    ),
    "ordered": (
        ("field", "measure", "product", "peer", "weighted peer", "over peer", "over weighted peer"),
        ordered_fields,
    ),
    "promise": (
        ("rows", "labels", "first label easier by", "broken", "coverage", "best possible"),
        lambda *_: promise(),
    ),
}

if __name__ == "__main__":
    main()
