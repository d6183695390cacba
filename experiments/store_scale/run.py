"""The service over many stored requests: list, queue, its page, search, and what comes in, beside an empty
database in the same run. See README.md."""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from filling import GATE, PERSON, RARE, fill
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from experiments.random_model import RandomModel
from features.errors import NotFoundError
from features.records import Request
from serving import intake
from serving.access import keys
from serving.access.roles import Caller
from serving.app import create_app
from serving.services import Services, build
from serving.settings import Settings
from serving.store import schema

Asked = dict[str, tuple[str, str]]
TIMES = 40
ASKED: Asked = {
    "list, newest": ("staff", "/v1/requests"),
    "list, of a party with nearly all": (GATE.name, "/v1/requests"),
    "list, of a party with one in 1,000": (RARE.name, "/v1/requests"),
    "queue": ("staff", "/v1/queue"),
    "queue, grade P1": ("staff", "/v1/queue?grade=P1"),
    "queue, grades P1 and P2 of incidents": ("staff", "/v1/queue?grade=P1&grade=P2&type=incident"),
    "queue, not reviewed": ("staff", "/v1/queue?reviewed=false"),
    "queue, reviewed": ("staff", "/v1/queue?reviewed=true"),
    "queue, to be judged unseen": ("staff", "/v1/queue?stage=blind"),
    "queue, stage that none is at": ("staff", "/v1/queue?stage=conflict"),
    "queue, one customer": ("staff", "/v1/queue?customer=C0"),
    "queue, customer with none": ("staff", "/v1/queue?customer=nobody"),
    "queue, language of none": ("staff", "/v1/queue?language=ja"),
    "queue, team of none": ("staff", "/v1/queue?team=nobody"),
    "queue, overrides that wait": ("staff", "/v1/queue?override_waits=true"),
    "queue, needs review, at nobody": ("staff", "/v1/queue?needs_review=true&claimed=nobody"),
    "queue, mine": ("staff", "/v1/queue?claimed=me"),
    "page of the queue": ("page", "/queue"),
    "page of the queue, P1": ("page", "/queue?grade=P1"),
    "page of the queue, reviewed": ("page", "/queue?reviewed=true"),
    "search, frequent zh word of two": ("staff", "/v1/search?q=我们"),
    "search, zh word of two": ("staff", "/v1/search?q=发票"),
    "search, zh words of four": ("staff", "/v1/search?q=打印机卡纸"),
    "search, one zh character": ("staff", "/v1/search?q=票"),
    "search, frequent en word": ("staff", "/v1/search?q=the"),
    "search, en words": ("staff", "/v1/search?q=invoice payment"),
    "search, two frequent words that hardly meet": ("staff", "/v1/search?q=我们 the"),
    "search, one request": ("staff", "/v1/search?q=so7777"),
    "search, nothing": ("staff", "/v1/search?q=zyzzyva"),
}
"""What is measured: by whom it is asked, and the address."""


@contextmanager
def opened(url: str, home: Path) -> Iterator[Services]:
    """The services on a database of this release's schema, answering by chance."""
    settings = Settings.read({"TRIAGE_HOME": str(home), "TRIAGE_DATABASE_URL": url})
    services = build(settings)
    schema.upgrade(services.store)
    services.engine.use(RandomModel())
    services.engine.start()
    try:
        yield services
    finally:
        services.engine.stop()
        services.store.close()


@contextmanager
def beside(url: str, home: Path) -> Iterator[str]:
    """The URL of an empty database beside one; dropped at the end."""
    if make_url(url).get_backend_name() == "sqlite":
        yield f"sqlite:///{home / 'empty.db'}"
        return
    name = f"{make_url(url).database}_empty"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def times(do: Callable[[], Any], *, count: int = TIMES) -> list[float]:
    """The milliseconds of each of so many times."""
    found = []
    for _ in range(count):
        began = time.perf_counter()
        do()
        found.append(1000 * (time.perf_counter() - began))
    return found


def intakes(full: Services, empty: Services, *, count: int = 200) -> None:
    """A request into either database, by turns."""
    spent: dict[str, list[float]] = {"full": [], "empty": []}
    for i in range(count + 20):
        for name, services in (("full", full), ("empty", empty)):
            request = Request(text=f"打印机卡纸，今天早上三楼财务部无法打印 {i}", customer_id="C7")
            took = times(lambda s=services, r=request: intake.receive(s, GATE, r), count=1)  # type: ignore[misc]
            spent[name] += took if i >= 20 else []
    middle = {name: statistics.median(each) for name, each in spent.items()}
    p95 = {name: float(np.percentile(each, 95)) for name, each in spent.items()}
    print(
        f"\nintake p50 (p95): {middle['full']:.1f} ({p95['full']:.1f}) ms over the stored ones, "
        f"{middle['empty']:.1f} ({p95['empty']:.1f}) ms empty: {middle['full'] / middle['empty']:.2f} times\n"
    )


def answers(services: Services, only: str) -> None:
    """A table of what each question takes, server and client in one process."""
    app = create_app(services.settings, services=services)
    clients: dict[str, tuple[TestClient, dict[str, str]]] = {}
    for name, caller in (("staff", PERSON), (GATE.name, GATE), (RARE.name, RARE)):
        key = _key(services, caller)
        clients[name] = (TestClient(app), {"Authorization": f"Bearer {key}"})
        if name == "staff":
            browser = TestClient(app, base_url="http://testserver")
            browser.post("/sign-in", data={"key": key}, headers={"Origin": "http://testserver"})
            clients["page"] = (browser, {"Accept": "text/html"})
    print("| what | p50 ms | p95 | KB | items |\n|---|---|---|---|---|")
    for what, (who, address) in ASKED.items():
        if only not in what:
            continue
        client, headers = clients[who]
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, (what, answer.status_code, answer.text[:200])  # noqa: S101 - a check of the study
        spent = times(lambda c=client, a=address, h=headers: c.get(a, headers=h))  # type: ignore[misc]
        items = "" if who == "page" else len(answer.json()["items"])
        p50, p95 = statistics.median(spent), np.percentile(spent, 95)
        print(f"| {what} | {p50:.0f} | {p95:.0f} | {len(answer.content) / 1024:.0f} | {items} |", flush=True)


def _key(services: Services, caller: Caller) -> str:
    """A key of a caller's; one of that name from an earlier run ends."""
    with suppress(NotFoundError):
        keys.revoke(services.store, caller.name, at=services.tools.clock(), stamp=services.keys.stamp)
    made, _ = keys.create(services.store, services.tools, role=caller.role, name=caller.name)
    return made


def main() -> None:
    """Fill what is empty, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="the URL of an empty database, or of one that this filled before")
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--only", default="", help="what has these words in its name")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = given.database or f"sqlite:///{home / 'scale.db'}"
        with opened(url, home) as services, beside(url, home) as other, opened(other, home) as empty:
            stored = _stored(services)
            if not stored:
                began = time.perf_counter()
                fill(services, given.requests)
                _settle(services)
                print(f"Filled in {time.perf_counter() - began:,.0f} s.")
            kind = services.store.engine.dialect.name
            print(f"{kind}, {_stored(services):,} requests; load {os.getloadavg()[0]:.1f}", flush=True)
            intakes(services, empty)
            answers(services, given.only)
            print(f"\nLoad at the end: {os.getloadavg()[0]:.1f}.")


def _stored(services: Services) -> int:
    with services.store.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM requests")).scalar_one())


def _settle(services: Services) -> None:
    """What the database does by itself after a while: figures on what its tables hold."""
    with services.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if services.store.is_sqlite else "VACUUM ANALYZE"))


if __name__ == "__main__":
    main()
