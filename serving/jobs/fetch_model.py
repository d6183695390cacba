"""A new champion: fetched to this disk, then told to the web processes by a row of `deployments`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from features import delivered
from features.records import ModelReference
from serving import champions, fetching
from serving.audit import SERVICE, Action, note
from serving.jobs import kind
from serving.jobs.kind import Kind
from serving.store import deployments

if TYPE_CHECKING:
    from serving.services import Services
    from serving.settings import Settings

log = logging.getLogger(__name__)


def run(services: Services, payload: Mapping[str, Any]) -> None:
    """Fetch a version and deploy it, unless another became champion meanwhile.

    Raises RegistryError where MLflow does not give it.
    """
    settings, model = services.settings, ModelReference(name=payload["name"], version=payload["version"])
    bring(settings, model)
    if champions.told(settings, model.name) != model:
        log.info("Version %s of %s is no champion any more.", model.version, model.name)
        return
    with services.store.write() as connection:
        now = services.tools.clock()
        if deployments.add(connection, model, at=now):
            about = f"model {model.name}/{model.version}"
            note(connection, SERVICE, action=Action.MODEL_DEPLOYED, about=about, at=now)
            log.info("Version %s of %s is deployed.", model.version, model.name)
    champions.note(settings, model)
    champions.record(settings, model.name)


def bring(settings: Settings, model: ModelReference) -> None:
    """Have a version on this disk. Raises RegistryError where MLflow does not give it."""
    if not delivered.folder_of(settings.home, model).is_dir():
        fetching.fetch(settings, f"models:/{model.name}/{model.version}")


def ask_for(services: Services, connection: Connection, model: ModelReference, *, after: int) -> bool:
    """Leave the delivery of a champion to be done, once for each deployment that it would follow."""
    payload = {"name": model.name, "version": model.version}
    key = f"{after + 1}: {model.name}/{model.version}"
    return kind.add(services, connection, KIND, payload=payload, key=key)


KIND = Kind(name="fetch_model", run=run)
