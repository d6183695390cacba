"""The route of the versions of the model."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from serving import model_versions
from serving.api import model_wire
from serving.api.guard import GuardedRoute, Serving
from serving.api.routes import Accept
from serving.wording import OTHERWISE, choose_language

router = APIRouter(prefix="/v1", route_class=GuardedRoute)


@router.get("/models")
def versions(services: Serving, version: str | None = None, accept: Accept = None) -> Any:
    """Champion and challengers, moves of the champion, and the gate's verdict on one version, by default the
    newest that was judged: figures, both models side by side, requests they differ on."""
    language = choose_language(locale=None, accept=accept, detected=OTHERWISE)
    made = model_versions.report(services, version=version)
    return model_wire.models(services, made, language=language)
