"""How far a handful of words goes on the sample requests, per field and language.

    python experiments/samples/few_words.py [--data data/requests.csv] [--words 20]

A logistic regression that sees only the words most tied to a field's labels (chi-squared, chosen anew in each
training part), beside one that sees all words and beside the commonest label; five folds by duplicate group.
A word is a run of Latin letters or digits; in Chinese, a pair of neighbouring characters.
"""

from __future__ import annotations

import argparse
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import Pipeline, make_pipeline

from features.language import detect
from features.taxonomy import Taxonomy
from training import dataset as datasets
from training import splits

_RUN = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")


def main() -> None:
    """Print a table: field, language, and accuracy / macro-F1 of the commonest label, few words and all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/requests.csv"))
    parser.add_argument("--words", type=int, default=20)
    arguments = parser.parse_args()
    given, _ = datasets.load(arguments.data, taxonomy=Taxonomy.default())
    languages = [detect(words) for words in given.words]
    few = arguments.words
    print(
        f"| field | | rows | always the commonest | {few} words | all words |\n|---|---|---:|---:|---:|---:|"
    )
    for code in given.labels:
        for language in ("zh", "en"):
            rows = given.rows([i for i, each in enumerate(languages) if each == language])
            figures = [_scored(rows, code, model) for model in _models(few)]
            print(f"| {code} | {language} | {len(rows.words)} | {' | '.join(figures)} |")


def words_of(text: str) -> list[str]:
    """Latin words and numbers as they are, and every pair of neighbouring Chinese characters."""
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        found += [run[i : i + 2] for i in range(len(run) - 1)] if run[0] > "z" else [run]
    return found


def _models(few: int) -> Sequence[Pipeline]:
    def counted(*steps: object) -> Pipeline:
        return make_pipeline(CountVectorizer(analyzer=words_of, binary=True), *steps)

    logistic = LogisticRegression(C=1.0, max_iter=500)
    return (
        counted(DummyClassifier(strategy="most_frequent")),
        counted(SelectKBest(chi2, k=few), logistic),
        counted(logistic),
    )


def _scored(rows: datasets.Dataset, code: str, model: Pipeline) -> str:
    truth = np.asarray(rows.labels[code])
    answered = np.empty(len(truth), dtype=truth.dtype)
    for learn, test in splits.folds(rows, code, seed=0):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit([rows.words[i] for i in learn], truth[learn])
        answered[test] = model.predict([rows.words[i] for i in test])
    return f"{accuracy_score(truth, answered):.3f} / {f1_score(truth, answered, average='macro'):.3f}"


if __name__ == "__main__":
    main()
