"""Whether the service lives and is ready: no key, no database connection, no thread."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from serving.services import Services, Workers

router = APIRouter()


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """The process lives."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """It can answer; else 503 with what is missing."""
    services: Services = request.app.state.services
    workers: Workers = request.app.state.workers
    missing = [
        name
        for name, there in (
            ("model", services.engine.model is not None and services.engine.alive),
            ("database", workers.sweep.database_answers),
        )
        if not there
    ]
    if missing:
        return JSONResponse({"status": "not ready", "missing": missing}, 503, {"Retry-After": "2"})
    return JSONResponse({"status": "ready", "missing": []})
