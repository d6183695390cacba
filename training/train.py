"""One training run: measure on rows held back, fit, log, register, and say which alias it got."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from features.bundle import PyFunc, TriageModel
from features.delivered import CHAMPION
from features.encoder import Encoder
from features.errors import InputError
from features.records import ModelReference
from features.registry import CHALLENGER, Registry
from features.taxonomy import Taxonomy
from training import evaluate, report, splits
from training.dataset import Dataset, check_trainable, thin_labels
from training.fit import PACKAGE, fit, package_version

ALIASES = (CHAMPION, CHALLENGER)
EXAMPLES = (("发票在哪里可以下载？", ""), ("The gate does not open any more.", "Gate 3"))
"""MLflow's input example: (text, subject). Made up, since no request text goes to MLflow."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a training run."""

    model: TriageModel
    reference: ModelReference
    alias: str
    figures: dict[str, dict[str, Any]]
    split: splits.Split
    notes: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)


def train(
    dataset: Dataset,
    taxonomy: Taxonomy,
    *,
    encoder: Encoder,
    registry: Registry,
    name: str,
    seed: int,
    alias: str | None = None,
    reason: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Train a model of every field in the dataset and register it as `name`.

    The first version becomes champion, a later one challenger; `alias="champion"` with a reason moves
    champion. Figures are of rows the measured model did not see.
    Raises InputError, TrainingDataError or RegistryError; nothing is registered then.
    """
    check_alias(alias, reason)
    check_trainable(dataset)
    champion = registry.alias(name, CHAMPION)
    clock = _Clock()
    say(f"Vectors of {len(dataset)} texts with {encoder.name}")
    encoder.encode(dataset.words, progress=True)
    clock.lap("encode")
    split = splits.split(dataset, seed=seed)
    fit_rows, measured = dataset.rows(split.fit), dataset.rows(split.measure)
    check_trainable(fit_rows)
    model = fit(fit_rows, taxonomy, encoder=encoder, seed=seed, on_field=_telling(say))
    clock.lap("fit")
    figures = evaluate.evaluate(model, measured) if len(measured) else {}
    with tempfile.TemporaryDirectory() as scratch:
        artifacts = report.write(Path(scratch) / "report", model=model, dataset=measured, figures=figures)
        clock.lap("measure")
        if split.refit:
            model = fit(dataset, taxonomy, encoder=encoder, seed=seed, on_field=_telling(say, "on all rows"))
            clock.lap("refit")
        bundle = model.save(Path(scratch) / "bundle")
        frame = pd.DataFrame(EXAMPLES, columns=["text", "subject"])
        version = registry.log(
            bundle,
            name=name,
            params=_params(model, dataset, split),
            metrics=evaluate.flat(figures),
            artifacts=artifacts,
            example=frame,
            predictions=PyFunc(model).predict(frame),
            requirements=[f"{PACKAGE}=={package_version()}"],
        )
    clock.lap("register")
    given = _point(registry, version.reference, champion, alias, reason)
    return Outcome(
        model=model,
        reference=version.reference,
        alias=given,
        figures=figures,
        split=split,
        notes=(*dataset.notes, *thin_labels(dataset)),
        seconds=clock.laps,
    )


def check_alias(alias: str | None, reason: str | None) -> None:
    """Raises InputError where an alias is unknown, or champion is asked for without a reason."""
    if alias is not None and alias not in ALIASES:
        raise InputError(f"The alias {alias!r} is none of {', '.join(ALIASES)}.", field="alias")
    if alias == CHAMPION and not (reason or "").strip():
        raise InputError("--alias champion replaces what is served: say why with --reason.", field="reason")


def _telling(say: Callable[[str], None], where: str = "") -> Callable[[str], None]:
    return lambda code: say(f"Fitted {code} {where}".rstrip())


def _point(
    registry: Registry, reference: ModelReference, champion: str | None, alias: str | None, reason: str | None
) -> str:
    given = alias or (CHALLENGER if champion else CHAMPION)
    if given == CHAMPION:
        registry.promote(reference, expected=champion, reason=reason or "the first version")
    else:
        registry.set_challenger(reference)
    return given


def _params(model: TriageModel, dataset: Dataset, split: splits.Split) -> dict[str, Any]:
    manifest = model.manifest
    return {
        "rows": len(dataset),
        "rows_fitted": len(dataset) if split.refit else len(split.fit),
        "rows_measured": len(split.measure),
        "split": split.how,
        "fields": ",".join(dataset.labels),
        "data_hash": manifest.data_hash,
        "seed": manifest.seed,
        "encoder": manifest.encoder_name,
        "encoder_fingerprint": manifest.encoder_fingerprint,
        "taxonomy_version": model.taxonomy.version,
        "text_version": manifest.text_version,
        "package_version": manifest.package_version,
        "git_commit": manifest.git_commit or "none",
        **{f"calibration.{code}": json.dumps(dict(each)) for code, each in manifest.calibrations.items()},
    }


class _Clock:
    """Seconds by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name] = round(now - self._last, 3)
        self._last = now
