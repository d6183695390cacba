"""Training a challenger of what people said: looked for every ten minutes, run as a subprocess.

The command line trains and judges in a process of its own, so that a killed or failed retraining takes
nothing with it; the champion is moved by people only. The snapshot is deleted afterwards: it holds texts.
"""

from __future__ import annotations

import json
import logging
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.errors import RegistryError
from serving import delivery, own_process
from serving.audit import SERVICE
from serving.export import export
from serving.jobs import kind
from serving.jobs.kind import Kind
from serving.settings import Settings
from serving.store import exporting

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)
LONGEST = 6 * 3600.0
"""Seconds a retraining may take."""
REFUSED = 2
"""The exit code of a command that said in a sentence why not: to ask again would give the same answer."""
MOST = 30
"""Lines of the command's answer that are logged: figures and the verdict, no words of requests."""


def look(services: Services, payload: Mapping[str, Any]) -> None:  # noqa: ARG001 - the same for all kinds
    """Leave a retraining to be done where the settings say that it is time."""
    settings, now = services.settings, services.tools.clock()
    if delivery.champion_of(settings) is None:
        return
    last = last_at(settings)
    if not (_days_passed(services, last, now) or _corrections_gathered(services, last)):
        return
    with services.store.write() as connection:
        kind.add(
            services, connection, KIND, payload={}, key="after never" if last is None else f"after {last}"
        )


def run(services: Services, payload: Mapping[str, Any]) -> None:  # noqa: ARG001 - the same for all kinds
    """Export, train and judge. Raises RegistryError where the command failed; it is then tried again."""
    settings, now = services.settings, services.tools.clock()
    name = delivery.champion_of(settings)
    if name is None:
        log.warning("Nothing is retrained: the settings name a version or a folder, and no champion.")
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".retrain-", dir=settings.home) as scratch:
        snapshot = Path(scratch) / "snapshot"
        export(services, snapshot, as_of=now, actor=SERVICE)
        done = _called(settings, name, snapshot)
    if done.returncode not in (0, REFUSED):
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise RegistryError(f"The retraining ended with code {done.returncode}: {lines[-1]}")
    for line in (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()[-MOST:]:
        log.info("%s", line)
    _mark(settings, now)


def last_at(settings: Settings) -> datetime | None:
    """Up to when the last retraining by a job looked; None before the first."""
    try:
        return datetime.fromisoformat(json.loads(_mark_of(settings).read_text("utf-8"))["as_of"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegistryError(f"{_mark_of(settings)} is damaged ({error}): delete it.") from error


def _days_passed(services: Services, last: datetime | None, now: datetime) -> bool:
    days = services.settings.retrain_days
    return days is not None and (last is None or now - last >= timedelta(days=days))


def _corrections_gathered(services: Services, last: datetime | None) -> bool:
    wanted = services.settings.retrain_corrections
    if wanted is None:
        return False
    with services.store.read() as connection:
        return exporting.count_reviews(connection, after=last) >= wanted


def _called(settings: Settings, name: str, snapshot: Path) -> subprocess.CompletedProcess[str]:
    asked = ["triage", "retrain", "--snapshot", str(snapshot), "--model", name]
    if settings.retrain_data is not None:
        asked += ["--base-data", str(settings.retrain_data)]
    more = {"TRIAGE_HOME": str(settings.home)}
    if settings.cache is not None:
        more["TRIAGE_CACHE"] = str(settings.cache)
    if settings.policy is not None:
        more["TRIAGE_POLICY"] = str(settings.policy)
    late = f"The retraining did not end within {LONGEST:g} s."
    return own_process.run(asked, settings, longest=LONGEST, late=late, more=more)


def _mark(settings: Settings, at: datetime) -> None:
    path = _mark_of(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"as_of": at.isoformat()}) + "\n", "utf-8")


def _mark_of(settings: Settings) -> Path:
    return settings.home / "retrained" / "last.json"


DUE = Kind(name="retrain_due", run=look, every=timedelta(minutes=10))
KIND = Kind(name="retrain", run=run)
