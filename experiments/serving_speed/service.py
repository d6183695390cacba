"""A service on this machine, started as an operator starts it, and clients that ask it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
BUSY = 503
LONGEST_WAIT = 5.0


@dataclass(frozen=True)
class Service:
    """A running service. ready_seconds: from its start to the line that says so. answers: how often which
    status was given to the clients of `at_once`."""

    process: subprocess.Popen[str]
    address: str
    key: str
    ready_seconds: float
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def web(self) -> int:
        """The number of its web process."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        numbers = path.read_text().split()
        lines = {number: Path(f"/proc/{number}/cmdline").read_bytes() for number in numbers}
        return next(int(number) for number, line in lines.items() if b"serving.processes" in line)

    def megabytes(self) -> float:
        """What its web process holds in memory."""
        status = Path(f"/proc/{self.web}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024

    def processor_ms(self) -> float:
        """The processor time that its web process has used, over all threads."""
        ticks = Path(f"/proc/{self.web}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
        return 1000 * sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def maps(self, name: str) -> bool:
        """Whether its web process has loaded a library of that name."""
        return name in Path(f"/proc/{self.web}/maps").read_text()


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Service]:
    """Run one web process and one for jobs on a free port, with a key of its own."""
    environment = os.environ | {"TRIAGE_HOME": str(home), "PYTHONPATH": str(ROOT)} | settings
    run(["db", "upgrade"], environment)
    key = run(["keys", "create", "--role", "intake", "--name", f"bench-{time.time_ns()}"], environment)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "triage", "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("Ready "):
            raise SystemExit("The service did not start; its serve.log says why.")
        token = next(word for word in key.split() if word.startswith("tri_"))
        yield Service(process, line.split()[1], token, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(30)


def run(arguments: Sequence[str], environment: dict[str, str]) -> str:
    """Run a command of `triage`; what it said."""
    command = [sys.executable, "-m", "triage", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


class Client:
    """One connection, kept open. statuses: how often which was given."""

    def __init__(self, service: Service) -> None:
        self.statuses: Counter[int] = Counter()
        parts = urlsplit(service.address)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=60)
        self._headers = {"Authorization": f"Bearer {service.key}", "Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any]) -> float:
        """Ask, read the whole answer, and give the milliseconds it took.

        A service that is busy (503) is asked again after as long as it says, and a request that it stored to
        assess later (202) is answered: both are counted. Raises SystemExit on any other refusal.
        """
        began = time.perf_counter()
        status = BUSY
        while status == BUSY:
            self._connection.request("POST", path, json.dumps(body), self._headers)
            answer = self._connection.getresponse()
            said, status = answer.read(), answer.status
            self.statuses[status] += 1
            if status == BUSY:
                time.sleep(min(float(answer.headers.get("Retry-After", 1)), LONGEST_WAIT))
        if status not in (200, 201, 202):
            raise SystemExit(f"{path} answered {status}: {said[:300]!r}")
        return 1000 * (time.perf_counter() - began)


def at_once(service: Service, path: str, texts: Sequence[str], *, clients: int) -> tuple[float, list[float]]:
    """Ask for all texts by so many clients; answers a second, and the milliseconds of each."""

    def ask(part: Sequence[str]) -> list[float]:
        client = Client(service)
        took = [client.post(path, {"text": text}) for text in part]
        counted.append(client.statuses)
        return took

    counted: list[Counter[int]] = []
    with ThreadPoolExecutor(clients) as pool:
        began = time.perf_counter()
        found = list(pool.map(ask, [texts[i::clients] for i in range(clients)]))
        seconds = time.perf_counter() - began
    for each in counted:
        service.answers.update(each)
    return len(texts) / seconds, [each for part in found for each in part]
