"""Every day: the words of requests that were closed long ago are erased."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from serving import retention
from serving.jobs.kind import Kind

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)


def run(services: Services, payload: Mapping[str, Any]) -> None:  # noqa: ARG001 - the same for all kinds
    """Erase what is older than the settings allow; nothing where they set no bound."""
    count = retention.erase_old(services)
    if count:
        log.info("Erased the words of %d requests, closed long ago.", count)


KIND = Kind(name="retention", run=run, every=timedelta(days=1))
