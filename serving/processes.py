"""A web process: `python -m serving.processes FD`, one of the supervisor's, on the socket it inherited."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address
from types import FrameType

import uvicorn
from fastapi import FastAPI

from features.errors import TriageError
from serving import heartbeat
from serving.access.rates import BEYOND_LOOPBACK
from serving.app import create_app
from serving.listening import listen
from serving.loading import LoadModel
from serving.logs import log_to_stderr
from serving.services import Services, build
from serving.settings import Settings
from serving.supervisor import READY, end_with_parent, leave


class _Server(uvicorn.Server):
    """Says when it answers. supervised: an interrupt at the terminal is the supervisor's to hear."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], *, supervised: bool) -> None:
        super().__init__(config)
        self._ready = ready
        self._supervised = supervised

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not (self._supervised and sig == signal.SIGINT):
            super().handle_exit(sig, frame)


def run_web(
    services: Services,
    bound: socket.socket,
    *,
    ready: Callable[[], None],
    model_loader: LoadModel | None = None,
    supervised: bool = False,
) -> None:
    """Be a web process until told to stop (SIGTERM, SIGINT); what is under way is answered first.

    ready: called once it answers. supervised: SIGINT is left to the supervisor. Raises BundleError where
    no model on this disk can be used.
    """
    app = create_app(services.settings, services=services, model_loader=model_loader)
    app.state.workers.delivery.load_first()
    listen(bound)
    with _quiet_end():
        _Server(config_of(app, services.settings), ready, supervised=supervised).run(sockets=[bound])


def config_of(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves an app. X-Forwarded headers count only from the proxies that the settings name."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )


def bounded(settings: Settings, bound: socket.socket) -> Settings:
    """The settings, with a bound on calls where they name none and the socket is open to other machines."""
    address = ip_address(str(bound.getsockname()[0]).split("%")[0])
    if settings.rate_per_minute is not None or address.is_loopback:
        return settings
    return replace(settings, rate_per_minute=BEYOND_LOOPBACK)


@contextlib.contextmanager
def _quiet_end() -> Iterator[None]:
    """uvicorn raises the signal that stopped it once more when it is done: that ends nothing here."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def child(number: int) -> None:
    """Be one of the supervisor's web processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until the server listens to signals itself
    end_with_parent(sys.stdin.fileno())
    settings = Settings.read(os.environ)
    log_to_stderr(settings.log_format)
    heartbeat.beat(settings)  # the jobs process has its time from now on
    bound = socket.socket(fileno=number)
    run_web(
        build(bounded(settings, bound)),
        bound,
        ready=lambda: print(READY, flush=True),
        supervised=True,
    )


if __name__ == "__main__":
    try:
        child(int(sys.argv[1]))
        leave(0)
    except TriageError as failed:
        print(f"triage: {failed}", file=sys.stderr)
        sys.exit(2)
