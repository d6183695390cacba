"""The processes of `triage serve`: one web process, or a supervisor over several on one socket.

With one worker the web process is this one. With more, each is started as `python -m serving.processes FD`
and started again should it die; it ends when its supervisor is gone, however that ended.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import uvicorn

from features.errors import InputError, TriageError
from serving.app import create_app
from serving.delivery import LoadModel
from serving.services import Services, build
from serving.settings import Settings

log = logging.getLogger(__name__)
BACKLOG = 2048
READY = "ready"
RESTART_SECONDS = 1.0


def bind(host: str, port: int) -> socket.socket:
    """A socket of that address, not listening yet. Raises InputError where it is taken or not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(f"There is no address {host!r} here: {error.strerror}.", field="host") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise _refused(error, host, port) from error
    return bound


def listen(bound: socket.socket) -> None:
    """Take connections. Raises InputError where another program came first."""
    try:
        bound.listen(BACKLOG)
    except OSError as error:
        raise _refused(error, *bound.getsockname()[:2]) from error


def _refused(error: OSError, host: str, port: int) -> InputError:
    if error.errno == errno.EADDRINUSE:
        return InputError(
            f"Port {port} on {host} is taken: stop the other program or give another --port.", field="port"
        )
    return InputError(f"Cannot listen on {host} port {port}: {error.strerror}.", field="port")


def address(bound: socket.socket) -> str:
    """Where a browser finds a socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if bound.family == socket.AF_INET6 else f"http://{host}:{port}"


def log_to_stderr() -> None:
    """Logs go to standard error; uvicorn's access log stays off, since an address may hold a secret."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for noisy in ("uvicorn.error", "alembic", "httpx", "sentence_transformers", "transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def run_web(
    services: Services,
    bound: socket.socket,
    *,
    ready: Callable[[], None],
    model_loader: LoadModel | None = None,
) -> None:
    """Be a web process until told to stop (SIGTERM, SIGINT); what is under way is answered first.

    ready: called once it answers. Raises BundleError where the model on this disk cannot be used.
    """
    app = create_app(services.settings, services=services, model_loader=model_loader)
    app.state.workers.delivery.load_first()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=services.settings.shutdown_seconds,
    )
    listen(bound)
    with _quiet_end():
        _Server(config, ready).run(sockets=[bound])


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


@dataclass
class Supervisor:
    """Keeps some web processes running on one socket."""

    bound: socket.socket
    workers: int
    ready: Callable[[], None]
    shutdown_seconds: int
    _children: list[subprocess.Popen[str]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Start them, say when all answer, start again what dies; the exit code when told to stop."""
        before = {each: signal.signal(each, self._told) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            listen(self.bound)
            self._children = [self._start() for _ in range(self.workers)]
            if not all(self._answers(child) for child in self._children):
                return 0 if self._stop.is_set() else 2
            self.ready()
            while not self._stop.wait(0.2):
                self._replace_dead()
            return 0
        finally:
            self._end()
            for each, handler in before.items():
                signal.signal(each, handler)

    def _told(self, *_: object) -> None:
        self._stop.set()
        for child in self._children:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()

    def _start(self) -> subprocess.Popen[str]:
        number = self.bound.fileno()
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "serving.processes", str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[number],
            start_new_session=True,  # an interrupt at the terminal reaches them once: through here
        )

    def _answers(self, child: subprocess.Popen[str]) -> bool:
        line = child.stdout.readline() if child.stdout else ""
        return line.strip() == READY

    def _replace_dead(self) -> None:
        for place, child in enumerate(self._children):
            if child.poll() is not None and not self._stop.is_set():
                log.error("A web process ended with %s; another is started.", child.returncode)
                _close(child)
                time.sleep(RESTART_SECONDS)
                self._children[place] = self._start()

    def _end(self) -> None:
        for child in self._children:
            child.terminate()
        for child in self._children:
            try:
                child.wait(self.shutdown_seconds + 5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            _close(child)


def _close(child: subprocess.Popen[str]) -> None:
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()


def end_with_parent(parent: int) -> None:
    """End this process as soon as the other end of that pipe (a file descriptor) is gone."""

    def watch() -> None:
        while os.read(parent, 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def child(number: int) -> None:
    """Be one of the supervisor's web processes."""
    end_with_parent(sys.stdin.fileno())
    log_to_stderr()
    run_web(
        build(Settings.read(os.environ)),
        socket.socket(fileno=number),
        ready=lambda: print(READY, flush=True),
    )


if __name__ == "__main__":
    try:
        child(int(sys.argv[1]))
    except TriageError as failed:
        print(f"triage: {failed}", file=sys.stderr)
        sys.exit(2)
