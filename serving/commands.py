"""The commands of the online side: serve, sample, fairness, demo. Heavy rooms open when needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from features.errors import InputError, NotFoundError, RegistryError
from serving.audit import Action, note, operator

if TYPE_CHECKING:
    from serving.services import Services
    from serving.settings import Settings

_host = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
_port = click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)


@click.command()
@_host
@_port
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes.")
@click.option("--root-path", default=None, help="The path under which a proxy serves it, such as /triage.")
def serve(host: str, port: int, workers: int, root_path: str | None) -> None:
    """Serve the API and the pages until told to stop.

    The database must have this release's schema, and a champion must have been trained.
    """
    from serving import listening
    from serving.logs import log_to_stderr
    from serving.supervisor import Supervisor, leave

    if root_path is not None:
        os.environ["TRIAGE_ROOT_PATH"] = root_path  # read here and, as all settings, by each web process
    settings = read_settings()
    with listening.bind(host, port) as bound:
        log_to_stderr(settings.log_format)
        if settings.policy is not None:
            fetch_missing(settings)  # a policy is read for the labels of the model
        with ready():
            require_model(settings)

        def answers() -> None:
            click.echo(f"Ready {listening.address(bound)}")

        leave(Supervisor(bound, workers, answers, settings.shutdown_seconds).run())


@click.group()
def sample() -> None:
    """The sample requests and customers."""


_data = click.option("--data", type=Path, default=Path("data"), show_default=True, help="Where they are.")


@sample.command()
@_data
def load(data: Path) -> None:
    """Store the samples that are not there yet, marked as samples, and assess them."""
    from serving import samples

    with ready() as services:
        new = samples.load(services, data)
        click.echo(f"Loaded {new.requests} sample requests and {new.customers} customers.")
        assess_samples(services)


@sample.command()
def clear() -> None:
    """Take the samples out; what is no sample stays."""
    from serving import samples

    with ready() as services:
        gone = samples.clear(services)
    click.echo(f"Cleared {gone.requests} sample requests and {gone.customers} customers.")


@click.command()
@click.option("--json", "json_path", type=Path, default=None, help="Also write it here, as JSON.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def fairness(json_path: Path | None, language: str) -> None:
    """Grades, promises and waiting by tier of customer, and the grades there would be without value."""
    import json

    from serving.delivery import taxonomy_on_disk
    from serving.fairness import report, sentences, table

    with ready() as services:
        made = report(services, taxonomy=taxonomy_on_disk(services.settings))
        for line in table.lines(services, made, language):
            click.echo(line)
        if json_path is None:
            return
        data = sentences.as_data(services, made, language)
        with services.store.write() as connection:
            now = services.tools.clock()
            note(connection, operator(), action=Action.REPORT_EXPORTED, about="report fairness", at=now)
    try:
        json_path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise InputError(f"Cannot write {str(json_path)!r}: {error.strerror or error}.") from error


@click.command()
@_host
@_port
@_data
def demo(host: str, port: int, data: Path) -> None:
    """Build the encoder, train, load the samples, make keys, and serve: what `make run` starts."""
    from serving import demo as demonstration

    demonstration.run(read_settings(), host=host, port=port, data=data)


def read_settings() -> Settings:
    """The settings of this process's environment. Raises InputError naming variable and value."""
    from serving.settings import Settings

    return Settings.read(os.environ)


def fetch_missing(settings: Settings) -> None:
    """Have the model of the settings fetched where it is not on this disk and there is an MLflow to ask.

    Raises RegistryError where MLflow has none.
    """
    from serving import delivery, fetching

    if delivery.locate(settings) is None and fetching.could_fetch(settings):
        fetching.fetch(settings)


def require_model(settings: Settings) -> None:
    """See that the model of the settings is on this disk, fetched if need be.

    Raises RegistryError, with the command to run, where there is none.
    """
    from serving import delivery, fetching

    fetch_missing(settings)
    if delivery.locate(settings) is None and not fetching.could_fetch(settings):
        raise RegistryError(
            f"There is no model {settings.model} under {str(settings.home)!r}: "
            "train one with `triage train --data FILE`."
        )
    if delivery.locate(settings) is None:
        raise NotFoundError(f"The model {settings.model} did not arrive under {str(settings.home)!r}.")


def assess_samples(services: Services) -> None:
    """Assess the samples that wait, if there is a model; else the service does, once there is one."""
    from serving import delivery, samples
    from serving.loading import BundleLoader, met

    found = delivery.locate(services.settings)
    if found is None:
        click.echo("There is no model yet: they are assessed once the service has one.", err=True)
        return
    load_bundle = met(BundleLoader.of(services.settings, keep_vectors=True), services.policy)
    done = samples.assess_waiting(services, load_bundle(*found), progress=bar)
    click.echo(f"Assessed {done} samples.", err=True)


def bar(batches: Sequence[Any]) -> Iterable[Any]:
    """The batches, with a progress bar on standard error where that is a terminal."""
    from tqdm import tqdm

    return tqdm(batches, desc="Assessing samples", unit="batch", file=sys.stderr, disable=None)


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """The services of these settings; the database is let go at the end."""
    from serving.services import build

    services = build(settings)
    try:
        yield services
    finally:
        services.store.close()


@contextmanager
def ready() -> Iterator[Services]:
    """The services of this process's environment, on a database of this release's schema."""
    from serving.store import schema

    with opened(read_settings()) as services:
        schema.require(services.store)
        yield services


commands: dict[str, click.Command] = {
    "serve": serve,
    "sample": sample,
    "fairness": fairness,
    "demo": demo,
}
