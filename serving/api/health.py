"""Whether the service lives and is ready, and its figures: no database connection, no thread of the pool."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from features.errors import AccessError
from serving import heartbeat
from serving.access.roles import Role
from serving.metrics import CONTENT_TYPE
from serving.services import Services, Workers
from serving.settings import MetricsAccess

router = APIRouter()


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """The process lives."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """It can answer; else 503 with what is missing. Without its jobs process it answers, and says so."""
    services: Services = request.app.state.services
    workers: Workers = request.app.state.workers
    needed = {
        "model": services.engine.model is not None and services.engine.alive,
        "database": workers.sweep.database_answers,
        "schema": workers.sweep.schema_fits,
    }
    missing = [name for name, there in needed.items() if not there]
    if missing:
        return JSONResponse({"status": "not ready", "missing": missing}, 503, {"Retry-After": "2"})
    late = ["jobs"] if heartbeat.is_gone(services.settings) else []
    return JSONResponse({"status": "ready", "missing": late})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """The figures of all processes, for Prometheus. Raises AccessError for who may not read them."""
    services: Services = request.app.state.services
    if not _is_open(services.settings.metrics, request):
        await _require_admin(services, request)
    return Response(services.metrics.exposition(), media_type=CONTENT_TYPE)


def _is_open(access: MetricsAccess, request: Request) -> bool:
    return access is MetricsAccess.OPEN or (access is MetricsAccess.LOOPBACK and _is_local(request))


def _is_local(request: Request) -> bool:
    """Whether this machine asks for itself; what came through a proxy did not."""
    if any(name in request.headers for name in ("forwarded", "x-forwarded-for")) or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _require_admin(services: Services, request: Request) -> None:
    """The key is looked up once in a while, in a thread; whoever brings none has no say."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise AccessError("Figures are for this machine; from elsewhere send an admin's key.", known=False)
    caller = await run_in_threadpool(services.keys.verify, key.strip())
    request.state.caller = caller
    if caller.role is not Role.ADMIN:
        raise AccessError("Figures are for admins.", known=True)
