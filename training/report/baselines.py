"""What simpler ways would have said of the same rows, so that a figure of the model can be judged.

majority   always the most frequent label of the rows learnt from
topic      a field guessed from the type alone: the label that this type most often has
tfidf      TF-IDF of characters (1 to 4) with logistic regression, learnt from the same rows
"""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.taxonomy import Field
from training.dataset import Dataset
from training.ordered import kappa

TOPIC = "type"
"""The field that another one is guessed from."""
MOST_ROWS = 20_000
"""Rows that the logistic regression learns from at most; more change little and take minutes."""
PENALTY = 10.0
"""Inverse regularisation, as for the peer in experiments/public_data."""


@dataclass(frozen=True, kw_only=True)
class Measures:
    """How good answers are. macro_f1: over the labels in the rows. kappa: of an ordered field."""

    accuracy: float
    macro_f1: float
    kappa: float | None


def measures(truth: Sequence[str], answers: Sequence[str], field: Field) -> Measures:
    """The figures that the model and the ways beside it share."""
    from sklearn.metrics import f1_score

    place = {code: i for i, code in enumerate(field.codes)}
    known = field.ordered and all(each in place for each in (*truth, *answers))
    ranks = [np.array([place[each] for each in side]) for side in (truth, answers)] if known else []
    labels = sorted(set(truth))
    return Measures(
        accuracy=float(np.mean([a == b for a, b in zip(truth, answers, strict=True)])),
        macro_f1=float(f1_score(truth, answers, labels=labels, average="macro", zero_division=0)),
        kappa=kappa(*ranks, labels=len(place)) if known else None,
    )


def baselines(
    learnt: Dataset, measured: Dataset, fields: Mapping[str, Field]
) -> dict[str, dict[str, Measures]]:
    """Field -> name of the way -> its figures on the measured rows that have a label.

    learnt: the rows that the model was fitted on.
    """
    rows = {code: measured.labelled(code) for code in fields if measured.labelled(code)}
    vectors = _Vectors(learnt, measured) if rows else None
    found: dict[str, dict[str, Measures]] = {}
    for code, chosen in rows.items():
        truth = [str(measured.labels[code][i]) for i in chosen]
        answers = {"majority": [_most(learnt.labels[code])] * len(chosen)}
        if code != TOPIC and TOPIC in learnt.labels and TOPIC in measured.labels:
            topics = [measured.labels[TOPIC][i] for i in chosen]
            answers["topic"] = _by_topic(learnt, code, topics)
        by_words = vectors.answers(code, chosen) if vectors is not None else None
        if by_words is not None:
            answers["tfidf"] = by_words
        found[code] = {name: measures(truth, said, fields[code]) for name, said in answers.items()}
    return found


def _most(labels: Sequence[str | None]) -> str:
    """The most frequent label; of several the first by name."""
    counts = Counter(label for label in labels if label is not None)
    return min(counts, key=lambda label: (-counts[label], label))


def _by_topic(learnt: Dataset, code: str, topics: Sequence[str | None]) -> list[str]:
    """The label that each topic most often has; that of all rows for a topic never seen."""
    seen: dict[str, list[str | None]] = defaultdict(list)
    for topic, label in zip(learnt.labels[TOPIC], learnt.labels[code], strict=True):
        if topic is not None and label is not None:
            seen[topic].append(label)
    most, otherwise = {topic: _most(labels) for topic, labels in seen.items()}, _most(learnt.labels[code])
    return [most.get(topic or "", otherwise) for topic in topics]


class _Vectors:
    """TF-IDF of the rows, made once for all fields."""

    def __init__(self, learnt: Dataset, measured: Dataset) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        step = -(-len(learnt) // MOST_ROWS)
        self.learnt = learnt if step <= 1 else learnt.rows(range(0, len(learnt), step))
        made = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True, dtype=np.float32
        )
        self.known: Any = None
        try:
            self.known = made.fit_transform(self.learnt.words)
        except ValueError:  # no sequence stands in two texts: then there is nothing to learn from
            return
        self.asked = made.transform(measured.words)

    def answers(self, code: str, chosen: Sequence[int]) -> list[str] | None:
        """What logistic regression says of the chosen rows; None where it has nothing to learn."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        rows = self.learnt.labelled(code)
        labels = [str(self.learnt.labels[code][i]) for i in rows]
        if self.known is None or len(set(labels)) < 2:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a baseline may stop a little early
            fitted = LogisticRegression(C=PENALTY, max_iter=300, tol=1e-3).fit(self.known[rows], labels)
        return [str(label) for label in fitted.predict(self.asked[list(chosen)])]
