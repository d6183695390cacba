"""The figures of a training run, as files for MLflow: a confusion matrix and a reliability figure a field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from features.bundle import TriageModel
from features.records import FieldPrediction
from features.taxonomy import Field
from training.dataset import Dataset
from training.reliability import BINS

WIDEST_CONFUSION = 40
"""With more labels than this a confusion matrix is a grey square; it is then left out."""


def write(folder: Path, *, model: TriageModel, dataset: Dataset, figures: Mapping[str, Any]) -> Path:
    """Write `metrics.json` and, for each measured field, `FIELD.confusion.png`, `FIELD.reliability.png`."""
    import matplotlib as mpl

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metrics.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    predictions = model.predict(dataset.requests) if figures else []
    for code in figures:
        rows = dataset.labelled(code)
        truth = [str(dataset.labels[code][i]) for i in rows]
        said = [predictions[i].fields[code] for i in rows]
        _confusion(folder / f"{code}.confusion.png", truth, said, model.taxonomy.field(code))
        _reliability(folder / f"{code}.reliability.png", truth, said, code)
    return folder


def _confusion(path: Path, truth: Sequence[str], said: Sequence[FieldPrediction], field: Field) -> None:
    from matplotlib.figure import Figure
    from sklearn.metrics import confusion_matrix

    labels = [label for label in field.codes if label in {*truth, *(each.label for each in said)}]
    if len(labels) > WIDEST_CONFUSION:
        return
    counts = confusion_matrix(truth, [each.label for each in said], labels=labels)
    side = 2.5 + 0.45 * len(labels)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            axes.text(column, row, str(count), ha="center", va="center", fontsize=8)
    axes.set_xticks(range(len(labels)), labels, rotation=60, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("predicted")
    axes.set_ylabel("labelled")
    axes.set_title(f"{field.code}: rows by label and prediction")
    figure.savefig(path, dpi=110)


def _reliability(path: Path, truth: Sequence[str], said: Sequence[FieldPrediction], code: str) -> None:
    from matplotlib.figure import Figure

    confidence = np.array([each.confidence for each in said])
    right = np.array([label == each.label for label, each in zip(truth, said, strict=True)])
    parts = [part for part in np.array_split(np.argsort(confidence, kind="stable"), BINS) if len(part)]
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.plot([confidence[part].mean() for part in parts], [right[part].mean() for part in parts], "o-")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("confidence")
    axes.set_ylabel("share that was right")
    axes.set_title(f"{code}: reliability, {len(parts)} bins of equal mass")
    figure.savefig(path, dpi=110)
