"""From a dataset to a TriageModel: the vectorizers once, then a head for each field."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from features.bundle import TriageModel
from features.encoder import Encoder
from features.guarantees import seal_of
from features.heads import OWN, Kind
from features.manifest import Manifest
from features.taxonomy import Taxonomy
from features.vectors import FeatureExtractor
from training import thin
from training.dataset import Dataset
from training.fields import FieldFit, fit_field
from training.outside import parted
from training.scope import fit_scope
from training.targets import Targets

PACKAGE = "request-triage"


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A model, and what was seen of each field while it was fitted."""

    model: TriageModel
    fields: Mapping[str, FieldFit]


def fit(
    dataset: Dataset,
    taxonomy: Taxonomy,
    *,
    encoder: Encoder,
    seed: int,
    targets: Targets | None = None,
    reviewed: bool = False,
    on_field: Callable[[str], None] = lambda _: None,
) -> TriageModel:
    """The model of `fit_all`."""
    return fit_all(
        dataset,
        taxonomy,
        encoder=encoder,
        seed=seed,
        targets=targets,
        reviewed=reviewed,
        on_field=on_field,
    ).model


def fit_all(
    dataset: Dataset,
    taxonomy: Taxonomy,
    *,
    encoder: Encoder,
    seed: int,
    targets: Targets | None = None,
    reviewed: bool = False,
    on_field: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Fit every field of the dataset. Rows without a field's label serve the other fields; those of labels
    too rare to be learnt train the label above (training.thin), and rows out of scope no head at all
    (training.outside).

    targets: the precision at which the model may act alone. reviewed: whether people of the company
    reviewed these rows. on_field is called when a field is done. The result depends on data, taxonomy,
    encoder, targets and seed alone.
    """
    given, (inside, outside) = dataset, parted(dataset)
    lifted = thin.lifted(inside, taxonomy)
    dataset, targets = lifted.dataset, (targets or Targets()).check(taxonomy)
    taxonomy = taxonomy.counted(given.labels)
    extractor = FeatureExtractor.fit(dataset.words, encoder=encoder)
    features = extractor.transform(dataset.words)
    groups = np.unique(dataset.groups, return_inverse=True)[1]
    learn = partial(fit_field, dataset, features=features, groups=groups, seed=seed, extractor=extractor)
    fields: dict[str, FieldFit] = {}
    for code in dataset.labels:
        fields[code] = learn(
            taxonomy.field(code), asked=targets.asked(code), data_hash=given.sha256, reviewed=reviewed
        )
        on_field(code)
    scope = fit_scope(dataset, examples=outside.words, encoder=encoder, seed=seed)
    manifest = Manifest(
        **_origin(encoder, seed=seed),
        **_of_fields(fields),
        taxonomy=taxonomy.as_data(),
        data_hash=given.sha256,
        merged=lifted.merged,
        reviewed=reviewed or all(each.guarantee.reviewed for each in fields.values()),
        scope=scope.as_data(),
    )
    heads = {code: each.head for code, each in fields.items()}
    model = TriageModel(
        manifest=manifest, taxonomy=taxonomy, extractors={OWN: extractor}, heads=heads, scope=scope.model
    )
    return Fitted(model=model, fields=fields)


def _origin(encoder: Encoder, *, seed: int) -> dict[str, Any]:
    """What a manifest says of where a model comes from."""
    return {
        "encoder_name": encoder.name,
        "encoder_fingerprint": encoder.fingerprint,
        "seed": seed,
        "package_version": package_version(),
        "git_commit": git_commit(),
    }


def _of_fields(fields: Mapping[str, FieldFit]) -> dict[str, Any]:
    """What a manifest says field by field."""
    heads = {code: each.head for code, each in fields.items()}
    calibrations = {code: head.calibration.as_data() for code, head in heads.items()}
    thresholds = {code: each.guarantee.cutoffs for code, each in fields.items()}
    guarantees = {code: each.guarantee.as_data() for code, each in fields.items()}
    for code, each in guarantees.items():
        each["seal"] = seal_of(each, thresholds=thresholds[code], calibration=calibrations[code])
    return {
        "rows": {code: len(each.out_of_fold.rows) for code, each in fields.items()},
        "labels": {code: list(head.labels) for code, head in heads.items()},
        "calibrations": calibrations,
        "thresholds": thresholds,
        "guarantees": guarantees,
        "priors": {code: dict(each.prior) for code, each in fields.items()},
        "cold_start": {code: each.names.as_data() for code, each in fields.items() if each.names},
        "kinds": {code: str(head.kind) for code, head in heads.items() if head.kind != Kind.PLAIN},
        "weights": {code: dict(head.weights) for code, head in heads.items() if head.weights},
    }


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
