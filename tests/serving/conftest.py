"""A service with a real database, SQLite and PostgreSQL in turn, and a stand-in for the model where its
meaning does not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from serving.access import keys
from serving.access.roles import Role
from serving.app import create_app
from serving.services import Services
from serving.settings import Settings
from serving.store import schema
from tests.serving.stand_in import KeywordModel


@dataclass
class Service:
    """An app under test, with ways to make keys and callers."""

    app: FastAPI
    client: TestClient
    model: KeywordModel

    @property
    def services(self) -> Services:
        found: Services = self.app.state.services
        return found

    def key(self, role: str = "intake", *, name: str | None = None, trusted: bool = False) -> str:
        services = self.services
        return keys.create(services.store, services.tools, role=Role(role), name=name, trusted=trusted)[0]

    def headers(self, role: str = "intake", **options: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key(role, **options)}"}


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    folder = tmp_path / "model"
    folder.mkdir()
    return Settings(
        home=tmp_path,
        database_url=database_url,
        model=str(folder),
        answer_seconds=5.0,
        sweep_seconds=3600,
        poll_seconds=3600,
        blind_share=0.0,
        second_share=0.0,
    )


@pytest.fixture
def model() -> KeywordModel:
    return KeywordModel()


StartService = Callable[[Settings], Service]


@pytest.fixture
def start(model: KeywordModel) -> Iterator[StartService]:
    """Starts a service of given settings; each is stopped at the end."""
    running: list[TestClient] = []

    def started(settings: Settings) -> Service:
        app = create_app(settings, model_loader=lambda _folder, _reference: model)
        schema.upgrade(app.state.services.store)
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        running.append(client)
        return Service(app, client, model)

    yield started
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture
def service(start: StartService, settings: Settings) -> Service:
    return start(settings)
