"""The sample requests and customers: loaded, marked as samples, assessed; and taken out again.

They are stored under the source `sample`, so loading twice stores nothing twice, and what is cleared is
samples and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from features import tables
from features.customer.table import read_customers
from features.errors import NotFoundError, TableError
from features.records import Customer, Request
from serving import assess, regrade, vectors_kept, worth
from serving.access.keys import hashed
from serving.access.sources import SAMPLES
from serving.customers import renew_scale
from serving.engine import Model
from serving.store import arriving, customers, requests, sources
from serving.store.requests import Status, Stored

if TYPE_CHECKING:
    from serving.services import Services

REQUESTS, CUSTOMERS = "requests.csv", "customers.csv"
BATCH = 64

Progress = Callable[[Sequence[list[Stored]]], Iterable[list[Stored]]]


@dataclass(frozen=True)
class Counted:
    """How many there were."""

    requests: int
    customers: int


def load(services: Services, folder: Path) -> Counted:
    """Store the samples of a folder that are not there yet; how many are new.

    Raises NotFoundError where the folder has none, TableError naming the row at fault.
    """
    path = folder / REQUESTS
    if not path.is_file():
        raise NotFoundError(
            f"There are no samples in {str(folder)!r}: they come with the source, in its folder data; "
            "say where with --data DIR."
        )
    base = read_customers(folder / CUSTOMERS) if (folder / CUSTOMERS).is_file() else ()
    given = _read(path)
    now = services.tools.clock()
    with services.store.write() as connection:
        sources.claim(connection, SAMPLES, owner=SAMPLES, at=now)
        new = [each.id for each in base if _add_customer(services, connection, each, now)]
        renew_scale(services, connection)
        regrade.after_change(services, connection, new)
        new_requests = sum(_add_request(services, connection, each, now) for each in given)
    return Counted(new_requests, len(new))


def assess_waiting(services: Services, model: Model, *, progress: Progress = iter) -> int:
    """Assess every sample that waits, in batches; how many were. progress: shows the batches going by."""
    services.engine.use(model)
    with services.store.read() as connection:
        waiting = requests.waiting_samples(connection)
    batches = [waiting[i : i + BATCH] for i in range(0, len(waiting), BATCH)]
    for batch in progress(batches):
        _assess(services, model, batch)
    return len(waiting)


def clear(services: Services) -> Counted:
    """Take the samples out, with all that was made of them; how many there were."""
    with services.store.write() as connection:
        gone = Counted(requests.clear_samples(connection), customers.clear_samples(connection))
        sources.let_go(connection, SAMPLES)
        renew_scale(services, connection)
    return gone


def _assess(services: Services, model: Model, batch: Sequence[Stored]) -> None:
    predictions = model.predict([stored.request for stored in batch])
    vectors = [vectors_kept.read(services, stored) for stored in batch]
    with services.store.write() as connection:
        for stored, prediction, found in zip(batch, predictions, vectors, strict=True):
            customer = worth.of_request(services, connection, stored.request, facts_trusted=True)
            assessment = assess.judged(services, stored.request, prediction, customer)
            assess.keep_first(services, connection, stored, assessment, found)


def _add_customer(services: Services, connection: Connection, customer: Customer, at: datetime) -> bool:
    if customers.get(connection, customer.id) is not None:
        return False
    facts_id = services.tools.new_id()
    return customers.put(connection, customer, facts_id=facts_id, actor=SAMPLES, at=at, sample=True)


def _add_request(services: Services, connection: Connection, request: Request, at: datetime) -> bool:
    stored = Stored(
        id=services.tools.new_id(),
        version=1,
        status=Status.RECEIVED,
        owner=SAMPLES,
        facts_trusted=True,
        sample=True,
        stored_at=at,
        request=request if request.received_at else replace(request, received_at=at),
    )
    return arriving.add(connection, stored)


def _read(path: Path) -> list[Request]:
    frame = tables.read(path).frame
    if "text" not in frame:
        raise TableError(f"{path} has no column 'text'.", field="text")
    return [_request(row, f"{path}, row {number}") for number, row in enumerate(_rows(frame), start=2)]


def _rows(frame: Any) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = frame.to_dict("records")
    return rows


def _request(row: dict[str, str], where: str) -> Request:
    return Request(
        text=row["text"],
        subject=row.get("subject") or None,
        channel=row.get("channel") or None,
        source=SAMPLES,
        external_id=row.get("id") or hashed(row["text"])[:16],
        customer_id=row.get("customer_id") or None,
        received_at=_moment(row.get("received_at"), where),
    )


def _moment(value: str | None, where: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise TableError(f"{where}: received_at {value!r} is no time.", field="received_at") from error
    if moment.tzinfo is None:
        raise TableError(f"{where}: received_at {value!r} has no offset.", field="received_at")
    return moment.astimezone(UTC)
