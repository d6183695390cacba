"""One training run: measure on rows held back, fit, log, register, and say which alias it got."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from features.bundle import PyFunc, TriageModel
from features.delivered import CHAMPION
from features.encoder import Encoder
from features.errors import InputError
from features.records import ModelReference
from features.registry import CHALLENGER, Registry
from features.registry_runs import Data
from features.taxonomy import Taxonomy
from features.versions import Version
from training import carried, evaluate, outside, report, splits, standing, thin
from training.dataset import Dataset, thin_labels
from training.fields import FieldFit
from training.fit import PACKAGE, Fitted, fit_all, package_version
from training.left_out import remarks, trainable
from training.targets import Targets

ALIASES = (CHAMPION, CHALLENGER)
EXAMPLES = (("发票在哪里可以下载？", ""), ("The gate does not open any more.", "Gate 3"))
"""MLflow's input example: (text, subject). Made up, since no request text goes to MLflow."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a training run. fields: what was seen out of fold while the registered model was
    fitted."""

    model: TriageModel
    reference: ModelReference
    alias: str
    figures: dict[str, dict[str, Any]]
    split: splits.Split
    notes: tuple[str, ...]
    fields: dict[str, FieldFit]
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
    base: carried.Base | None = None,
    policy: Path | None = None,
    targets: Targets | None = None,
    reviewed: bool = False,
    wanted: report.Wanted | None = None,
    origin: Mapping[str, str] | None = None,
    source: Data | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Train a model of every field in the dataset and register it as `name`.

    The first version becomes champion, a later one challenger; `alias="champion"` with a reason moves
    champion. Figures are of rows the model did not see. base: the version whose other fields are
    carried over. policy: the file of the policy that a champion has to meet. targets, reviewed: as in
    `fit_all`. wanted: where the report is written besides MLflow, and how full. origin: what else MLflow is
    told of the data; source: kept there as the run's dataset. A field that nothing can be learnt of is left
    out and named in the notes.
    Raises InputError, TrainingDataError or RegistryError; nothing is registered then.
    """
    check_alias(alias, reason)
    asked = (targets or Targets()).check(taxonomy)
    data = _parted(dataset, taxonomy, seed=seed)
    champion = registry.alias(name, CHAMPION)
    inherited, told = carried.load(base, trained=list(data.dataset.labels), encoder=encoder)
    to_be = alias or (CHALLENGER if champion else None)
    for note in (*told, *_standing(data, inherited, policy=policy, alias=to_be)):
        say(note)
    clock = _Clock()
    say(f"Vectors of {len(dataset)} texts with {encoder.name}")
    encoder.encode(data.dataset.words, progress=True)
    clock.lap("encode")
    learn = partial(
        fit_all, taxonomy=data.taxonomy, encoder=encoder, seed=seed, targets=asked, reviewed=reviewed
    )
    with tempfile.TemporaryDirectory() as scratch:
        reporter = report.Reporter(
            folder=Path(scratch) / "report", policy=policy, wanted=wanted or report.Wanted()
        )
        found = _learnt(data, learn, reporter=reporter, clock=clock, say=say)
        model = found.model if inherited is None else carried.joined(found.model, inherited)
        params = {**params_of(model, data.split, rows=len(dataset)), **(origin or {})}
        logged = {"params": params, "artifacts": found.report, "data": source}
        metrics = evaluate.flat(found.figures) | found.metrics
        version = registered(model, registry, name=name, scratch=Path(scratch), metrics=metrics, **logged)
    clock.lap("register")
    return Outcome(
        model=model,
        reference=version.reference,
        alias=point(registry, version.reference, champion, alias, reason),
        figures=found.figures,
        split=data.split,
        notes=(*data.notes, *thin.notes(model.manifest.merged, model.taxonomy), *told, *found.notes),
        fields=found.fields,
        seconds=clock.laps,
    )


@dataclass(frozen=True, kw_only=True)
class _Learnt:
    """The model to register, and the figures of the one that was measured."""

    model: TriageModel
    fields: dict[str, FieldFit]
    figures: dict[str, dict[str, Any]]
    report: Path
    metrics: dict[str, float]
    notes: tuple[str, ...]


def _standing(
    data: _Data, inherited: TriageModel | None, *, policy: Path | None, alias: str | None
) -> list[str]:
    fields = data.taxonomy if inherited is None else carried.taxonomy_of(data.taxonomy, inherited)
    return standing.notes(fields, policy=policy, alias=alias)


def _learnt(
    data: _Data,
    learn: Callable[..., Fitted],
    *,
    reporter: report.Reporter,
    clock: _Clock,
    say: Callable[[str], None],
) -> _Learnt:
    """Fit and measure on rows held back, then fit on all rows unless these are to be kept back for good."""
    fitted = learn(data.fitted, on_field=_telling(say))
    clock.lap("fit")
    predictions = fitted.model.predict(outside.parted(data.measured)[0].requests)
    figures = evaluate.evaluate(fitted.model, data.measured, predictions=predictions)
    clock.lap("measure")
    told = reporter.write(
        fitted.model,
        data.measured,
        figures=figures,
        how=data.split.how,
        learnt=data.fitted,
        predictions=predictions,
    )
    clock.lap("report")
    if data.split.refit:
        fitted = learn(data.dataset, on_field=_telling(say, "on all rows"))
        clock.lap("refit")
    return _Learnt(
        model=fitted.model,
        fields=dict(fitted.fields),
        figures=figures,
        report=reporter.folder,
        metrics=told.metrics if told is not None else {},
        notes=(outside.sentence(told.scope),) if told is not None and told.scope else (),
    )


@dataclass(frozen=True, kw_only=True)
class _Data:
    """What a run learns from and what it measures on. dataset: all rows, of the fields that can be learnt."""

    dataset: Dataset
    taxonomy: Taxonomy
    split: splits.Split
    fitted: Dataset
    measured: Dataset
    notes: tuple[str, ...]


def _parted(dataset: Dataset, taxonomy: Taxonomy, *, seed: int) -> _Data:
    """The rows of a run, without fields that nothing can be learnt of."""
    dataset, taxonomy, left = trainable(dataset, taxonomy)
    split = splits.split(dataset, seed=seed)
    fitted, taxonomy, more = trainable(dataset.rows(split.fit), taxonomy)
    dataset = dataset.only(fitted.labels)
    return _Data(
        dataset=dataset,
        taxonomy=taxonomy,
        split=split,
        fitted=fitted,
        measured=dataset.rows(split.measure),
        notes=(*dataset.notes, *left, *more, *thin_labels(dataset), *remarks(dataset)),
    )


def check_alias(alias: str | None, reason: str | None) -> None:
    """Raises InputError where an alias is unknown, or champion is asked for without a reason."""
    if alias is not None and alias not in ALIASES:
        raise InputError(f"The alias {alias!r} is none of {', '.join(ALIASES)}.", field="alias")
    if alias == CHAMPION and not (reason or "").strip():
        raise InputError("--alias champion replaces what is served: say why with --reason.", field="reason")


def registered(model: TriageModel, registry: Registry, *, name: str, scratch: Path, **logged: Any) -> Version:
    """Save, log and register a model. logged: params, metrics and artifacts of Registry.log."""
    frame = pd.DataFrame(EXAMPLES, columns=["text", "subject"])
    return registry.log(
        model.save(scratch / "bundle"),
        name=name,
        example=frame,
        predictions=PyFunc(model).predict(frame),
        requirements=[f"{PACKAGE}=={package_version()}"],
        **logged,
    )


def _telling(say: Callable[[str], None], where: str = "") -> Callable[[str], None]:
    return lambda code: say(f"Fitted {code} {where}".rstrip())


def point(
    registry: Registry, reference: ModelReference, champion: str | None, alias: str | None, reason: str | None
) -> str:
    """Give a version its alias, and say which: the one asked for, else champion for the first of all."""
    given = alias or (CHALLENGER if champion else CHAMPION)
    if given == CHAMPION:
        registry.promote(reference, expected=champion, reason=reason or "the first version")
    else:
        registry.set_challenger(reference)
    return given


def params_of(model: TriageModel, split: splits.Split, *, rows: int) -> dict[str, Any]:
    """What MLflow is told of a run. rows: in the data."""
    manifest = model.manifest
    return {
        "rows": rows,
        "rows_fitted": rows if split.refit else len(split.fit),
        "rows_measured": len(split.measure),
        "split": split.how,
        "fields": ",".join(code for code in manifest.labels if code not in manifest.carried),
        "data_hash": manifest.data_hash,
        "seed": manifest.seed,
        "encoder": manifest.encoder_name,
        "encoder_fingerprint": manifest.encoder_fingerprint,
        "taxonomy_version": model.taxonomy.version,
        "text_version": manifest.text_version,
        "package_version": manifest.package_version,
        "git_commit": manifest.git_commit or "none",
        **{
            f"carried.{code}": f"{each['model']} {each['version']}" for code, each in manifest.carried.items()
        },
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
