"""A working model from a taxonomy alone, without one labelled row.

A field's head is a linear classifier whose weights are the directions of its labels' names and descriptions
(training.named). Its probabilities were calibrated on nothing of the company's, so every decision is
`review`. Once there are a few rows, names help them in training.few_rows.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from features.bundle import TriageModel
from features.calibration import TEMPERATURE as BY_TEMPERATURE
from features.calibration import Calibration
from features.delivered import CHAMPION
from features.encoder import Encoder
from features.errors import TrainingDataError
from features.heads import OWN, Head
from features.manifest import Manifest
from features.registry import CHALLENGER, Registry
from features.scope import ScopeModel
from features.taxonomy import Taxonomy
from features.vectors import FeatureExtractor
from training import standing
from training.fit import git_commit, package_version
from training.named import Named, linear, named, names_features
from training.scope import FEWEST_LETTERS, LANGUAGE_CUTOFF, UNKNOWN_LANGUAGES
from training.splits import Split
from training.train import Outcome, check_alias, params_of, point, registered

CENTRED = 0.8
"""How much of the mean of all labels is taken away from each, since it tells none of them apart."""
TEMPERATURE = 0.03
TEMPERATURE_FROM = (
    "a default: about the mean of those of least log loss on banking77 (0.024), clinc150 (0.021), the sample "
    "requests' types (0.026) and zh_kuake_qic (0.048), by names and descriptions alone"
)


def cold_start(taxonomy: Taxonomy, *, encoder: Encoder, seed: int) -> TriageModel:
    """A model of every field from names and descriptions. seed: kept for the record, nothing is drawn.

    Raises TrainingDataError where two labels of a field are called alike and told apart by nothing.
    """
    texts = {code: named(field, field.leaves) for code, field in taxonomy.fields.items()}
    for code, given in texts.items():
        _check(code, given)
    every = [text for given in texts.values() for text in given.texts]
    extractor = FeatureExtractor.fit(every, encoder=encoder)
    heads = {code: cold_head(given, extractor) for code, given in texts.items()}
    told = {"rows": 0, "calibrated": False, "temperature_from": TEMPERATURE_FROM}
    manifest = Manifest(
        encoder_name=encoder.name,
        encoder_fingerprint=encoder.fingerprint,
        taxonomy=taxonomy.as_data(),
        labels={code: list(head.labels) for code, head in heads.items()},
        calibrations={code: head.calibration.as_data() for code, head in heads.items()},
        thresholds={code: dict.fromkeys(head.labels) for code, head in heads.items()},
        rows=dict.fromkeys(heads, 0),
        data_hash=hashlib.sha256(json.dumps(every, ensure_ascii=False).encode()).hexdigest(),
        seed=seed,
        cold_start=dict.fromkeys(heads, told),
        package_version=package_version(),
        git_commit=git_commit(),
    )
    scope = ScopeModel(
        languages=UNKNOWN_LANGUAGES,
        language_cutoff=LANGUAGE_CUTOFF,
        fewest_letters=FEWEST_LETTERS,
        distance=None,
    )
    return TriageModel(
        manifest=manifest, taxonomy=taxonomy, extractors={OWN: extractor}, heads=heads, scope=scope
    )


def cold_head(given: Named, extractor: FeatureExtractor) -> Head:
    """A head whose scores are cosines to the directions of its labels, CENTRED."""
    width = extractor.encoder.dimensions
    block = names_features(given, extractor)
    vectors = block[:, :width].toarray()
    scale = np.linalg.norm(vectors, axis=1).mean()
    means = given.prototypes(vectors / scale)
    centre = CENTRED * means.mean(axis=0)
    directions = means - centre
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-12)
    weights = np.zeros((len(given.labels), block.shape[1]))
    weights[:, :width] = directions / scale
    calibration = Calibration(method=BY_TEMPERATURE, parameters={"temperature": TEMPERATURE})
    return Head(
        classifier=linear(weights, -directions @ centre), labels=given.labels, calibration=calibration
    )


def train_cold(
    taxonomy: Taxonomy,
    *,
    encoder: Encoder,
    registry: Registry,
    name: str,
    seed: int,
    alias: str | None = None,
    reason: str | None = None,
    policy: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Register a model of a taxonomy alone, under the rules of training.train. There are no figures: nothing
    was there to measure on.

    Raises InputError, TrainingDataError or RegistryError; nothing is registered then.
    """
    check_alias(alias, reason)
    champion = registry.alias(name, CHAMPION)
    for note in standing.notes(taxonomy, policy=policy, alias=alias or (CHALLENGER if champion else None)):
        say(note)
    model = cold_start(taxonomy, encoder=encoder, seed=seed)
    split = Split(fit=(), measure=(), refit=False, how="no rows: names and descriptions alone")
    with tempfile.TemporaryDirectory() as scratch:
        version = registered(
            model,
            registry,
            name=name,
            scratch=Path(scratch),
            params={**params_of(model, split, rows=0), "cold_start": True},
            metrics={},
            artifacts=None,
        )
    given = point(registry, version.reference, champion, alias, reason)
    return Outcome(
        model=model, reference=version.reference, alias=given, figures={}, split=split, notes=(), fields={}
    )


def _check(code: str, given: Named) -> None:
    said: dict[tuple[str, ...], str] = {}
    for i, label in enumerate(given.labels):
        texts = tuple(given.texts[j] for j in np.flatnonzero(given.owners == i))
        if texts in said:
            raise TrainingDataError(
                f"The labels {said[texts]!r} and {label!r} of {code!r} have the same name and description: "
                "without rows nothing tells them apart; describe them.",
                field=code,
            )
        said[texts] = label
