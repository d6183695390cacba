"""Which version is champion: by the MLflow server where one is set, else by the pointer on this disk."""

from __future__ import annotations

from features import delivered
from features.delivered import CHAMPION
from features.records import ModelReference
from serving.settings import Settings


def told(settings: Settings, name: str) -> ModelReference | None:
    """The champion as it is told now; None where there is none.

    Without an MLflow server the command line, which moves the alias, writes the pointer as well; with one
    the alias may be moved from anywhere, so the server is asked, and mlflow is imported. Raises
    RegistryError where it does not answer, or the pointer is damaged.
    """
    if settings.mlflow_uri is None:
        folder = delivered.current(settings.home, name)
        return None if folder is None else ModelReference(name=name, version=folder.name)
    from features.registry import Registry

    version = Registry(home=settings.home, tracking_uri=settings.mlflow_uri).alias(name, CHAMPION)
    return None if version is None else ModelReference(name=name, version=version)


def note(settings: Settings, model: ModelReference) -> None:
    """Have the pointer on this disk follow the server, so that a start needs neither it nor the database."""
    folder = delivered.folder_of(settings.home, model)
    if settings.mlflow_uri is not None and delivered.current(settings.home, model.name) != folder:
        delivered.point(settings.home, model)


def record(settings: Settings, name: str) -> None:
    """Copy what the server knows of a model's versions for the pages; without one the command line does."""
    if settings.mlflow_uri is None:
        return
    from features import ledger
    from features.registry import Registry

    ledger.copy(Registry(home=settings.home, tracking_uri=settings.mlflow_uri), name)
