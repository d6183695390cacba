"""The demonstration, `make run`: from a fresh clone to a graded answer, and quickly so the second time."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from features.errors import AccessError, RegistryError, StorageError, TriageError
from serving import delivery, fetching, listening, samples
from serving.access import keys
from serving.access.roles import Role
from serving.access.sessions import create_link
from serving.commands import assess_samples, opened
from serving.logs import log_to_stderr
from serving.services import Services
from serving.settings import Settings
from serving.store import requests, schema
from serving.supervisor import Supervisor, leave

FIRST_KEYS = "first-keys.txt"
EXAMPLE = '{"text": "产线停产了，整个车间都在等，请马上派人处理！", "channel": "form"}'


@dataclass(frozen=True)
class FirstKeys:
    """The keys of the demonstration, as in the file."""

    admin: str
    intake: str


def run(settings: Settings, *, host: str, port: int, data: Path) -> None:
    """Do all that is not done yet, then serve until told to stop. Raises TriageError."""
    with listening.bind(host, port) as bound:
        if not _has_model(settings):
            _step("Building the encoder, once for this user ...", "encoder", "build")
            _step("Training the first model ...", "train", "--data", str(data / samples.REQUESTS))
        log_to_stderr(settings.log_format)
        with opened(settings) as services:
            schema.upgrade(services.store)
            _load_samples(services, data)
            first, address = first_keys(services), listening.address(bound)

            def answers() -> None:
                _tell(services, address, first)

            leave(Supervisor(bound, 1, answers, settings.shutdown_seconds).run())


def _step(words: str, *arguments: str) -> None:
    """Run one of our own commands; its messages and progress go to standard error."""
    click.echo(words, err=True)
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "triage", *arguments], check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr
    )
    if done.returncode != 0:
        raise TriageError(f"`triage {shlex.join(arguments)}` ended with {done.returncode}; see above.")


def _has_model(settings: Settings) -> bool:
    if delivery.locate(settings) is None and fetching.could_fetch(settings):
        with contextlib.suppress(RegistryError):
            fetching.fetch(settings)
    return delivery.locate(settings) is not None


def _load_samples(services: Services, data: Path) -> None:
    with services.store.read() as connection:
        there = requests.count_samples(connection)
        waiting = bool(requests.waiting_samples(connection))
    if not there:
        click.echo("Loading the samples ...", err=True)
        samples.load(services, data)
    if not there or waiting:
        assess_samples(services)


def first_keys(services: Services) -> FirstKeys:
    """The keys in the file, made where there are none or the database does not know them."""
    path = services.settings.home / FIRST_KEYS
    found = _read(path)
    if found is not None and _live(services, found.admin) and _live(services, found.intake):
        return found
    made = FirstKeys(
        admin=_made(services, Role.ADMIN, "demo-admin"), intake=_made(services, Role.INTAKE, "demo-intake")
    )
    _write(path, made)
    return made


def _made(services: Services, role: Role, name: str) -> str:
    return keys.create(services.store, services.tools, role=role, name=name)[0]


def _live(services: Services, key: str) -> bool:
    try:
        services.keys.verify(key)
    except AccessError:
        return False
    return True


def _read(path: Path) -> FirstKeys | None:
    if not path.is_file():
        return None
    lines = dict(line.split() for line in path.read_text("utf-8").splitlines() if len(line.split()) == 2)
    return FirstKeys(lines["admin"], lines["intake"]) if {"admin", "intake"} <= set(lines) else None


def _write(path: Path, made: FirstKeys) -> None:
    """Write the file so that nobody else may read it, at no moment."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"admin {made.admin}\nintake {made.intake}\n")
        part.replace(path)
    except OSError as error:
        raise StorageError(f"Cannot write {str(path)!r}: {error.strerror or error}.") from error


def _tell(services: Services, address: str, first: FirstKeys) -> None:
    """Say that it answers; a link and a curl, the key itself only where a person is looking."""
    click.echo(f"Ready {address}")
    path = (services.settings.home / FIRST_KEYS).resolve()  # what is pasted may be pasted elsewhere
    secret = create_link(services, name="demo-admin", role=Role.ADMIN)
    key = first.intake if sys.stdout.isatty() else f"$(awk '/^intake/ {{print $2}}' {shlex.quote(str(path))})"
    click.echo(f"Sign in (once, within {services.settings.link_minutes:g} min): {address}/sign-in/{secret}")
    click.echo("Try it:")
    click.echo(
        f"curl -s {address}/v1/requests -H 'Content-Type: application/json' "
        f'-H "Authorization: Bearer {key}" -d {shlex.quote(EXAMPLE)}'
    )
    click.echo(f"Keys: {path}. Stop with Ctrl+C.")
