"""The commands on the database: its schema, its backup and its restore."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from serving.commands import opened, read_settings

if TYPE_CHECKING:
    from serving.settings import Settings

_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def db() -> None:
    """The database: its schema, its backup and its restore."""


@db.command()
def upgrade() -> None:
    """Bring the database to this release's schema; a no-op where it is there."""
    from serving.store import schema

    with opened(read_settings()) as services:
        before = schema.status(services.store)
        after = schema.upgrade(services.store)
    if before.current:
        click.echo(f"The database has schema {after.present} already.")
    else:
        click.echo(f"Upgraded the database from {before.present or 'empty'} to schema {after.present}.")


@db.command()
def status() -> None:
    """Which schema the database has, and which this release needs; exit code 1 where they differ."""
    from serving.store import schema

    with opened(read_settings()) as services:
        found = schema.status(services.store)
    click.echo(f"The database has schema {found.present or 'none'}; this release needs {found.needed}.")
    if not found.current:
        click.echo("Run: triage db upgrade", err=True)
        sys.exit(1)


@db.command()
@_file
def backup(file: Path) -> None:
    """Write the whole database, as of one moment, to a new FILE. The service may go on meanwhile.

    SQLite's is a SQLite file; PostgreSQL's is made by pg_dump, in its custom format.
    """
    from serving.store import backup as backups

    settings = read_settings()
    with opened(settings) as services:
        backups.save(services.store, file)
    click.echo(f"Backed up the database to {file} ({file.stat().st_size:,} bytes).")
    for words in _elsewhere(settings):
        click.echo(words, err=True)


@db.command()
@_file
@click.option("--replace", is_flag=True, help="Drop what the database holds now.")
def restore(file: Path, *, replace: bool) -> None:
    """Put a backup back into an empty database; all of it or nothing. Stop the service first."""
    from serving.store import backup as backups
    from serving.store import schema

    with opened(read_settings()) as services:
        backups.load(services.store, file, replace=replace)
        found = schema.status(services.store)
    click.echo(f"Restored the database from {file}: schema {found.present}.")
    if not found.current:
        click.echo(f"This release needs schema {found.needed}. Run: triage db upgrade", err=True)


def _elsewhere(settings: Settings) -> list[str]:
    """What belongs to the state and is not in the database."""
    places = [
        ("the delivered versions of the model", settings.home / "models"),
        ("MLflow's records", settings.home / "mlflow"),
        ("the grading policy", settings.policy),
    ]
    found = [f"  {path}: {words}" for words, path in places if path is not None and path.exists()]
    if settings.mlflow_uri is not None:
        found.append("  the MLflow server that MLFLOW_TRACKING_URI names: the registered versions")
    return ["To be copied beside it:", *found] if found else []


commands: dict[str, click.Command] = {"db": db}
