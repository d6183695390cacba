"""The commands on registered versions: list, show, judge, promote, rollback, export."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.errors import InputError
from training.places import DEFAULT_MODEL, open_registry, policy_file
from training.retrain_commands import judge

if TYPE_CHECKING:
    from features.records import ModelReference
    from features.registry import Registry
    from features.versions import Version


@click.group()
def models() -> None:
    """List, show, judge, promote, roll back or export versions."""


_name_option = click.option(
    "--model", "name", default="triage", show_default=True, help="The registered name."
)


@models.command("list")
@_name_option
def list_(name: str) -> None:
    """Every version, newest first. What the page of models shows is brought up to date."""
    from features import ledger

    registry = open_registry()
    versions = registry.versions(name)
    if not versions:
        click.echo(f"There is no model {name!r} yet: train one with `triage train --data FILE`.")
    else:
        ledger.copy(registry, name)
    for version in versions:
        click.echo(_line(version))


@models.command()
@click.argument("version", required=False)
@_name_option
def show(version: str | None, name: str) -> None:
    """One version (default: the champion): figures, manifest, and the moves of the alias."""
    from features.manifest import read_manifest
    from features.records import ModelReference

    registry = open_registry()
    folder, reference = registry.resolve(
        f"models:/{name}/{version}" if version else f"models:/{name}@champion"
    )
    found = registry.version(ModelReference(name=name, version=reference.version))
    manifest = read_manifest(folder).as_data()
    shown = (
        "encoder_name",
        "encoder_fingerprint",
        "rows",
        "data_hash",
        "seed",
        "package_version",
        "git_commit",
    )
    click.echo(_line(found))
    for key in shown:
        click.echo(f"  {key}: {manifest[key]}")
    for metric, value in sorted(found.metrics.items()):
        click.echo(f"  {metric}: {value:.4g}")
    for move in registry.history(name):
        if reference.version in (move.version, move.replaced):
            click.echo(
                f"  {move.at:%Y-%m-%d %H:%M} {move.kind}: {move.replaced or 'none'} -> {move.version} "
                f"by {move.actor}, verdict {move.verdict}: {move.reason}"
            )


@models.command()
@click.argument("version")
@click.option("--reason", default=None, help="Why; it stands in the history.")
@click.option("--despite", default=None, metavar="REASON", help="Why, though the gate has not passed it.")
@_name_option
def promote(version: str, reason: str | None, despite: str | None, name: str) -> None:
    """Make a version champion that the gate has passed (`triage models judge`).

    Without that, --despite says why it is to be champion all the same. Its labels and the policy that
    TRIAGE_POLICY names must meet.
    """
    from features.delivered import CHAMPION
    from features.records import ModelReference
    from training.promotion import verdict_for

    why = despite if despite is not None else reason
    if why is None:
        raise InputError("Say why, with --reason, or with --despite where the gate has not passed it.")
    _need_reason(why)
    registry = open_registry()
    present = registry.alias(name, CHAMPION)
    if present == version:
        click.echo(f"Version {version} of {name} is champion already.")
        return
    reference = ModelReference(name=name, version=version)
    _check_policy(registry, reference)
    verdict = verdict_for(registry, reference, champion=present, despite=despite is not None)
    move = registry.promote(reference, expected=present, reason=why, verdict=verdict)
    click.echo(f"Version {move.version} of {name} is champion, in place of {move.replaced or 'none'}.")


@models.command()
@click.option("--reason", required=True, help="Why; it stands in the history.")
@_name_option
def rollback(reason: str, name: str) -> None:
    """Make the version champion that the present one replaced."""
    from features.records import ModelReference
    from features.versions import standing

    _need_reason(reason)
    registry = open_registry()
    earlier = standing(registry.history(name))[:-1]
    if earlier:
        _check_policy(registry, ModelReference(name=name, version=earlier[-1]))
    move = registry.roll_back(name, reason=reason)
    click.echo(f"Version {move.version} of {name} is champion again, in place of {move.replaced}.")


@models.command()
@click.argument("folder", type=Path)
@click.option("--model", "uri", default=DEFAULT_MODEL, show_default=True, help="A model URI.")
def export(folder: Path, uri: str) -> None:
    """Copy a version's bundle into a new folder."""
    if folder.exists():
        raise InputError(f"{str(folder)!r} is there already; name a new folder.", field="folder")
    bundle, reference = open_registry().resolve(uri)
    try:
        shutil.copytree(bundle, folder)
    except OSError as error:
        raise InputError(f"Cannot write {str(folder)!r}: {error}.", field="folder") from error
    click.echo(f"Exported {reference.name} version {reference.version} to {folder}.")


models.add_command(judge)


def _line(version: Version) -> str:
    aliases = f" [{', '.join(version.aliases)}]" if version.aliases else ""
    quality = ", ".join(
        f"{name} {value:.3f}" for name, value in sorted(version.metrics.items()) if name.endswith("macro_f1")
    )
    named = f"{version.reference.name} {version.reference.version}{aliases}"
    return f"{named} {version.created_at:%Y-%m-%d %H:%M} {quality}"


def _check_policy(registry: Registry, reference: ModelReference) -> None:
    """Say what the policy asks for that a version never says. Raises PolicyError where they do not meet."""
    from features.manifest import read_manifest
    from features.taxonomy import Taxonomy
    from training import standing

    registry.version(reference)
    folder, _ = registry.resolve(f"models:/{reference.name}/{reference.version}")
    taxonomy = Taxonomy.of(read_manifest(folder).taxonomy)
    for note in standing.check(taxonomy, policy=policy_file()):
        click.echo(note, err=True)


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise InputError("The reason is empty: say why, for whoever reads the history.", field="reason")
