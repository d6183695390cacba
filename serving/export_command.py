"""The command that writes a snapshot: `triage data export`, mounted by the front door."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from features.errors import InputError


@click.command()
@click.option("--as-of", default=None, help="Nothing later is in it: 2026-03-02T09:00Z. Default: now.")
@click.option("--out", type=Path, required=True, help="A new folder.")
@click.option("--redact", is_flag=True, help="Take personal data out of texts.")
def export(as_of: str | None, out: Path, redact: bool) -> None:
    """Write what people said of requests, up to a moment, for `triage retrain`.

    The same moment gives the same bytes, unless something was erased in between.
    """
    from serving import export as exporting
    from serving.audit import operator
    from serving.commands import ready

    with ready() as services:
        moment = services.tools.clock() if as_of is None else _moment(as_of)
        made = exporting.export(services, out, as_of=moment, actor=operator(), redacted=redact)
    erased = f"; {made.erased['requests']} erased ones are not in it" if made.erased["requests"] else ""
    told = f"{made.rows['requests']} requests with {made.rows['reviews']} reviews up to {made.as_of}"
    click.echo(f"Wrote {told} to {out}{erased}.")


def _moment(words: str) -> datetime:
    try:
        found = datetime.fromisoformat(words)
    except ValueError as error:
        raise InputError(
            f"--as-of {words!r} is no moment; write 2026-03-02T09:00Z or 2026-03-02.", field="as_of"
        ) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


commands: dict[str, click.Command] = {"export": export}
