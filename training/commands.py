"""The commands of the offline side: train, evaluate, score, models, encoder."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from features.errors import InputError, PolicyError
from training.encoder_commands import encoder
from training.model_commands import models
from training.places import DEFAULT_MODEL, cache_dir, open_registry, policy_file
from training.report_options import report_options, wanted
from training.telling import (
    model_data,
    model_of,
    print_figures,
    print_outcome,
    print_reports,
    reported,
    say,
    write_json,
)

if TYPE_CHECKING:
    from features.bundle import TriageModel
    from features.encoder import Encoder
    from features.records import ModelReference
    from features.taxonomy import Taxonomy
    from training.train import Outcome


@click.command()
@click.option(
    "--data",
    type=Path,
    default=None,
    help="Labelled requests: csv, jsonl or parquet. Without: names and descriptions of the taxonomy alone.",
)
@click.option("--taxonomy", default=None, help="A taxonomy file, or `infer`; default: the packaged one.")
@click.option("--fields", default="", help="Only these fields, parted by commas.")
@click.option("--encoder", "encoder_name", default=None, help="A folder, a hub name, or `hash`.")
@click.option("--model", "name", default="triage", show_default=True, help="The registered name.")
@click.option("--alias", default=None, help="`champion` (needs --reason) or `challenger`.")
@click.option("--reason", default=None, help="Why this version is to be champion.")
@click.option("--base", default=None, help="Whose other fields are carried over; default: the champion.")
@click.option(
    "--target",
    default="0.95",
    show_default=True,
    help="The precision at which it may act alone: 0.95, or urgency=0.9,type.security=0.99.",
)
@click.option("--seed", default=0, show_default=True)
@click.option("--json", "json_path", type=Path, default=None, help="Write the figures here.")
@report_options
def train(
    data: Path | None,
    taxonomy: str | None,
    fields: str,
    encoder_name: str | None,
    name: str,
    alias: str | None,
    reason: str | None,
    base: str | None,
    target: str,
    seed: int,
    json_path: Path | None,
    reports: tuple[str, ...],
    customers: Path | None,
) -> None:
    """Train a model on labelled requests and register it.

    The first version becomes champion; later ones become challenger, unless --alias champion --reason
    says otherwise. Rows with an empty cell in a field serve the other fields. A field without any label
    in the data is carried over from the base version; --base none leaves it out. With --taxonomy FILE
    and no --data, names and descriptions alone make a model to start with, which decides nothing alone.
    """
    from features.delivered import check_name
    from training import carried, left_out
    from training import dataset as datasets
    from training import targets as targeting
    from training import train as training

    check_name(name)
    training.check_alias(alias, reason)
    targets = targeting.parse(target)
    report = wanted(reports, customers, learns=data is not None)
    if data is None:
        outcome = _cold(taxonomy, fields, encoder_name, name=name, alias=alias, reason=reason, seed=seed)
        print_reports(report, measured=False)
        write_json(json_path, {"fields": {}, "model": model_of(outcome), "notes": outcome.notes})
        return
    dataset, known = datasets.load(data, taxonomy=_taxonomy(taxonomy), fields=_names(fields))
    registry = open_registry()
    found = carried.find(base, registry=registry, name=name, say=say)
    dataset, known = carried.without_empty(dataset, known, found)
    targets = targets.check(known)
    dataset, known, left = left_out.trainable(dataset, known)
    for note in (*dataset.notes, *left, *datasets.thin_labels(dataset), *left_out.remarks(dataset)):
        say(note)
    outcome = training.train(
        dataset,
        known,
        encoder=open_cached(encoder_name),
        registry=registry,
        name=name,
        seed=seed,
        alias=alias,
        reason=reason,
        base=found,
        policy=policy_file(),
        targets=targets,
        wanted=report,
        say=say,
    )
    print_outcome(outcome)
    print_reports(report, measured=bool(outcome.figures))
    write_json(json_path, _told(outcome))


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "fields": outcome.figures,
        "guarantees": outcome.model.manifest.guarantees,
        "model": model_of(outcome),
        "notes": outcome.notes,
        "seconds": outcome.seconds,
    }


@click.command()
@click.option("--data", type=Path, required=True, help="Labelled requests: csv, jsonl or parquet.")
@click.option("--model", "uri", default=DEFAULT_MODEL, show_default=True, help="A model URI or a folder.")
@click.option("--json", "json_path", type=Path, default=None, help="Write the figures here.")
@report_options
def evaluate(
    data: Path, uri: str, json_path: Path | None, reports: tuple[str, ...], customers: Path | None
) -> None:
    """Measure a model on labelled requests."""
    from training import dataset as datasets
    from training import evaluate as evaluation

    report = wanted(reports, customers, learns=False)
    started = time.monotonic()
    model, reference = _open(uri)
    dataset, _ = datasets.load(data, taxonomy=model.taxonomy)
    for note in dataset.notes:
        say(note)
    loaded = time.monotonic()
    model.encoder.encode(dataset.words, progress=True)
    figures = evaluation.evaluate(model, dataset)
    if not figures:
        raise InputError(f"{data} has no row with a label of a field the model predicts.", field="data")
    print_figures(figures, f"{len(dataset)} rows")
    if report.paths:
        reported(model, dataset, figures, report)
        print_reports(report, measured=True)
    seconds = {"load": round(loaded - started, 3), "predict": round(time.monotonic() - loaded, 3)}
    write_json(json_path, {"fields": figures, "model": model_data(model, reference), "seconds": seconds})


@click.command()
@click.option("--data", type=Path, required=True, help="Requests with a column `text`.")
@click.option("--out", type=Path, required=True, help="Where to write: csv, jsonl or parquet.")
@click.option("--customers", type=Path, default=None, help="Customer facts, joined by `customer_id`.")
@click.option("--model", "uri", default=DEFAULT_MODEL, show_default=True, help="A model URI or a folder.")
def score(data: Path, out: Path, customers: Path | None, uri: str) -> None:
    """Predict and grade a file of requests."""
    from features import tables
    from features.customer.table import read_customers
    from features.policy import meeting
    from training import score as scoring

    table = tables.read(data)
    for note in table.notes:
        say(note)
    if "text" not in table.frame:
        raise InputError(f"{data} has no column 'text'.", field="text")
    model, _ = _open(uri)
    policy = meeting.read_for(policy_file(), model.taxonomy)
    try:
        meeting.require(policy, model.taxonomy)
    except PolicyError as error:
        say(f"Graded by the fallback where the matrix has no cell. {error}")
    today = datetime.now(UTC).date()
    values = scoring.values_of(read_customers(customers), policy, today=today) if customers else {}
    frame = scoring.score(table.frame, model=model, policy=policy, values=values)
    tables.write(frame, out)
    grades = ", ".join(f"{grade} {count}" for grade, count in sorted(frame["grade"].value_counts().items()))
    click.echo(f"Wrote {len(frame)} rows to {out}: {grades}.")


commands: dict[str, click.Command] = {
    "train": train,
    "evaluate": evaluate,
    "score": score,
    "models": models,
    "encoder": encoder,
}


def _taxonomy(named: str | None) -> Taxonomy | None:
    """The taxonomy that an option names: None for `infer`, the packaged one where it names none."""
    from features.taxonomy import Taxonomy

    if named == "infer":
        return None
    return Taxonomy.load(Path(named)) if named else Taxonomy.default()


def _names(fields: str) -> list[str]:
    return [name.strip() for name in fields.split(",") if name.strip()]


def open_cached(name: str | None) -> Encoder:
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
    used = open_cached(read_manifest(folder).encoder_name)
    return TriageModel.load(folder, encoder=used, reference=reference), reference


def _cold(
    taxonomy: str | None,
    fields: str,
    encoder_name: str | None,
    *,
    name: str,
    alias: str | None,
    reason: str | None,
    seed: int,
) -> Outcome:
    """A model of names and descriptions alone, registered and told of."""
    from features.taxonomy import Taxonomy
    from training.coldstart import train_cold

    if taxonomy in (None, "infer"):
        raise InputError(
            "There is neither --data nor a taxonomy file: give labelled requests, or start without any from "
            "the names and descriptions of --taxonomy FILE.",
            field="data",
        )
    known = Taxonomy.load(Path(taxonomy))
    outcome = train_cold(
        known.only(_names(fields)) if fields else known,
        encoder=open_cached(encoder_name),
        registry=open_registry(),
        name=name,
        seed=seed,
        alias=alias,
        reason=reason,
        policy=policy_file(),
        say=say,
    )
    click.echo(
        "Started from names and descriptions alone: its probabilities are uncalibrated, and every request "
        "goes to review."
    )
    click.echo(f"Registered {name} version {outcome.reference.version} as {outcome.alias}.")
    return outcome
