"""Every hour: what nobody needs any more is deleted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from serving.jobs.kind import Kind
from serving.store import idempotency, jobs, sessions, users

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)


def run(services: Services, payload: Mapping[str, Any]) -> None:  # noqa: ARG001 - the same for all kinds
    """Delete sessions and sign-in links that are over, and jobs and uses of idempotency keys from long ago
    (settings)."""
    now, settings = services.tools.clock(), services.settings
    with services.store.write() as connection:
        over = sessions.delete_over(connection, at=now)
        users.forget_old_failures(connection, before=now - timedelta(minutes=settings.lockout_minutes))
        done = jobs.delete_done(connection, before=now - timedelta(days=settings.keep_jobs_days))
        uses = idempotency.forget(connection, before=now - timedelta(days=settings.idempotency_days))
    told = "Deleted %d sessions and links that are over, %d old jobs and %d uses of idempotency keys."
    log.info(told, over, done, uses)


KIND = Kind(name="housekeeping", run=run, every=timedelta(hours=1))
