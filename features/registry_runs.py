"""Experiments and inputs of runs, for features.registry, which hands its mlflow over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.errors import RegistryError

DIGEST = 36
"""Characters of a digest that MLflow keeps at most; a run's parameter `snapshot` has the whole hash."""


@dataclass(frozen=True, kw_only=True)
class Data:
    """What a run learnt from. folder: where it lay. sha256: of its manifest."""

    name: str
    folder: Path
    sha256: str


def experiment(mlflow: Any, name: str, *, home: Path | None) -> str:
    """The experiment of that name, made where there is none.

    home: its artifacts lie under it, after a move of it in a new experiment; None where a server keeps them.
    """
    artifacts = None if home is None else (home / "mlflow" / "artifacts").resolve().as_uri()
    for each in (name, *(f"{name} ({number})" for number in range(2, 1000))):
        found = mlflow.get_experiment_by_name(each)
        if found is None:
            return str(mlflow.create_experiment(each, artifact_location=artifacts))
        if artifacts is None or found.artifact_location == artifacts:
            return str(found.experiment_id)
    raise RegistryError(f"MLflow has a thousand experiments named {name!r}: clear some.")


def experiments(mlflow: Any, name: str) -> list[str]:
    """Every experiment of that name, before and after moves of home."""
    found = mlflow.search_experiments(filter_string=f"name LIKE '{name}%'")
    return [each.experiment_id for each in found]


def log_input(mlflow: Any, data: Data) -> None:
    """Tell the running run what it learnt from: a dataset with name, digest and source, and no rows."""
    source = mlflow.data.dataset_source_registry.resolve_dataset_source(data.folder.resolve().as_uri())
    dataset = mlflow.data.meta_dataset.MetaDataset(source, name=data.name, digest=data.sha256[:DIGEST])
    mlflow.log_input(dataset, context="training")
