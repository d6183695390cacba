"""How well a model knows what is none of its labels, with peers in the same run.

    python experiments/out_of_scope/run.py --data FOLDER

FOLDER holds clinc150.parquet; the sample requests are the project's own. See README.md here.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import texts
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

from features import text
from features.encoder import DEFAULT_ENCODER, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from features.records import Request
from features.scope import ScopeModel
from features.taxonomy import Taxonomy
from training import dataset as datasets
from training import splits
from training.fit import fit
from training.outside import parted
from training.scope import FALSE_ALARMS, fit_scope

SAMPLES = Path(__file__).parents[2] / "data" / "requests.csv"
SEEDS = range(3)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    encoder = FileCachedEncoder(open_encoder(DEFAULT_ENCODER, progress=True), default_cache_dir() / "vectors")
    _table(("clinc150", "score", "AUROC", "called out", "false alarms"), clinc(folder, encoder))
    _table(("sample requests", "texts", "called out", "little", "language", "unlike"), samples(encoder))


def clinc(folder: Path, encoder: FileCachedEncoder) -> Iterator[list[str]]:
    """In-scope train; in-scope test and the out-of-scope test rows measured."""
    given, taxonomy = datasets.load(folder / "clinc150.parquet", taxonomy=None)
    learn = given.rows([i for i, part in enumerate(given.split or ()) if part == "train"])
    test = given.rows([i for i, part in enumerate(given.split or ()) if part == "test"])
    inside, examples = parted(learn)
    near, far = parted(test)
    model = fit(inside, taxonomy, encoder=encoder, seed=0)
    said = [model.predict(part.requests) for part in (near, far)]
    right = np.mean([p.fields["type"].label == y for p, y in zip(said[0], near.labels["type"], strict=True)])
    yield ["in-scope accuracy", "the product's head", f"{right:.4f}", "", ""]
    peer = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=300, tol=1e-3),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer.fit(inside.words, list(inside.labels["type"]))
    tfidf = [-peer.predict_proba(part.words).max(axis=1) for part in (near, far)]
    sure = [np.array([-p.fields["type"].confidence for p in part]) for part in said]
    yield ["no examples", "TF-IDF + logistic, highest probability", *_at_rate(*tfidf)]
    yield ["no examples", "the product's head, highest probability", *_at_rate(*sure)]
    for count in (0, 10, 25, 100):
        found = fit_scope(inside, examples=examples.words[:count], encoder=encoder, seed=0).model
        yield [f"{count or 'no'} examples", "the product's scope", *_at_cutoff(found, near, far, encoder)]


def samples(encoder: FileCachedEncoder) -> Iterator[list[str]]:
    """Four fifths of the sample requests learnt, one held back; the mean of some folds."""
    given, _ = datasets.load(SAMPLES, taxonomy=Taxonomy.default())
    sets = {f"foreign: {code}": each for code, each in texts.FOREIGN.items()} | {
        "noise": texts.NOISE,
        "off topic, English": texts.OFF_TOPIC_EN,
        "off topic, Chinese": texts.OFF_TOPIC_ZH,
        "in scope, a few words": texts.SHORT,
    }
    found: dict[str, list[list[float]]] = {}
    for seed in SEEDS:
        learn, held = splits.folds(given, "type", seed=seed)[0]
        model = fit_scope(given.rows(learn.tolist()), examples=(), encoder=encoder, seed=0).model
        back = given.rows(held.tolist()).words
        found.setdefault(f"in scope, held back ({len(back)})", []).append(_shares(model, back, encoder))
        for name, each in sets.items():
            words = [text.read(Request(text=one)).words for one in each]
            found.setdefault(f"{name} ({len(words)})", []).append(_shares(model, words, encoder))
    for name, runs in found.items():
        yield ["no examples", name, *(f"{share:.3f}" for share in np.mean(runs, axis=0))]


def _shares(model: ScopeModel, words: Sequence[str], encoder: FileCachedEncoder) -> list[float]:
    why = [each.why for each in model.judge(words, encoder.encode(words))]
    kinds = ("little", "language", "unlike")
    return [
        np.mean([each is not None for each in why]),
        *(np.mean([each == k for each in why]) for k in kinds),
    ]


def _at_rate(near: NDArray[np.float64], far: NDArray[np.float64]) -> list[str]:
    """At the cutoff that gives the peer exactly the rate of false alarms, which no peer could know."""
    cutoff = np.quantile(near, 1 - FALSE_ALARMS)
    return [_auroc(near, far), f"{np.mean(far > cutoff):.3f}", f"{np.mean(near > cutoff):.3f} (set)"]


def _at_cutoff(
    model: ScopeModel, near: datasets.Dataset, far: datasets.Dataset, encoder: FileCachedEncoder
) -> list[str]:
    judged = [model.judge(part.words, encoder.encode(part.words)) for part in (near, far)]
    scores = [np.array([each.score for each in part], dtype=np.float64) for part in judged]
    out = [np.mean([each.why is not None for each in part]) for part in judged]
    return [_auroc(*scores), f"{out[1]:.3f}", f"{out[0]:.3f}"]


def _auroc(near: NDArray[np.float64], far: NDArray[np.float64]) -> str:
    truth = np.r_[np.zeros(len(near)), np.ones(len(far))]
    return f"{roc_auc_score(truth, np.r_[near, far]):.4f}"


def _table(columns: Sequence[str], lines: Iterator[list[str]]) -> None:
    print("\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    for line in lines:
        print("| " + " | ".join(line) + " |", flush=True)


if __name__ == "__main__":
    main()
