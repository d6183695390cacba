"""The service as processes of its own, to be killed, starved and stopped, and clients that post meanwhile."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from serving.store.database import Database
from serving.store.tables import assessments, requests
from tests.conftest import ROOT
from tests.faults.ways import Receipts, Way, single


def until(condition: Callable[[], object], *, seconds: float = 120, words: str = "it did not come") -> None:
    """Wait for something to be true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, words
        time.sleep(0.05)


@dataclass
class Running:
    """`triage serve` in a process group of its own. log: where its standard error goes, through a process
    that no limit of the service's own files holds for."""

    environment: Mapping[str, str]
    log: Path
    workers: int = 2
    port: int = 0
    process: subprocess.Popen[str] | None = None
    writer: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, on the port it had before, and wait until it answers."""
        command = [sys.executable, "-m", "triage", "serve", "--port", str(self.port)]
        with self.log.open("a") as log:
            self.writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log)
        with self.writer.stdin or contextlib.nullcontext() as standard_error:
            self.process = subprocess.Popen(
                [*command, "--workers", str(self.workers)],
                env=self.environment,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=standard_error,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Ready "), self.log.read_text()
        self.port = urlsplit(line.split()[1]).port or 0

    def kill(self) -> None:
        """kill -9 of the whole group at once: supervisor, web processes, jobs process."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._close()
        until(lambda: not self._group(), words="a process outlived its killing")

    def stop(self) -> int:
        """As by Ctrl+C at a terminal, which reaches every process of the group; the exit code."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(60)
        self._close()
        return code

    def children(self, module: str) -> list[int]:
        """The processes of a module under the supervisor."""
        return [number for number, command in self._group().items() if module in command]

    def _group(self) -> dict[int, str]:
        assert self.process is not None
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with contextlib.suppress(OSError):  # it may just have ended
                    group = (folder / "stat").read_text().rpartition(")")[2].split()[2]
                    command = (folder / "cmdline").read_text().replace("\0", " ")
                    if int(group) == self.process.pid and command:
                        found[int(folder.name)] = command
        return found

    def _close(self) -> None:
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
        if self.writer is not None:
            self.writer.wait(60)

    def ask(
        self, method: str, path: str, key: str, body: Mapping[str, object] | None = None
    ) -> tuple[int, dict[str, object]]:
        """One question on a connection of its own; status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            return asked(connection, method, path, key, body)


def asked(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    key: str,
    body: Mapping[str, object] | None = None,
) -> tuple[int, dict[str, object]]:
    """One question on a connection; status and body."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read() or b"{}")


@dataclass
class Clients:
    """So many clients, each with so many parcels of requests, each sent again until it is acknowledged whole.

    way: how a parcel is sent. receipts: the identifier that was acknowledged for each external id. statuses:
    how often which status was seen; 0 where the connection broke.
    """

    running: Running
    key: str
    clients: int = 32
    each: int = 15
    seconds: float = 300
    parcel: int = 1
    way: Way = single
    receipts: dict[str, str] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pool: ThreadPoolExecutor | None = None

    def start(self, prefix: str) -> None:
        """Post from now on."""
        self._pool = ThreadPoolExecutor(self.clients)
        self._futures = [self._pool.submit(self._post, f"{prefix}-{i}") for i in range(self.clients)]

    def join(self) -> None:
        """Wait until all is acknowledged."""
        for future in self._futures:
            future.result()
        assert self._pool is not None
        self._pool.shutdown()

    @property
    def posted(self) -> int:
        return self.clients * self.each * self.parcel

    @property
    def acknowledged(self) -> int:
        return len(self.receipts)

    def _post(self, name: str) -> None:
        deadline = time.monotonic() + self.seconds
        connection = self._connection()
        for number in range(self.each):
            names = [f"{name}-{number}-{i}" for i in range(self.parcel)]
            told: Receipts = {}
            while len(told) < len(names):
                assert time.monotonic() < deadline, f"{name} was not served in time"
                try:
                    status, told = self.way(connection, self.key, names)
                except (OSError, http.client.HTTPException, ValueError):
                    status, told = 0, {}
                    connection.close()
                    connection = self._connection()
                with self._lock:
                    self.statuses[status] = self.statuses.get(status, 0) + 1
                    self.receipts.update(told)
                if len(told) < len(names):
                    time.sleep(0.1)
        connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=60)


@dataclass(frozen=True)
class Found:
    """What a kind of database holds: external id -> identifiers, and how many of them are assessed once."""

    kind: str
    requests: Mapping[str, list[str]]
    assessed: int
    assessments: int


def found_in(database_url: str) -> Found:
    """What the database holds now."""
    database = Database(database_url)
    with database.read() as connection:
        rows = connection.execute(select(requests.c.external_id, requests.c.id, requests.c.assessment_id))
        by_name: dict[str, list[str]] = {}
        assessed = 0
        for name, number, assessment in rows:
            by_name.setdefault(name, []).append(number)
            assessed += assessment is not None
        made = connection.execute(select(func.count()).select_from(assessments)).scalar_one()
    database.close()
    return Found("SQLite" if database.is_sqlite else "PostgreSQL", by_name, assessed, made)


def settled(database_url: str, *, seconds: float = 180) -> Found:
    """What the database holds once nothing waits for an assessment."""

    def is_settled() -> bool:
        found = found_in(database_url)
        return found.assessed == sum(map(len, found.requests.values()))

    until(is_settled, seconds=seconds, words="something was never assessed")
    return found_in(database_url)


def check(clients: Clients, found: Found) -> None:
    """Everything acknowledged is there under the identifier that was told, once, and assessed once."""
    mine = {name: found.requests.get(name) for name in clients.receipts}
    assert mine == {name: [number] for name, number in clients.receipts.items()}
    assert clients.acknowledged == clients.posted
    assert found.assessments == found.assessed == sum(map(len, found.requests.values()))


def tell(what: str, clients: Clients, found: Found, seconds: float) -> None:
    """Print a row of figures; `pytest -s` shows it, and experiments/faults makes a table of such rows."""
    mine = [found.requests[name] for name in clients.receipts if name in found.requests]
    statuses = ", ".join(
        f"{count} x {status or 'broken'}" for status, count in sorted(clients.statuses.items())
    )
    figures = [
        clients.posted,
        clients.acknowledged,
        len(mine),
        sum(len(each) - 1 for each in mine),
        f"{found.assessed} of {sum(map(len, found.requests.values()))}",
        f"{seconds:.1f}",
        statuses,
    ]
    print("\n| " + " | ".join(map(str, [what, found.kind, *figures])) + " |")


def lines(log: Path, pattern: str) -> int:
    """How many lines of a log match."""
    return len(re.findall(pattern, log.read_text("utf-8")))
