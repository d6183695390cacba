"""`triage data check`: an honest view of labelled requests, before anything is learnt from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from features.errors import InputError

if TYPE_CHECKING:
    from features.encoder import Encoder
    from features.taxonomy import Taxonomy
    from training.hygiene.checking import Report
    from training.hygiene.findings import Finding
    from training.hygiene.sheet import Sheet

NO_ENCODER = "none"
MUST_MEND = 1
"""The exit code where something must be mended."""


@click.command(name="check")
@click.argument("path", type=Path)
@click.option("--taxonomy", "taxonomy_name", default=None, help="A taxonomy file, or `infer`.")
@click.option("--fields", default="", help="The columns that hold labels, parted by commas.")
@click.option(
    "--out", type=Path, default=None, help="Write the rows to look at first here: csv, jsonl or parquet."
)
@click.option(
    "--lang", "--language", "language", type=click.Choice(["en", "zh"]), default="en", show_default=True
)
@click.option(
    "--encoder",
    "encoder_name",
    default=NO_ENCODER,
    show_default=True,
    help="Finds more wrong labels: `multilingual-e5-small`, a folder or a hub name.",
)
@click.option("--json", "json_path", type=Path, default=None, help="Write the findings here.")
@click.option("--seed", default=0, show_default=True)
@click.pass_context
def check(
    ctx: click.Context,
    path: Path,
    taxonomy_name: str | None,
    fields: str,
    out: Path | None,
    language: str,
    encoder_name: str,
    json_path: Path | None,
    seed: int,
) -> None:
    """Check labelled requests: duplicates, wrong labels, defaults, leaks, encodings, personal data.

    PATH is csv, jsonl or parquet with a column `text`. Nothing is changed. The exit code is 1 where something
    must be mended before training.
    """
    from training.hygiene import checking, sheet, wording
    from training.hygiene.labels import read_labels

    asked = [name.strip() for name in fields.split(",") if name.strip()]
    encoder = None if encoder_name == NO_ENCODER else _encoder(encoder_name)
    taxonomy = _taxonomy(taxonomy_name)
    frame, notes = sheet.open_frame(path)
    for note in notes:
        click.echo(note, err=True)
    labels = read_labels(frame, taxonomy=taxonomy, given=taxonomy_name is not None, fields=asked)
    rows = sheet.read_sheet(frame, labels.by_field)
    report = checking.check(
        rows,
        known=labels.findings,
        encoder=encoder,
        seed=seed,
        on_check=lambda name: click.echo(f"{wording.check_name(name, language=language)} ...", err=True),
    )
    click.echo(wording.table(report.findings, language=language))
    if out is not None:
        _write_rows(report, rows, out, language=language)
    if json_path is not None:
        _write_json(report, rows, json_path)
    if report.must_be_mended:
        ctx.exit(MUST_MEND)


def _taxonomy(name: str | None) -> Taxonomy | None:
    """The taxonomy that labels must meet, or None where they are taken as they are."""
    from features.taxonomy import Taxonomy

    if name == "infer":
        return None
    return Taxonomy.load(Path(name)) if name else Taxonomy.default()


def _encoder(name: str) -> Encoder:
    """The named encoder behind the file cache of vectors, which training reads too."""
    from features.encoder import FileCachedEncoder, open_encoder
    from features.encoder.location import default_cache_dir
    from training.places import cache_dir

    folder = (cache_dir() or default_cache_dir()) / "vectors"
    return FileCachedEncoder(open_encoder(name, cache_dir=cache_dir(), progress=True), folder)


def _write_rows(report: Report, sheet: Sheet, path: Path, *, language: str) -> None:
    from features import tables
    from training.hygiene import listing

    frame = listing.listed(sheet, report.doubts, language=language)
    if len(frame):
        tables.write(frame, path)
        click.echo(f"Wrote {len(frame)} rows to look at first to {path}.", err=True)
    else:
        click.echo(f"No row is in doubt, so {path} was not written.", err=True)


def _write_json(report: Report, sheet: Sheet, path: Path) -> None:
    data = {
        "rows": len(sheet),
        "fields": {code: len(sheet.counts(code)) for code in sheet.labels},
        "findings": [_finding(each) for each in report.findings],
        "seconds": dict(report.seconds),
    }
    try:
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise InputError(f"Cannot write {str(path)!r}: {error.strerror}.", field="json") from error


def _finding(finding: Finding) -> dict[str, Any]:
    from training.hygiene import wording

    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "field": finding.field,
        "column": finding.column,
        "numbers": dict(finding.numbers),
        "rows": [row + 1 for row in finding.rows],
        "sentence": {each: wording.sentence(finding, language=each) for each in wording.LANGUAGES},
    }
