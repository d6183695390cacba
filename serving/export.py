"""A snapshot of what people said, for training: written whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from features import delivered, redact, snapshot
from features.errors import InputError
from features.manifest import read_manifest
from features.records import Request
from features.snapshot import SnapshotManifest
from features.taxonomy import Taxonomy
from serving import delivery
from serving.audit import Action, Actor, note
from serving.store import deployments, exporting

if TYPE_CHECKING:
    from serving.services import Services

HISTORY = 1000
"""So many deployments are looked through for the one that answered at a moment."""


def export(
    services: Services, out: Path, *, as_of: datetime, actor: Actor, redacted: bool = False
) -> SnapshotManifest:
    """Write the snapshot of a moment into a new or empty folder, and note that in the audit log.

    redacted: personal data are taken out of texts and subjects. Raises InputError where the moment is still
    to come, since then the same moment would not give the same snapshot, or the folder cannot be written.
    """
    moment = as_of.astimezone(UTC)
    if moment > services.tools.clock():
        raise InputError(
            f"--as-of {as_of.isoformat()} is still to come; name a moment that is past.", field="as_of"
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{str(out)!r} is there already and not empty; name a new folder.", field="out")
    with services.store.read() as connection:
        content = _content(services, connection, moment, redacted=redacted)
    manifest = _written(out, content)
    with services.store.write() as connection:
        about, now = f"snapshot {manifest.as_of}", services.tools.clock()
        note(connection, actor, action=Action.DATA_EXPORTED, about=about, at=now, rows=dict(manifest.rows))
    return manifest


def _content(
    services: Services, connection: Connection, moment: datetime, *, redacted: bool
) -> Mapping[str, Any]:
    ids = exporting.reviewed_before(connection, moment)
    requests = exporting.as_received(connection, ids)
    said = exporting.said_before(connection, ids, moment)
    kept = [each for each in said if each.request_id in requests]
    by_assessment = exporting.predicted(connection, [each.assessment_id for each in kept])
    in_force = {"version": services.policy.version, "hash": services.policy.hash}
    return {
        "requests": {number: _redacted(each) for number, each in requests.items()} if redacted else requests,
        "reviews": kept,
        "predicted": {each.id: by_assessment.get(each.assessment_id, {}) for each in kept},
        "taxonomy": _taxonomy_as_of(services, connection, moment),
        "told": {
            "as_of": moment.isoformat(),
            "policy": exporting.policy_as_of(connection, moment) or in_force,
            "redaction": "personal" if redacted else "none",
            "erased": {"requests": len(ids) - len(requests), "reviews": len(said) - len(kept)},
        },
    }


def _taxonomy_as_of(services: Services, connection: Connection, moment: datetime) -> Taxonomy:
    """That of the version which answered then, if it is still on this disk; else that of the present one."""
    settings = services.settings
    name = delivery.champion_of(settings)
    known: Sequence[deployments.Deployment] = (
        () if name is None else deployments.newest(connection, name, limit=HISTORY)
    )
    for each in known:
        folder = delivered.folder_of(settings.home, each.model)
        if each.at <= moment and folder.is_dir():
            return Taxonomy.of(read_manifest(folder).taxonomy)
    if services.engine.model is not None:
        return services.taxonomy
    return delivery.taxonomy_on_disk(settings) or services.taxonomy


def _redacted(request: Request) -> Request:
    subject = None if request.subject is None else redact.redact(request.subject)
    return replace(request, text=redact.redact(request.text), subject=subject)


def _written(out: Path, content: Mapping[str, Any]) -> SnapshotManifest:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".exporting-", dir=out.parent) as part:
            made = Path(part) / "snapshot"
            made.mkdir()
            manifest = snapshot.write(made, **content)
            made.replace(out)  # an empty folder gives way
    except OSError as error:
        raise InputError(f"Cannot write {str(out)!r}: {error.strerror or error}.", field="out") from error
    return manifest
