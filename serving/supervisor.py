"""The supervisor of `triage serve`: so many web processes on one socket, and one process for jobs.

All are of its process group. Each is started again should it die, and ends when its supervisor is gone,
however that ended: its standard input is a pipe from here.
"""

from __future__ import annotations

import contextlib
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
from typing import NoReturn

from serving import metrics
from serving.listening import listen

log = logging.getLogger(__name__)
READY = "ready"
"""What a child says on its standard output once it does its work."""
RESTART_SECONDS = 1.0
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
"""Unless set otherwise. A product of small matrices takes 0.1 ms on one thread, and 16 ms on several where
the processors are busy: those that wait for the others give way to whatever else runs."""


@dataclass(frozen=True)
class Role:
    """What a child is: its name for the log, and the module and arguments it is started with."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()


JOBS = Role("jobs", "serving.jobs")


@dataclass
class Supervisor:
    """Keeps the processes of a service running. workers: how many of them are web processes.

    ready: called once all web processes answer. shutdown_seconds: what they have to end in good order.
    """

    bound: socket.socket
    workers: int
    ready: Callable[[], None]
    shutdown_seconds: int
    _children: list[tuple[Role, subprocess.Popen[str]]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Start them, say when all answer, start again what dies; the exit code when told to stop."""
        web = Role("the web", "serving.processes", (str(self.bound.fileno()),))
        with metrics.gathered(), self._ended():
            listen(self.bound)
            for role in [*[web] * self.workers, JOBS]:
                self._children.append((role, self._start(role)))
            if not all(_is_ready(child) for its_role, child in self._children if its_role is web):
                return 0 if self._stop.is_set() else 2
            self.ready()
            while not self._stop.wait(0.2):
                self._replace_dead()
            return 0

    @contextlib.contextmanager
    def _ended(self) -> Iterator[None]:
        """Signals are heard inside, and no process is left at the end."""
        before = {each: signal.signal(each, self._told) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, *_: object) -> None:
        self._stop.set()
        for _role, child in self._children:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()

    def _start(self, role: Role) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", role.module, *role.arguments],
            env=ALONE | os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[self.bound.fileno()],
        )

    def _replace_dead(self) -> None:
        for place, (role, child) in enumerate(self._children):
            if child.poll() is not None and not self._stop.is_set():
                log.error("A process for %s ended with %s; another is started.", role.name, child.returncode)
                _close(child)
                metrics.forget(child.pid)
                time.sleep(RESTART_SECONDS)
                self._children[place] = (role, self._start(role))

    def _end(self) -> None:
        for _, child in self._children:
            child.terminate()
        for _, child in self._children:
            try:
                child.wait(self.shutdown_seconds + 5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            _close(child)


def _is_ready(child: subprocess.Popen[str]) -> bool:
    line = child.stdout.readline() if child.stdout else ""
    return line.strip() == READY


def _close(child: subprocess.Popen[str]) -> None:
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()


def end_with_parent(parent: int) -> None:
    """In a child: end this process as soon as the other end of that pipe (a file descriptor) is gone."""

    def watch() -> None:
        while os.read(parent, 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def leave(code: int) -> NoReturn:
    """End this process now that its work is done and its files are closed.

    The interpreter's own way out would take apart torch and scikit-learn, which takes seconds, for nothing.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
