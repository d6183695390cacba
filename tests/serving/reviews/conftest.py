"""A desk of people who review what came in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from serving.app import create_app
from serving.services import Tools
from serving.settings import Settings
from serving.store import schema
from tests.serving.conftest import Service
from tests.serving.stand_in import KeywordModel

QUESTION = "How do I reset it?"
OUTAGE = "outage at head office"
"""What the stand-in reads as P1."""
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class Desk:
    """A service, its clock, and the people who ask it, each by a name."""

    service: Service
    clock: Clock
    people: dict[str, dict[str, str]]

    def called(self, name: str, role: str = "reviewer", **options: Any) -> dict[str, str]:
        if name not in self.people:
            self.people[name] = self.service.headers(role, name=name, **options)
        return self.people[name]

    def ask(self, method: str, path: str, by: str = "ann", **more: Any) -> Any:
        headers = self.called(by) | more.pop("headers", {})
        return self.service.client.request(method, f"/v1{path}", headers=headers, **more)

    def post(self, text: str = QUESTION, **more: Any) -> dict[str, Any]:
        """A request that came in, as it then stands."""
        answer = self.ask("POST", "/requests", json={"text": text, **more})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def read(self, number: str, by: str = "ann", path: str = "") -> Any:
        answer = self.ask("GET", f"/requests/{number}{path}", by)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, was: dict[str, Any], by: str = "ann", *, headers: Any = None, **body: Any) -> Any:
        """A review of a request as it was seen; the answer as it came."""
        given = {"assessment_id": was["assessment_id"], "shown": True, "purpose": "work"} | body
        sent = {"If-Match": f'"{was["version"]}"'} | (headers or {})
        return self.ask("POST", f"/requests/{was['id']}/reviews", by, json=given, headers=sent)

    def review(self, was: dict[str, Any], by: str = "ann", **body: Any) -> dict[str, Any]:
        """The request after a review of it."""
        answer = self.send(was, by, **body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def second(self, was: dict[str, Any], word: str, by: str, *, review_id: str | None = None) -> Any:
        path = f"/requests/{was['id']}/reviews/{review_id or was['review_id']}:{word}"
        return self.ask("POST", path, by, headers={"If-Match": f'"{was["version"]}"'})


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The answers of calls that start together, each in a thread of its own."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait(5)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def clock() -> Clock:
    return Clock()


StartDesk = Callable[[Settings], Desk]


@pytest.fixture
def start_desk(model: KeywordModel, clock: Clock) -> Iterator[StartDesk]:
    """Starts desks of given settings, all with one clock; each is stopped at the end."""
    running: list[TestClient] = []

    def started(settings: Settings) -> Desk:
        tools = Tools(clock=clock)
        app = create_app(settings, tools=tools, model_loader=lambda _folder, _reference: model)
        schema.upgrade(app.state.services.store)
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        running.append(client)
        desk = Desk(Service(app, client, model), clock, {})
        for name in ("lea", "leo"):
            desk.called(name, "lead")
        return desk

    yield started
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture
def desk(start_desk: StartDesk, settings: Settings) -> Desk:
    return start_desk(settings)


@pytest.fixture
def both(start_desk, settings):
    """A desk where every request is to be judged unseen, and by two people."""
    return start_desk(replace(settings, blind_share=1.0, second_share=1.0))
