"""Keeping the words of closed requests no longer than the settings say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from serving import erase
from serving.audit import SERVICE
from serving.store import erasure

if TYPE_CHECKING:
    from serving.services import Services


BATCH = 500


def erase_old(services: Services) -> int:
    """Erase the words of requests closed so many days ago (a setting); how many there were.

    Does nothing where the setting is off. In batches of one transaction each, so that callers come between.
    """
    days = services.settings.retention_days
    if days is None:
        return 0
    before, count = services.tools.clock() - timedelta(days=days), 0
    while True:
        with services.store.read() as connection:
            ids = erasure.closed_before(connection, before, limit=BATCH)
        if not ids:
            break
        count += erase.erase_several(services, ids, actor=SERVICE, reason=f"closed {days:g} days ago")
    if count:
        erasure.scrub(services.store)
    return count
