"""The product's heads on the sample requests: five folds by duplicate group, per field and language.

    python experiments/samples/run.py [--data data/requests.csv] [--encoder multilingual-e5-small]

Beside every figure stands a TF-IDF + logistic regression peer on the same folds, and the majority.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from features.encoder import DEFAULT_ENCODER, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from features.language import detect
from features.records import Decision, FieldPrediction
from features.taxonomy import Taxonomy
from training import dataset as datasets
from training import splits
from training.evaluate import field_figures
from training.fit import fit

MEASURES = ("accuracy", "macro_f1", "qwk", "within_one")


def main() -> None:
    """Print a table: field, language, measure, product, peer, majority."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/requests.csv"))
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    arguments = parser.parse_args()
    encoder = FileCachedEncoder(open_encoder(arguments.encoder), default_cache_dir() / "vectors")
    given, taxonomy = datasets.load(arguments.data, taxonomy=Taxonomy.default())
    encoder.encode(given.words, progress=True)
    answered: dict[str, dict[int, FieldPrediction]] = {code: {} for code in given.labels}
    peers: dict[str, dict[int, FieldPrediction]] = {code: {} for code in given.labels}
    for learn, test in splits.folds(given, next(iter(given.labels)), seed=0):
        rows, seen = given.rows(learn.tolist()), given.rows(test.tolist())
        model = fit(rows, taxonomy, encoder=encoder, seed=0)
        for i, prediction in zip(test.tolist(), model.predict(seen.requests), strict=True):
            for code, said in prediction.fields.items():
                answered[code][i] = said
        for code in given.labels:
            for i, label in zip(test.tolist(), _peer(rows, seen, code), strict=True):
                peers[code][i] = _said(label)
    languages = [detect(words) for words in given.words]
    print("| field | language | rows | measure | product | peer | majority |\n" + "|---" * 7 + "|")
    for code in given.labels:
        for language in ("zh", "en"):
            chosen = [i for i, each in enumerate(languages) if each == language]
            truth = [str(given.labels[code][i]) for i in chosen]
            field = taxonomy.field(code)
            ours = field_figures(truth, [answered[code][i] for i in chosen], field)
            theirs = field_figures(truth, [peers[code][i] for i in chosen], field)
            for measure in MEASURES:
                if measure in ours:
                    majority = f"{ours['majority_accuracy']:.3f}" if measure == "accuracy" else ""
                    print(
                        f"| {code} | {language} | {len(chosen)} | {measure} "
                        f"| {ours[measure]:.3f} | {theirs[measure]:.3f} | {majority} |"
                    )


def _peer(learn: datasets.Dataset, test: datasets.Dataset, code: str) -> Sequence[str]:
    peer = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=300, tol=1e-3),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer.fit(learn.words, list(learn.labels[code]))
    return np.asarray(peer.predict(test.words)).tolist()


def _said(label: str) -> FieldPrediction:
    return FieldPrediction(
        label=label, confidence=1.0, decision=Decision.SUGGEST, threshold=None, probabilities={}
    )


if __name__ == "__main__":
    main()
