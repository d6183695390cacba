"""Services on each database, with a clock that a test sets, and kinds of jobs that say what they did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from serving.jobs import kind
from serving.jobs.kind import Kind
from serving.jobs.runner import Runner
from serving.services import Services, Tools, build
from serving.settings import Settings
from serving.store import jobs
from serving.store.jobs import Job
from tests.serving.clock import Clock


@dataclass
class Deeds:
    """A kind whose jobs note their payload; one whose payload says so fails."""

    done: list[str] = field(default_factory=list)
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        self.kind = Kind(name="deed", run=self._run)

    def _run(self, _: Services, payload: dict[str, str]) -> None:
        if "error" in payload:
            raise ValueError(payload["error"])
        self.done.append(payload["what"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(settings: Settings, clock: Clock) -> Iterator[Services]:
    made = build(settings, tools=Tools(clock=clock, seconds=clock.seconds))
    yield made
    made.store.close()


@pytest.fixture
def deeds() -> Deeds:
    return Deeds()


@pytest.fixture
def runner(services: Services, deeds: Deeds) -> Runner:
    return Runner(services, [deeds.kind])


@pytest.fixture
def add(services: Services, deeds: Deeds) -> Callable[..., bool]:
    """Leaves a deed to be done."""

    def added(what: str = "a", **more: object) -> bool:
        options = {name: more.pop(name) for name in ("key", "run_at") if name in more}
        with services.store.write() as connection:
            return kind.add(services, connection, deeds.kind, payload={"what": what, **more}, **options)

    return added


@pytest.fixture
def listed(services: Services) -> Callable[[], list[Job]]:
    """Every job, oldest first."""

    def found() -> list[Job]:
        with services.store.read() as connection:
            return jobs.newest(connection, limit=1000)[::-1]

    return found
