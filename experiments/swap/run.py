"""What callers notice of a promotion and of a rollback: failed requests, and the time of answers around them.

    python -m experiments.swap.run [--home HOME] [--to VERSION] [--clients 4] [--rounds 3] [--calm 20]

HOME is one with two versions at least, of which one is champion; without it two are trained on the samples.
A real service answers `POST /v1/triage` of clients that ask without a pause, while the command line promotes
the other version and rolls back. Each text is asked once.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from experiments.serving_speed.service import ROOT, Service, run, serving
from features.registry import Registry

NAME = "triage"
WORDS = ("printer", "invoice", "delivery", "contract", "login", "password", "refund", "broken", "please")
PATIENCE = "30"
"""Seconds that a caller waits for the model, so that a busy machine is not taken for a failed swap."""
AROUND = 2.0
"""Seconds before and after the first answer of the new version that count as the swap."""
LONGEST = 60.0


@dataclass
class Seen:
    """What clients met. answers: (when it came, milliseconds, version). failed: what was not a 200."""

    answers: list[tuple[float, float, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[float]:
        """The milliseconds of answers that came between two moments."""
        return [took for at, took, _ in list(self.answers) if start <= at < end]

    def first_of(self, version: str, *, after: float) -> float | None:
        """When a version first answered after a moment."""
        return min((at for at, _, by in list(self.answers) if at >= after and by == version), default=None)


@contextmanager
def asking(service: Service, *, clients: int) -> Iterator[Seen]:
    """Clients that ask without a pause, each over one connection."""
    seen, stop = Seen(), threading.Event()
    threads = [threading.Thread(target=_ask, args=(service, seen, stop, each)) for each in range(clients)]
    for each in threads:
        each.start()
    try:
        yield seen
    finally:
        stop.set()
        for each in threads:
            each.join()


def _ask(service: Service, seen: Seen, stop: threading.Event, number: int) -> None:
    parts, asked = urlsplit(service.address), 0
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=LONGEST)
    headers = {"Authorization": f"Bearer {service.key}", "Content-Type": "application/json"}
    while not stop.is_set():
        asked += 1
        text = f"{WORDS[asked % len(WORDS)]} {WORDS[(asked // 7) % len(WORDS)]} {number} {asked}"
        began = time.perf_counter()
        try:
            connection.request("POST", "/v1/triage", json.dumps({"text": text}), headers)
            answer = connection.getresponse()
            said = answer.read()
        except OSError as error:
            seen.failed.append(repr(error))
            connection.close()
            continue
        now = time.perf_counter()
        if answer.status == 200:
            seen.answers.append((now, 1000 * (now - began), json.loads(said)["model"]["version"]))
        else:
            seen.failed.append(f"{answer.status} {said[:200]!r}")


def swap(
    words: Sequence[str], environment: dict[str, str], seen: Seen, *, version: str, calm: float
) -> list[str]:
    """Run a command that moves the champion; one row of the table. calm: seconds before that are usual."""
    asked = time.perf_counter()
    before = seen.between(asked - calm, asked)
    run([*words], environment)
    moved = time.perf_counter()
    while (first := seen.first_of(version, after=asked)) is None:
        if time.perf_counter() - moved > LONGEST:
            raise SystemExit(f"Version {version} did not answer within {LONGEST:g} s.")
        time.sleep(0.1)
    time.sleep(AROUND)
    around = seen.between(first - AROUND, first + AROUND)
    usual, then = (float(np.percentile(each, 99)) for each in (before, around))
    return [
        words[1],
        f"{moved - asked:.1f}",
        f"{max(first - moved, 0.0):.1f}",
        f"{np.median(before):.0f}",
        f"{usual:.0f}",
        f"{then:.0f}",
        f"{then / usual:.2f}",
        f"{max(around):.0f}",
        str(len(around)),
    ]


HEADS = (
    "move",
    "command s",
    "until it answers s",
    "p50 before ms",
    "p99 before ms",
    "p99 around ms",
    "ratio",
    "slowest ms",
    "answers around",
)


def measure(home: Path, *, to: str | None, clients: int, rounds: int, calm: float) -> None:
    """Print a row for each move, and what failed. to: what to promote, by default the newest other one."""
    environment = os.environ | {"TRIAGE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    registry = Registry(home=home)
    champion = str(registry.alias(NAME, "champion"))
    found = (each.reference.version for each in registry.versions(NAME))
    other = to or next(each for each in found if each != champion)
    promote = ["models", "promote", other, "--despite", "measuring the swap"]
    back = ["models", "rollback", "--reason", "measuring the swap"]
    print(f"Load average at the start: {os.getloadavg()[0]:.1f}; {clients} clients.\n")
    print("| " + " | ".join(HEADS) + " |\n|" + "---|" * len(HEADS))
    with serving(home, TRIAGE_ANSWER_SECONDS=PATIENCE) as service, asking(service, clients=clients) as seen:
        for _ in range(rounds):
            for words, version in ((promote, other), (back, champion)):
                time.sleep(calm)
                row = swap(words, environment, seen, version=version, calm=calm)
                print("| " + " | ".join(row) + " |", flush=True)
    print(
        f"\n{len(seen.answers)} answers, {len(seen.failed)} failed. "
        f"Load average at the end: {os.getloadavg()[0]:.1f}."
    )
    for each in seen.failed[:5]:
        print(f"  {each}")


def trained(home: Path, encoder: str | None) -> None:
    """Two versions on the samples."""
    environment = os.environ | {"TRIAGE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    more = [] if encoder is None else ["--encoder", encoder]
    for seed in ("0", "1"):
        data = ["train", "--data", str(ROOT / "data" / "requests.csv"), "--seed", seed]
        run([*data, *more], environment)


def main() -> None:
    """Read the arguments and measure."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--home", type=Path)
    asked.add_argument("--to")
    asked.add_argument("--clients", type=int, default=4)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--calm", type=float, default=20.0)
    asked.add_argument("--encoder")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch) / "home"
        home.mkdir(parents=True, exist_ok=True)
        if len(Registry(home=home).versions(NAME)) < 2:
            trained(home, given.encoder)
        measure(home, to=given.to, clients=given.clients, rounds=given.rounds, calm=given.calm)


if __name__ == "__main__":
    main()
