"""Which versions of the model there are, what the gate said of each, and who moved the champion and why.

All of it is read of files that training and the registry leave on this disk: MLflow need not answer. The
words of requests on which two versions differ come from the database, so an erased one is erased here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from features import ledger, verdicts
from features.delivered import CHAMPION, ModelUri
from features.errors import RegistryError, UnavailableError
from features.ledger import Ledger
from features.registry import CHALLENGER
from features.verdicts import Judgement
from features.versions import Move, Version
from serving.store import requests
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is known of a model's versions.

    name: None where the settings name a folder. kept: None where nothing was recorded on this disk. asked:
    the version whose verdict is told. verdict: None where the gate never judged it. requests: those of its
    examples that are still stored, by identifier. tracking: the address of MLflow's pages, where it has one.
    """

    name: str | None
    kept: Ledger | None
    asked: Version | None
    verdict: Judgement | None
    requests: Mapping[str, Stored]
    tracking: str | None

    @property
    def moves(self) -> list[Move]:
        """Promotions and rollbacks, newest first."""
        return [] if self.kept is None else list(reversed(self.kept.moves))

    def link(self, version: Version) -> str | None:
        """The page of MLflow on the run that made a version; None where MLflow has no pages."""
        if self.tracking is None or not version.experiment_id:
            return None
        return f"{self.tracking}/#/experiments/{version.experiment_id}/runs/{version.run_id}"


def report(services: Services, *, version: str | None = None) -> Report:
    """The versions, and the verdict on one of them: by default on the newest that was judged.

    Raises UnavailableError where a file is damaged. An unknown version has no verdict.
    """
    settings, name = services.settings, name_of(services)
    try:
        kept = None if name is None else ledger.load(settings.home, name)
        asked = None if kept is None else _asked(settings.home, kept, version)
        verdict = None if asked is None else verdicts.load(settings.home, asked.reference)
    except RegistryError as error:
        raise UnavailableError(str(error)) from error
    there: Mapping[str, Stored] = {}
    if verdict is not None and verdict.examples:
        numbers = sorted({each.request_id for each in verdict.examples})
        with services.store.read() as connection:
            there = {each.id: each for each in requests.several(connection, numbers)}
    return Report(
        name=name,
        kept=kept,
        asked=asked,
        verdict=verdict,
        requests=there,
        tracking=_public(settings.mlflow_uri),
    )


def name_of(services: Services) -> str | None:
    """The registered name of the model that answers; None where the settings name a folder."""
    model = services.settings.model
    return None if Path(model).is_dir() else ModelUri.parse(model).name


def standing_of(version: Version) -> str:
    """champion, challenger, or nothing."""
    return next((each for each in (CHAMPION, CHALLENGER) if each in version.aliases), "")


def _asked(home: Path, kept: Ledger, version: str | None) -> Version | None:
    if version is not None:
        return next((each for each in kept.versions if each.reference.version == version), None)
    judged = (each for each in kept.versions if verdicts.path_of(home, each.reference).is_file())
    return next(judged, next(iter(kept.versions), None))


def _public(uri: str | None) -> str | None:
    """The address without a name and password; None where it is no web address."""
    parts = urlsplit(uri or "")
    if parts.scheme not in ("http", "https"):
        return None
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
