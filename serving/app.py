"""The web application: everything wired, nothing read from the environment."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
from collections.abc import AsyncIterator
from typing import Any

import anyio.to_thread
from fastapi import FastAPI

from serving.api import (
    audit_routes,
    batch_routes,
    conditions,
    customer_routes,
    health,
    mail_routes,
    message_routes,
    model_routes,
    problems,
    quarantine_routes,
    queue_routes,
    reference,
    review_routes,
    routes,
    search_routes,
    upload_routes,
    why_routes,
)
from serving.api.body_bounds import bodies_of
from serving.api.described import describe
from serving.api.middleware import Admission, BodyBound, LastNet, SecureHeaders
from serving.api.request_log import RequestLog
from serving.api.root_path import RootPath
from serving.holding import OutdatedError
from serving.loading import LoadModel
from serving.services import Services, Tools, Workers, build, workers
from serving.settings import Settings

PAGES = "serving.pages.routes"


def create_app(
    settings: Settings,
    *,
    tools: Tools | None = None,
    model_loader: LoadModel | None = None,
    services: Services | None = None,
) -> FastAPI:
    """The app of these settings.

    tools: clock, identifiers, randomness. model_loader: how a delivered folder becomes a model,
    by default features.bundle. services:
    made before, where the command line has them already. Threads start with the app's lifespan.
    """
    services = services or build(settings, tools=tools)
    app = FastAPI(
        title="Request triage", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url="/openapi.json"
    )
    app.state.services = services
    app.state.workers = workers(services, load=model_loader)
    app.include_router(health.router)
    app.include_router(mail_routes.router)  # before the route of the same path that takes JSON
    app.include_router(routes.router)
    app.include_router(batch_routes.router)
    app.include_router(upload_routes.router)
    app.include_router(message_routes.router)
    app.include_router(review_routes.router)
    app.include_router(queue_routes.router)
    app.include_router(search_routes.router)
    app.include_router(why_routes.router)
    app.include_router(customer_routes.router)
    app.include_router(audit_routes.router)
    app.include_router(model_routes.router)
    app.include_router(quarantine_routes.router)
    app.include_router(reference.router)
    describe(app)
    app.add_exception_handler(OutdatedError, conditions.on_outdated)
    problems.install(app, new_id=services.tools.new_id, page=_add_pages(app))
    app.add_middleware(Admission, most=settings.max_in_flight)
    app.add_middleware(LastNet, new_id=services.tools.new_id)
    app.add_middleware(BodyBound, most=settings.body_bytes, larger=bodies_of(settings))
    app.add_middleware(SecureHeaders)
    app.add_middleware(
        RequestLog, new_id=services.tools.new_id, seconds=services.tools.seconds, metrics=services.metrics
    )
    app.add_middleware(RootPath, root=settings.root_path)
    return app


def _add_pages(app: FastAPI) -> problems.Page | None:
    """Add the staff's and the public pages where they are installed; how they show a problem."""
    if importlib.util.find_spec("serving.pages") is None or importlib.util.find_spec(PAGES) is None:
        return None
    pages: Any = importlib.import_module(PAGES)
    app.include_router(pages.router)
    if hasattr(pages, "mount"):
        pages.mount(app)
    page: problems.Page | None = getattr(pages, "problem_page", None)
    return page


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    threads: Workers = app.state.workers
    anyio.to_thread.current_default_thread_limiter().total_tokens = services.settings.max_in_flight + 4
    if services.engine.model is None:
        await anyio.to_thread.run_sync(threads.delivery.load_first)
    services.engine.start()
    threads.delivery.start()
    threads.sweep.start()
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(_stop, services, threads)


def _stop(services: Services, threads: Workers) -> None:
    threads.delivery.stop()
    threads.sweep.stop()
    services.engine.stop()
    services.store.close()
