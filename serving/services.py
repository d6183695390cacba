"""What the use cases are given: one frozen dataclass, made by create_app or the command line."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uuid6

from features.errors import TriageError
from features.policy import Policy, meeting
from features.taxonomy import Taxonomy
from serving.access.keys import KeyRing
from serving.access.rates import Rates
from serving.delivery import Delivery, taxonomy_on_disk
from serving.engine import Engine
from serving.loading import BundleLoader, LoadModel, met
from serving.metrics import Metrics
from serving.settings import Settings
from serving.store.database import Database
from serving.sweep import Sweep
from serving.vector_index import VectorIndex
from serving.wording import Wording


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A UUIDv7: identifiers sort by when they were made."""
    return str(uuid6.uuid7())


def new_secret() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, kw_only=True)
class Tools:
    """Time, identifiers and randomness. seconds: a clock that never goes back."""

    clock: Callable[[], datetime] = now
    new_id: Callable[[], str] = new_id
    new_secret: Callable[[], str] = new_secret
    seconds: Callable[[], float] = time.monotonic


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything a use case may need."""

    settings: Settings
    tools: Tools
    store: Database
    keys: KeyRing
    rates: Rates
    engine: Engine
    policy: Policy
    wording: Wording
    default_taxonomy: Taxonomy = field(default_factory=Taxonomy.default)
    vectors: VectorIndex = field(default_factory=VectorIndex)
    metrics: Metrics = field(default_factory=Metrics)

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy in force: that of the model that answers, the packaged one until there is one."""
        model = self.engine.model
        return self.default_taxonomy if model is None else model.taxonomy

    @property
    def revoked_stamp(self) -> Path:
        """The file whose time says when a key was last revoked on this machine."""
        return self.keys.stamp


@dataclass(frozen=True, kw_only=True)
class Workers:
    """The threads of a web process."""

    delivery: Delivery
    sweep: Sweep


def build(settings: Settings, *, tools: Tools | None = None) -> Services:
    """The services of these settings. Starts nothing and opens nothing but the policy's file, and the
    manifest of the model it is to grade by."""
    tools, metrics = tools or Tools(), Metrics()
    store = Database(
        settings.database_url,
        connections=settings.database_connections,
        timeout_seconds=settings.database_timeout_seconds,
    )
    return Services(
        settings=settings,
        tools=tools,
        store=store,
        keys=KeyRing(
            database=store,
            seconds=settings.key_cache_seconds,
            stamp=settings.home / "keys-revoked",
            clock=tools.seconds,
            now=tools.clock,
        ),
        rates=Rates(per_minute=settings.rate_per_minute or 0, clock=tools.seconds),
        engine=Engine(batch_size=settings.batch_size, metrics=metrics),
        metrics=metrics,
        policy=_policy(settings),
        wording=Wording.read(),
    )


def _policy(settings: Settings) -> Policy:
    """The policy of the settings, read for the labels of the model on this disk.

    Raises PolicyError naming each fault, or each cell for which the model has no label.
    """
    if settings.policy is None:
        return Policy.default()
    try:
        taxonomy = taxonomy_on_disk(settings)
    except TriageError:  # told when the model is loaded
        taxonomy = None
    return meeting.read_for(settings.policy, taxonomy or Taxonomy.default())


def workers(services: Services, *, load: LoadModel | None = None) -> Workers:
    """The threads that serve these services; not started. load: how a delivered folder becomes a model; one
    whose labels and the policy do not meet is not used."""
    load = met(load or BundleLoader.of(services.settings), services.policy)
    return Workers(
        delivery=Delivery(
            engine=services.engine, settings=services.settings, store=services.store, load=load
        ),
        sweep=Sweep(services),
    )
