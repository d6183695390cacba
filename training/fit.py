"""From a dataset to a TriageModel: the vectorizers once, then a head for each field."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np

from features.bundle import TriageModel
from features.encoder import Encoder
from features.heads import OWN, Head
from features.manifest import Manifest
from features.taxonomy import Taxonomy
from features.vectors import FeatureExtractor
from training import heads, splits
from training.dataset import Dataset

PACKAGE = "request-triage"


def fit(
    dataset: Dataset,
    taxonomy: Taxonomy,
    *,
    encoder: Encoder,
    seed: int,
    on_field: Callable[[str], None] = lambda _: None,
) -> TriageModel:
    """Fit every field of the dataset. Rows without a field's label serve the other fields.

    on_field is called when a field is done, for progress. The result depends on data, taxonomy, encoder
    and seed alone.
    """
    words = dataset.words
    extractor = FeatureExtractor.fit(words, encoder=encoder)
    features = extractor.transform(words)
    fitted: dict[str, Head] = {}
    for code in dataset.labels:
        rows = dataset.labelled(code)
        labels = np.array([dataset.labels[code][i] for i in rows])
        parts = splits.folds(dataset.rows(rows), code, seed=seed)
        scores = heads.out_of_fold(features[rows], labels, parts, seed=seed)
        fitted[code] = heads.fit_head(features[rows], labels, scores, seed=seed)
        on_field(code)
    manifest = Manifest(
        encoder_name=encoder.name,
        encoder_fingerprint=encoder.fingerprint,
        taxonomy=taxonomy.as_data(),
        labels={code: list(head.labels) for code, head in fitted.items()},
        calibrations={code: head.calibration.as_data() for code, head in fitted.items()},
        rows={code: len(dataset.labelled(code)) for code in fitted},
        data_hash=dataset.sha256,
        seed=seed,
        package_version=package_version(),
        git_commit=git_commit(),
    )
    return TriageModel(manifest=manifest, taxonomy=taxonomy, extractors={OWN: extractor}, heads=fitted)


def package_version() -> str:
    """The installed distribution's version."""
    return metadata.version(PACKAGE)


def git_commit() -> str | None:
    """The commit of the checkout this runs from, or None outside of one."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - git as the user has it
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return found.stdout.strip()
