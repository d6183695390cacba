"""The commands on the grading policy: check a file, and show the packaged one to start from."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def policy() -> None:
    """Check a grading policy, or show the packaged one."""


@policy.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--taxonomy", type=click.Path(dir_okay=False, path_type=Path), default=None)
def check(file: Path, taxonomy: Path | None) -> None:
    """Name every fault of a policy file by its path; exit code 1 where there is one.

    It is held against the labels of a taxonomy file; against the packaged taxonomy where none is named.
    """
    from features.policy import meeting
    from features.taxonomy import Taxonomy

    labels = Taxonomy.default() if taxonomy is None else Taxonomy.load(taxonomy)
    faults = meeting.faults_for(file, labels)
    for fault in faults:
        click.echo(f"fault  {fault}")
    if faults:
        click.echo(f"{file}: {len(faults)} to mend.", err=True)
        sys.exit(1)
    read = meeting.read_for(file, labels)
    for note in meeting.never_held(read, labels):
        click.echo(f"note   {note}")
    click.echo(f"{file}: no fault; version {read.version}, hash {read.hash[:12]}.", err=True)


@policy.command()
def show() -> None:
    """Print the packaged policy, with its comments: a start for one of your own."""
    from importlib import resources

    click.echo(resources.files("features.policy").joinpath("policy.yaml").read_text("utf-8"), nl=False)


commands: dict[str, click.Command] = {"policy": policy}
