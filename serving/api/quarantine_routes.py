"""The routes of reviews that are set aside."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from serving import set_aside
from serving.api import quarantine_wire
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.api.quarantine_schemas import ReleaseIn
from serving.api.routes import Accept
from serving.wording import OTHERWISE, choose_language

router = APIRouter(prefix="/v1/quarantine", route_class=GuardedRoute)


@router.get("")
def read(services: Serving, accept: Accept = None) -> Any:
    """Reviews that a retraining set aside since they look poisoned, in batches, each with its evidence: those
    that wait for a lead, then those that were released."""
    made = set_aside.report(services)
    return quarantine_wire.report(services, made, language=_language(accept))


@router.post("/{batch}/release")
def release(batch: str, body: ReleaseIn, services: Serving, caller: Asking, accept: Accept = None) -> Any:
    """Let the reviews of a batch be learnt from, from the next retraining on. 409: it was released before."""
    made = set_aside.release(services, caller, batch, reason=body.reason)
    return quarantine_wire.batch(services, made, language=_language(accept))


def _language(accept: str | None) -> str:
    return choose_language(locale=None, accept=accept, detected=OTHERWISE)
