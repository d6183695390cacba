"""A clock that a test sets, and services that go by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from serving.services import Services, Tools, build
from serving.settings import Settings


@dataclass
class Clock:
    """A clock that a test sets; its seconds go with it."""

    now: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(settings: Settings, clock: Clock) -> Iterator[Services]:
    """Services without an app."""
    made = build(settings, tools=Tools(clock=clock, seconds=clock.seconds))
    yield made
    made.store.close()
