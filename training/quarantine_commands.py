"""The commands on corrections that are set aside: `triage data quarantine list|release`."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

import click

from training.places import home


@click.group()
def quarantine() -> None:
    """Corrections that look poisoned and wait for a lead."""


_name_option = click.option(
    "--model", "name", default="triage", show_default=True, help="The registered name."
)


@quarantine.command("list")
@_name_option
@click.option("--all", "every", is_flag=True, help="Those that were released, too.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def list_(name: str, every: bool, language: str) -> None:
    """What is set aside, with the evidence and the reviews."""
    from features.set_aside import Quarantine

    found = [each for each in Quarantine(home(), name).batches() if every or each.released is None]
    if not found:
        click.echo(f"Nothing of {name} is set aside.")
    for each in found:
        state = "waits" if each.released is None else f"released by {each.released.by}"
        at = each.at.isoformat()
        click.echo(f"{each.id}  {each.kind}  {len(each.reviews)} reviews  {state}  {at}")
        click.echo(f"  {each.sentence(language, field=each.field, of=each.of)}")
        click.echo(f"  {' '.join(each.reviews)}")


@quarantine.command()
@click.argument("batch", metavar="ID")
@click.option("--reason", required=True, help="Why they are right; it is kept.")
@_name_option
def release(batch: str, reason: str, name: str) -> None:
    """Let the reviews of a batch be learnt from: a lead has looked at them."""
    from features.set_aside import Quarantine

    made = Quarantine(home(), name).release(batch, by=getpass.getuser(), reason=reason, at=datetime.now(UTC))
    click.echo(f"Released {len(made.reviews)} reviews of {batch}: the next retraining learns from them.")
