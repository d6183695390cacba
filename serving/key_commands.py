"""The commands on keys of the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from serving.access.roles import Role, matrix
from serving.audit import operator
from serving.commands import ready

if TYPE_CHECKING:
    from serving.store.keys import Key


@click.group()
def keys() -> None:
    """Keys of the API."""


@keys.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", default=None, help="Whose it is; also the source of requests sent with it.")
@click.option("--trusted", is_flag=True, help="An intake key that sees and may tell a customer's value.")
@click.option(
    "--days", type=click.FloatRange(0.001, 36_500), default=None, help="For how long; else for ever."
)
def create(role: str, name: str | None, trusted: bool, days: float | None) -> None:
    """Make a key and print it, alone, on standard output. It is shown this once."""
    from serving.access import keys as access

    with ready() as services:
        key, made = access.create(
            services.store,
            services.tools,
            role=Role(role),
            name=name,
            trusted=trusted,
            lasts=None if days is None else timedelta(days=days),
            actor=operator(),
        )
    _show(key, made)


@keys.command()
@click.argument("key")
@click.option("--hours", type=click.FloatRange(0, 24 * 365), default=24.0, show_default=True)
def rotate(key: str, hours: float) -> None:
    """Exchange a key, by its name, identifier or first characters: a new one is printed, as `create` does.

    The old ones of that name go on for --hours, so that both work while the new one is put in place.
    """
    from serving.access import keys as access

    with ready() as services:
        secret, made = access.rotate(
            services.store,
            services.tools,
            key,
            overlap=timedelta(hours=hours),
            stamp=services.revoked_stamp,
            actor=operator(),
        )
    _show(secret, made)


def _show(secret: str, made: Key) -> None:
    click.echo(secret)
    told = f"A key with the role {made.role}, named {made.name!r}. Keep it: it is not shown again."
    click.echo(told, err=True)


@keys.command("list")
def list_() -> None:
    """Every key: prefix, name, role, since when, last used (to the hour); never the key itself."""
    from serving.store import keys as stored

    with ready() as services, services.store.read() as connection:
        found, now = stored.all_of(connection), services.tools.clock()
    if not found:
        click.echo("There are no keys yet: triage keys create --role ROLE", err=True)
    for key in found:
        click.echo(_line(key, now))


@keys.command()
@click.argument("key")
def revoke(key: str) -> None:
    """Revoke a key by its name, its identifier or its first characters; at once on this machine."""
    from serving.access import keys as access

    with ready() as services:
        now, stamp = services.tools.clock(), services.revoked_stamp
        revoked = access.revoke(services.store, key, at=now, stamp=stamp, actor=operator())
    for gone in revoked:
        click.echo(f"Revoked {gone.prefix}… of {gone.name!r}.")


def _line(key: Key, now: datetime) -> str:
    state = "live"
    if key.revoked_at is not None:
        state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    elif key.expires_at is not None:
        state = f"{'live until' if key.lives(now) else 'over since'} {key.expires_at:%Y-%m-%d %H:%M}"
    used = f"used {key.last_used_at:%Y-%m-%d %H:00}" if key.last_used_at else "not used"
    trusted = " trusted" if key.trusted else ""
    made = f"{key.created_at:%Y-%m-%d %H:%M}"
    return f"{key.prefix}…  {key.name}  {key.role}{trusted}  {made}  {state}  {used}"


@keys.command()
def roles() -> None:
    """Which role may call which route, as a Markdown table; `trusted` is a key made with --trusted."""
    for line in matrix():
        click.echo(line)


commands: dict[str, click.Command] = {"keys": keys}
