"""A clock that a test sets, and services that go by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from serving.services import Services, Tools, build
from serving.settings import Settings
from tests.serving.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(settings: Settings, clock: Clock) -> Iterator[Services]:
    """Services without an app."""
    made = build(settings, tools=Tools(clock=clock, seconds=clock.seconds))
    yield made
    made.store.close()
