"""The commands on people and their traces: accounts of staff, the audit log, and erasure."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from features.errors import InputError
from serving.access.roles import Role
from serving.audit import operator
from serving.commands import ready

if TYPE_CHECKING:
    from serving.store.audit import Entry
    from serving.store.users import User

_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; else one is made."
)


@click.group()
def users() -> None:
    """Accounts of staff, who sign in to the pages by name and password."""


@users.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice([each.value for each in Role if each is not Role.INTAKE]), required=True
)
@_from_stdin
def create(name: str, role: str, password_stdin: bool) -> None:
    """Make an account. A password that is made here is printed, alone, on standard output, this once."""
    from serving import users as accounts

    given = _read_password() if password_stdin else None
    with ready() as services:
        password = accounts.create(services, name, role=Role(role), actor=operator(), password=given)
    _show(password, given=given)
    click.echo(f"An account {name!r} with the role {role}.", err=True)


@users.command()
@click.argument("name")
@_from_stdin
def reset(name: str, password_stdin: bool) -> None:
    """Give an account another password, and end its sessions and its lock."""
    from serving import users as accounts

    given = _read_password() if password_stdin else None
    with ready() as services:
        password = accounts.reset(services, name, actor=operator(), password=given)
    _show(password, given=given)
    click.echo(f"The account {name!r} has another password; its sessions are over.", err=True)


@users.command()
@click.argument("name")
def disable(name: str) -> None:
    """Let nobody in by an account, at once; its sessions end."""
    from serving import users as accounts

    with ready() as services:
        accounts.disable(services, name, actor=operator())
    click.echo(f"The account {name!r} is disabled.")


@users.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let an account in again."""
    from serving import users as accounts

    with ready() as services:
        accounts.enable(services, name, actor=operator())
    click.echo(f"The account {name!r} is enabled.")


@users.command("list")
def list_() -> None:
    """Every account: name, role, since when, last sign-in, and whether it is disabled."""
    from serving.store import users as stored

    with ready() as services, services.store.read() as connection:
        found = stored.all_of(connection)
    if not found:
        click.echo("There are no accounts yet: triage users create NAME --role ROLE", err=True)
    for user in found:
        click.echo(_user_line(user))


def _user_line(user: User) -> str:
    state = f"disabled {user.disabled_at:%Y-%m-%d %H:%M}" if user.disabled_at else "live"
    came = f"signed in {user.signed_in_at:%Y-%m-%d %H:%M}" if user.signed_in_at else "never signed in"
    return f"{user.name}  {user.role}  {user.created_at:%Y-%m-%d %H:%M}  {state}  {came}"


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _show(password: str, *, given: str | None) -> None:
    if given is None:
        click.echo(password)
        click.echo("Keep the password: it is not shown again.", err=True)


@click.group()
def audit() -> None:
    """The audit log: who did what to what."""


@audit.command("list")
@click.option("--action", default=None, help="Only this, such as request.erased.")
@click.option("--actor", default=None, help="Only of this key, account or operator.")
@click.option("--object", "about", default=None, help="Only on this, such as 'request ID'.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_audit(action: str | None, actor: str | None, about: str | None, limit: int, as_json: bool) -> None:
    """Entries, newest first."""
    from serving.store import audit as stored

    wanted = stored.Wanted(action=action, actor=actor, about=about)
    with ready() as services, services.store.read() as connection:
        found = stored.newest(connection, wanted, limit=limit)
    for entry in found:
        click.echo(_audit_line(entry, as_json=as_json))


def _audit_line(entry: Entry, *, as_json: bool) -> str:
    from serving.api.audit_wire import as_data

    data = as_data(entry)
    if as_json:
        return json.dumps(data, ensure_ascii=False)
    details = "  ".join(f"{name}={value}" for name, value in entry.details.items())
    return f"{data['at']}  {entry.actor} ({entry.role})  {entry.action}  {entry.about}  {details}".rstrip()


@click.command()
@click.option(
    "--customer", default=None, metavar="ID", help="Every request of this customer, its name and facts."
)
@click.option("--request", "request_id", default=None, metavar="ID", help="This request.")
@click.option("--reason", required=True, help="Why; kept in the audit log, so name no person in it.")
def erase(customer: str | None, request_id: str | None, reason: str) -> None:
    """Erase what a person wrote, for good. Labels, grades and times stay.

    Backups made before still hold the words: delete them, or erase again after a restore.
    """
    from serving import erase as erasing

    if (customer is None) == (request_id is None):
        raise InputError("Give either --customer ID or --request ID.")
    with ready() as services:
        if customer is not None:
            done = erasing.erase_customer(services, customer, actor=operator(), reason=reason)
        else:
            done = erasing.erase_request(services, str(request_id), actor=operator(), reason=reason)
    click.echo(f"Erased the words of {done.requests} requests.")
    if not done.scrubbed:
        told = "The database is in use, and its files may hold traces for a while: run this again later."
        click.echo(told, err=True)


commands: dict[str, click.Command] = {"users": users, "audit": audit, "erase": erase}
