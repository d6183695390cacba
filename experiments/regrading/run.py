"""How long it takes to regrade many open requests after a change of the policy, on SQLite.

It makes a database in a folder of its own, fills it through the service's own functions, puts another
policy in force under which every grade or score changes, and regrades. It measures serving, so it is the
one study that imports it.
"""

from __future__ import annotations

import argparse
import platform
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from experiments.random_model import RandomModel
from features.policy import Policy
from features.records import Customer, CustomerFacts, Request
from serving import assess, regrade, worth
from serving.access.roles import Caller, Role
from serving.customers import put, put_all
from serving.services import Services, build
from serving.settings import Settings
from serving.store import arriving, schema
from serving.store.requests import Status, Stored
from serving.store.tables import assessments

LEAD = Caller(name="benchmark", role=Role.LEAD)
CUSTOMERS = 500


def fill(services: Services, count: int) -> None:
    """Store customers, and as many assessed requests as wanted; one in 200 is the first customer's."""
    chance, model = random.Random(0), services.engine.model  # noqa: S311 - chance, not a secret
    assert model is not None  # noqa: S101 - it was just given
    today = services.tools.clock().date()
    put_all(
        services,
        LEAD,
        [
            Customer(
                id=f"C{i}",
                facts=CustomerFacts(
                    revenue=chance.lognormvariate(12, 2),
                    growth=chance.gauss(0.05, 0.2),
                    satisfaction=chance.uniform(0, 10),
                    as_of=today,
                ),
            )
            for i in range(CUSTOMERS)
        ],
    )
    now = services.tools.clock()
    for start in range(0, count, 500):
        with services.store.write() as connection:
            for i in range(start, min(start + 500, count)):
                request = Request(
                    text=f"request {i} " * 20,
                    source="benchmark",
                    customer_id=f"C{0 if i % 200 == 0 else chance.randrange(1, CUSTOMERS)}",
                    attributes={"product": "x"},
                    received_at=now,
                )
                stored = Stored(
                    id=services.tools.new_id(),
                    version=1,
                    status=Status.RECEIVED,
                    owner="benchmark",
                    facts_trusted=False,
                    sample=False,
                    stored_at=now,
                    request=request,
                )
                arriving.add(connection, stored)
                customer = worth.of_request(services, connection, request, facts_trusted=False)
                judged = assess.judged(services, request, model.predict([request])[0], customer)
                assess.keep_first(services, connection, stored, judged, None)


def another(policy: Policy) -> Policy:
    """A policy of the next version under which every score changes, and many grades."""
    raw = policy.as_data()
    raw["version"] += 1
    raw["value"] = raw["value"] | {"from": 50}
    raw["score"] = raw["score"] | {"weights": {"urgency": 35, "impact": 35, "value": 20, "ease": 10}}
    return Policy.of(raw)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    count = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder:
        services = build(Settings(home=Path(folder), database_url=f"sqlite:///{folder}/triage.db"))
        schema.upgrade(services.store)
        services.engine.use(RandomModel())
        fill(services, count)
        later = replace(services, policy=another(services.policy))
        regrade.announce(later)
        print(f"Python {platform.python_version()}, {count:,} open requests, {CUSTOMERS} customers")
        print("| what | seconds |\n|---|---|")
        measured("a new policy, every request regraded", lambda: regrade.look(later))
        measured("a look where nothing is stale", lambda: regrade.look(later))
        today = services.tools.clock().date()
        flagged = CustomerFacts(tier="vip", as_of=today)
        told = [Customer(id=f"C{i}", facts=replace(flagged, revenue=1e6 + i)) for i in range(CUSTOMERS)]
        one = Customer(id="C0", facts=flagged)
        measured("PUT of a customer, its requests at once", lambda: put(later, LEAD, one))
        measured("bulk: every customer changed, left to the sweep", lambda: put_all(later, LEAD, told))
        measured("the sweep after it", lambda: regrade.look(later))
        with services.store.read() as connection:
            kept = connection.execute(select(func.count()).select_from(assessments)).scalar_one()
        print(f"{kept:,} assessments are kept.")
        services.store.close()


def measured(what: str, work: Callable[[], object]) -> None:
    """One line of the table."""
    started = time.perf_counter()
    work()
    print(f"| {what} | {time.perf_counter() - started:.2f} |")


if __name__ == "__main__":
    main()
