"""How long `why` and `similar` take over HTTP, beside an assessment, on a service as an operator runs it.

    python experiments/why/over_http.py --home HOME [--requests 100]

HOME is one in which a model was trained; the requests are samples, stored by a key made for it. A first `why`
explains, the next ones read what was kept. The sweep is held back, which would explain ahead.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from experiments.serving_speed.service import ROOT, Service, run, serving
from features import tables


class Asker:
    """One connection of a lead, kept open."""

    def __init__(self, service: Service, environment: dict[str, str]) -> None:
        made = run(["keys", "create", "--role", "lead", "--name", f"lead-{time.time_ns()}"], environment)
        token = next(word for word in made.split() if word.startswith("tri_"))
        parts = urlsplit(service.address)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What is answered; a POST where there is a body. Raises SystemExit on a refusal."""
        method = "GET" if body is None else "POST"
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"{path} answered {answer.status}: {said[:300]!r}")
        return json.loads(said)


def measured(name: str, service: Service, asks: Sequence[Callable[[], object]]) -> None:
    """Print a line: the median and the 95th of 100 by the clock, and processor time for each."""
    before, times = service.processor_ms(), []
    for ask in asks:
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    used = (service.processor_ms() - before) / len(asks)
    high = sorted(times)[int(0.95 * len(times))]
    print(f"| {name} | {statistics.median(times):.1f} | {high:.1f} | {used:.1f} |", flush=True)


def main() -> None:
    """Store the requests, then ask about each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--requests", type=int, default=100)
    arguments = parser.parse_args()
    texts = list(tables.read(ROOT / "data" / "requests.csv").frame["text"])[: 2 * arguments.requests]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(arguments.home / "models", home / "models")
        settings = {"TRIAGE_SWEEP_SECONDS": "3600", "TRIAGE_RATE_PER_MINUTE": "100000"}
        with serving(home, **settings) as service:
            environment = os.environ | {"TRIAGE_HOME": str(home), "PYTHONPATH": str(ROOT)}
            told(Asker(service, environment), service, texts, count=arguments.requests)


def told(asker: Asker, service: Service, texts: Sequence[str], *, count: int) -> None:
    """Print the table."""
    ids: list[str] = []
    print("| asked | median, ms | 95th of 100 | processor, ms |\n|---|---|---|---|")
    stored, others = texts[:count], texts[count:]
    measured(
        "POST /v1/requests",
        service,
        [lambda text=each: ids.append(asker.ask("/v1/requests", {"text": text})["id"]) for each in stored],
    )
    triage = [lambda text=each: asker.ask("/v1/triage", {"text": text}) for each in others]
    measured("POST /v1/triage, another text each time", service, triage)
    for name, path in (
        ("GET /why, the first time", "why"),
        ("GET /why, kept", "why"),
        ("GET /similar, the first times", "similar"),
        ("GET /similar", "similar"),
    ):
        measured(name, service, [lambda of=f"/v1/requests/{each}/{path}": asker.ask(of) for each in ids])


if __name__ == "__main__":
    main()
