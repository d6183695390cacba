"""The only file that imports mlflow, inside its functions: log, register, deliver, promote, roll back.

The alias is the one truth of what is champion. Every move of it is a run in the experiment `promotions`
(model, from, to, kind, actor, reason, verdict) and names the version it replaces; a move fails if another
came between.
"""

from __future__ import annotations

import contextlib
import getpass
import io
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from features import delivered, registry_runs, verdicts
from features import ledger as ledgers
from features.delivered import CHAMPION, ModelUri
from features.environment import kept
from features.errors import ConflictError, NotFoundError, RegistryError
from features.records import ModelReference
from features.registry_faults import STORES, first_line, translated
from features.versions import Move, Version, spoken, standing

CHALLENGER = "challenger"
PROMOTIONS = "promotions"
GATE = "gate"
"""Where the gate's verdict lies among the artifacts of the run that made a version."""
_SET_BY_MLFLOW = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")


@dataclass(frozen=True, kw_only=True)
class Registry:
    """MLflow under `home`: a sqlite file and a folder of artifacts, or the server at `tracking_uri`."""

    home: Path
    tracking_uri: str | None = None

    @property
    def uri(self) -> str:
        """Where MLflow keeps its records."""
        return self.tracking_uri or f"sqlite:///{(self.home / 'mlflow' / 'mlflow.db').resolve()}"

    def log(
        self,
        bundle: Path,
        *,
        name: str,
        params: Mapping[str, Any],
        metrics: Mapping[str, float],
        artifacts: Path | None,
        example: Any,
        predictions: Any,
        requirements: list[str],
        data: registry_runs.Data | None = None,
    ) -> Version:
        """Record a training run and register its bundle; deliver it to this disk.

        artifacts: a folder of figures and tables. example, predictions: frames that give the signature.
        data: what it learnt from, kept as a dataset of the run.
        Raises RegistryError where MLflow cannot be written, or the disk has no room for it.
        """
        delivered.check_room(bundle, self.home)
        with (
            self._mlflow() as (mlflow, client),
            mlflow.start_run(
                experiment_id=self._experiment(mlflow, name), run_name=f"{params.get('rows', 'some')} rows"
            ) as run,
        ):
            mlflow.log_params(dict(params))
            mlflow.log_metrics(dict(metrics))
            if data is not None:
                registry_runs.log_input(mlflow, data)
            if artifacts is not None:
                mlflow.log_artifacts(str(artifacts), artifact_path="report")
            info = mlflow.pyfunc.log_model(
                name="model",
                loader_module="features.bundle",
                data_path=str(bundle),
                pip_requirements=requirements,
                signature=mlflow.models.infer_signature(example, predictions),
                input_example=example,
            )
            with contextlib.redirect_stderr(io.StringIO()):  # it prints what the caller says better
                made = mlflow.register_model(info.model_uri, name)
            reference = ModelReference(name=name, version=str(made.version))
            delivered.place(bundle, home=self.home, reference=reference)
            return Version.of(client.get_model_version(name, made.version), client.get_run(run.info.run_id))

    def alias(self, name: str, alias: str) -> str | None:
        """The version an alias points to, or None."""
        with self._mlflow() as (mlflow, client):
            try:
                return str(client.get_model_version_by_alias(name, alias).version)
            except mlflow.exceptions.MlflowException as error:
                if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                    return None
                raise

    def set_challenger(self, reference: ModelReference) -> None:
        """Point `challenger` to a version. No history: a challenger decides nothing."""
        with self._mlflow() as (_, client):
            client.set_registered_model_alias(reference.name, CHALLENGER, reference.version)
        ledgers.copy(self, reference.name)

    def note(self, reference: ModelReference, files: Path, *, place: str, tags: Mapping[str, str]) -> None:
        """Keep a folder of files with the run that made a version, and tags with the version."""
        found = self.version(reference)
        with self._mlflow() as (_, client):
            client.log_artifacts(found.run_id, str(files), artifact_path=place)
            for key, value in tags.items():
                client.set_model_version_tag(reference.name, reference.version, key, value)
        ledgers.copy(self, reference.name)

    def fetch_verdict(self, version: Version) -> None:
        """Bring the gate's verdict on a version to this disk. Raises RegistryError where it is not there."""
        with self._mlflow() as (_, client), tempfile.TemporaryDirectory() as scratch:
            path = client.download_artifacts(version.run_id, f"{GATE}/{verdicts.FILE}", scratch)
            verdicts.save(self.home, version.reference, verdict=Path(path))

    def tags(self, reference: ModelReference) -> dict[str, str]:
        """The tags of a version. Raises NotFoundError where there is none."""
        with self._mlflow() as (_, client):
            return dict(client.get_model_version(reference.name, reference.version).tags)

    def promote(
        self,
        reference: ModelReference,
        *,
        expected: str | None,
        reason: str,
        kind: str = "promotion",
        verdict: str = "none",
        actor: str | None = None,
    ) -> Move:
        """Make a version champion, in place of `expected`, and deliver it here.

        Raises ConflictError where the champion is not `expected` any more, NotFoundError where there is
        no such version, RegistryError where MLflow cannot be reached; the champion is then untouched.
        """
        self.version(reference)
        folder = self._deliver(reference)
        with self._locked(), self._mlflow() as (mlflow, client):
            present = self.alias(reference.name, CHAMPION)
            if present != expected:
                raise ConflictError(
                    f"The champion of {reference.name!r} is {spoken(present)}, not {spoken(expected)}: "
                    "another move came between; look again."
                )
            move = Move(
                name=reference.name,
                replaced=present,
                version=reference.version,
                kind=kind,
                actor=actor or getpass.getuser(),
                reason=reason,
                verdict=verdict,
                at=datetime.now(UTC),
            )
            client.set_registered_model_alias(reference.name, CHAMPION, reference.version)
            if self.alias(reference.name, CHALLENGER) == reference.version:
                client.delete_registered_model_alias(reference.name, CHALLENGER)
            delivered.point(self.home, ModelReference(name=reference.name, version=folder.name))
            self._record(mlflow, move)
        ledgers.copy(self, reference.name)
        return move

    def roll_back(self, name: str, *, reason: str, actor: str | None = None) -> Move:
        """Make the version champion that the present one replaced; twice goes two steps back.

        Raises NotFoundError where there is nothing to go back to.
        """
        champion = self.alias(name, CHAMPION)
        if champion is None:
            raise NotFoundError(f"{name!r} has no champion to roll back.")
        earlier = standing(self.history(name))[:-1]
        if not earlier:
            raise NotFoundError(
                f"Version {champion} of {name!r} replaced none: there is nothing to roll back to."
            )
        return self.promote(
            ModelReference(name=name, version=earlier[-1]),
            expected=champion,
            reason=reason,
            kind="rollback",
            actor=actor,
        )

    def history(self, name: str) -> list[Move]:
        """Every move of the champion alias, oldest first."""
        with self._mlflow() as (mlflow, _):
            found = mlflow.search_runs(
                experiment_ids=registry_runs.experiments(mlflow, PROMOTIONS),
                filter_string=f"params.model = '{delivered.check_name(name)}'",
                order_by=["attributes.start_time ASC"],
                output_format="list",
            )
        return [Move.of(run) for run in found]

    def versions(self, name: str) -> list[Version]:
        """Every version, newest first, with the metrics of its run."""
        with self._mlflow() as (_, client):
            found = client.search_model_versions(f"name='{delivered.check_name(name)}'")
            aliases = dict(client.get_registered_model(name).aliases) if found else {}
            return [
                Version.of(each, client.get_run(each.run_id), aliases)
                for each in sorted(found, key=lambda each: -int(each.version))
            ]

    def version(self, reference: ModelReference) -> Version:
        """One version. Raises NotFoundError where there is none."""
        found = [each for each in self.versions(reference.name) if each.reference == reference]
        if not found:
            raise NotFoundError(
                f"There is no version {reference.version!r} of {reference.name!r}; "
                "`triage models list` shows those there are."
            )
        return found[0]

    def resolve(self, uri: str) -> tuple[Path, ModelReference]:
        """The bundle's folder on this disk and its reference, for a model URI or a folder.

        Raises NotFoundError where an alias or version does not exist, RegistryError where MLflow would
        be needed and cannot be reached.
        """
        if Path(uri).is_dir():
            return Path(uri), ModelReference(name=Path(uri).resolve().name, version="-")
        asked = ModelUri.parse(uri)
        version = asked.version or self.alias(asked.name, str(asked.alias))
        if version is None:
            raise NotFoundError(
                f"The model {asked.name!r} has no {asked.alias}: train one with `triage train --data FILE`."
            )
        reference = ModelReference(name=asked.name, version=version)
        return self._deliver(reference), reference

    def _deliver(self, reference: ModelReference) -> Path:
        """A version's folder on this disk, fetched from MLflow where it is not there yet."""
        folder = delivered.folder_of(self.home, reference)
        if folder.is_dir():
            return folder
        with self._mlflow() as (mlflow, client):
            client.get_model_version(reference.name, reference.version)
            fetched = Path(
                mlflow.artifacts.download_artifacts(f"models:/{reference.name}/{reference.version}")
            )
        data = next((each.parent for each in fetched.rglob("manifest.json")), None)
        if data is None:
            raise RegistryError(
                f"Version {reference.version} of {reference.name!r} in MLflow holds no bundle of ours."
            )
        return delivered.place(data, home=self.home, reference=reference)

    @contextlib.contextmanager
    def _mlflow(self) -> Iterator[tuple[Any, Any]]:
        """mlflow, quiet and pointed at the right store; its errors become RegistryError."""
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        if self.tracking_uri is None:
            (self.home / "mlflow" / "artifacts").mkdir(parents=True, exist_ok=True)
        import mlflow

        for name in ("mlflow", "alembic"):
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            with kept(*_SET_BY_MLFLOW):
                mlflow.set_tracking_uri(self.uri)
                mlflow.set_registry_uri(self.uri)
                yield mlflow, mlflow.MlflowClient()
        except mlflow.exceptions.MlflowException as error:
            raise translated(error, self.uri) from error
        except OSError as error:
            raise RegistryError(f"MLflow at {self.uri} did not do it: {error.strerror or error}.") from error
        except Exception as error:
            if type(error).__module__.split(".")[0] not in STORES:
                raise
            raise RegistryError(f"MLflow at {self.uri} did not do it: {first_line(str(error))}") from error

    def _experiment(self, mlflow: Any, name: str) -> str:
        return registry_runs.experiment(mlflow, name, home=None if self.tracking_uri else self.home)

    def _record(self, mlflow: Any, move: Move) -> None:
        with mlflow.start_run(
            experiment_id=self._experiment(mlflow, PROMOTIONS), run_name=f"{move.kind} {move.version}"
        ):
            mlflow.log_params(move.params)
            mlflow.set_tag("reason", move.reason)

    def _locked(self) -> FileLock:
        self.home.mkdir(parents=True, exist_ok=True)
        return FileLock(self.home / "registry.lock")
