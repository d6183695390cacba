"""What the commands of training say and write: figures, promises, and where a version came to stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from features.errors import InputError

if TYPE_CHECKING:
    from features.bundle import TriageModel
    from features.records import ModelReference
    from training.dataset import Dataset
    from training.report import Wanted
    from training.train import Outcome


def print_outcome(outcome: Outcome) -> None:
    """What came of training: what was left to parents, the figures, what is promised, the version."""
    from training import promises, thin

    for note in thin.notes(outcome.model.manifest.merged, outcome.model.taxonomy):
        say(note)
    print_figures(outcome.figures, f"{len(outcome.split.measure)} rows, {outcome.split.how}")
    for sentence in promises.sentences({code: each.guarantee for code, each in outcome.fields.items()}):
        click.echo(sentence)
    made = outcome.reference
    click.echo(f"Registered {made.name} version {made.version} as {outcome.alias}.")


def reported(
    model: TriageModel, dataset: Dataset, figures: dict[str, dict[str, Any]], wanted: Wanted
) -> None:
    """Write the report on the rows of a file where it was asked for."""
    from training import report
    from training.places import policy_file

    told = report.gather(
        model, dataset, figures=figures, how="the given file", policy=policy_file(), wanted=wanted
    )
    report.write_pages(told, wanted)


def print_reports(wanted: Wanted, *, measured: bool) -> None:
    """Where the reports that were asked for are, or why there is none."""
    for path in wanted.paths:
        if measured:
            click.echo(f"The report is in {path}: open it in a browser.")
        else:
            say(f"No row was held back, so there is nothing to report, and {path} is not written.")


def say(words: str) -> None:
    """To whoever watches: not into the command's answer."""
    click.echo(words, err=True)


def model_of(outcome: Outcome) -> dict[str, Any]:
    """Which model a training made, for the file of figures."""
    return {**model_data(outcome.model, outcome.reference), "alias": outcome.alias}


def model_data(model: TriageModel, reference: ModelReference) -> dict[str, Any]:
    """Which model it is, for the file of figures."""
    return {
        "name": reference.name,
        "version": reference.version,
        "encoder": model.manifest.encoder_name,
        "encoder_fingerprint": model.manifest.encoder_fingerprint,
        "data_hash": model.manifest.data_hash,
    }


def print_figures(figures: dict[str, dict[str, Any]], of: str) -> None:
    """The table of figures, and what they are of."""
    from training import levels
    from training.evaluate import table

    if figures:
        click.echo(f"Measured on {of}:")
        click.echo("\n".join([table(figures), *levels.sentences(figures)]))
    else:
        click.echo("No row was held back, so there are no figures.")


def write_json(path: Path | None, data: dict[str, Any]) -> None:
    """Write a file of figures, if one was asked for. Raises InputError where that cannot be."""
    if path is None:
        return
    try:
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise InputError(f"Cannot write {str(path)!r}: {error.strerror}.", field="json") from error
