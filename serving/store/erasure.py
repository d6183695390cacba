"""Where the words of a request lie, and how they are taken out.

Every table is named once: in ERASABLE where it holds words of requests or what was made of them, in WORDLESS
with the reason why not. A table in neither fails a test; one that holds words needs a function here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, exists, select, update
from sqlalchemy.exc import SQLAlchemyError

from serving.store import explanations, messages, search, vectors
from serving.store.database import Database
from serving.store.requests import Status
from serving.store.review_tables import idempotency_keys, review_words, reviews
from serving.store.tables import customer_facts, customers, request_words, requests

BATCH = 500
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When a request without words is looked at by the model."""

Erase = Callable[[Connection, Sequence[str]], object]


@dataclass(frozen=True)
class Erasable:
    """Tables that hold words of requests. erase: takes those of up to 500 requests out."""

    tables: tuple[str, ...]
    erase: Erase


def _words(connection: Connection, ids: Sequence[str]) -> None:
    connection.execute(delete(request_words).where(request_words.c.request_id.in_(ids)))


def _review_words(connection: Connection, ids: Sequence[str]) -> None:
    theirs = select(reviews.c.id).where(reviews.c.request_id.in_(ids))
    connection.execute(delete(review_words).where(review_words.c.review_id.in_(theirs)))


def _uses(connection: Connection, ids: Sequence[str]) -> None:
    """A key stays used up; the hash goes, since short words could be guessed by it."""
    theirs = [*ids, *connection.execute(select(reviews.c.id).where(reviews.c.request_id.in_(ids))).scalars()]
    theirs += connection.execute(messages.ids_of(ids)).scalars()
    for part in _batches(theirs):
        kept = update(idempotency_keys).where(idempotency_keys.c.reference.in_(part))
        connection.execute(kept.values(body_hash=""))


ERASABLE: tuple[Erasable, ...] = (
    Erasable(("request_words",), _words),
    Erasable(("review_words",), _review_words),
    Erasable(("message_words",), messages.erase),
    Erasable(("idempotency_keys",), _uses),
    Erasable(("search_entries", "search_words"), search.remove_all),
    Erasable(("request_vectors",), vectors.remove),
    Erasable(("explanations",), explanations.remove),
)
"""What `erase` calls, in this order."""

WORDLESS: Mapping[str, str] = {
    "requests": "identifiers, times, labels and the grade",
    "assessments": "labels, probabilities, numbers and codes of reasons",
    "reviews": "labels and the grade",
    "second_words": "yes or no, by whom",
    "draws": "probabilities, and what each waits for",
    "messages": "identifiers, times, and what kind each is",
    "customers": "no request; erased with the customer",
    "customer_facts": "no request; erased with the customer",
    "value_scales": "figures over all customers",
    "policies": "the company's own rules",
    "deployments": "versions of models",
    "jobs": "identifiers; payloads and errors hold no words",
    "api_keys": "keys, as hashes",
    "sources": "names of keys",
    "sign_in_links": "links, as hashes",
    "sessions": "sessions, as hashes",
    "users": "staff",
    "sign_in_failures": "hashes",
    "audit": "identifiers and figures; append-only",
    "alembic_version": "the schema's version",
}
"""Tables that hold no words of requests, each with what it holds."""


def of_customer(connection: Connection, customer_id: str) -> list[str]:
    """The requests of a customer, whether or not their words are there."""
    theirs = select(requests.c.id).where(requests.c.customer_id == customer_id)
    return list(connection.execute(theirs.order_by(requests.c.id)).scalars())


def closed_before(connection: Connection, moment: datetime, *, limit: int) -> list[str]:
    """Requests closed before a time whose words are still there, oldest first."""
    its_words = exists().where(request_words.c.request_id == requests.c.id)
    old = select(requests.c.id).where(requests.c.status == Status.CLOSED.value, requests.c.closed_at < moment)
    return list(connection.execute(old.where(its_words).order_by(requests.c.id).limit(limit)).scalars())


def hold(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Hold the rows of requests until the transaction ends; those whose words are still there."""
    held: list[str] = []
    for part in _batches(sorted(ids)):
        mine = select(requests.c.id).where(requests.c.id.in_(part)).order_by(requests.c.id)
        connection.execute(mine.with_for_update()).all()
        its_words = select(request_words.c.request_id).where(request_words.c.request_id.in_(part))
        held += connection.execute(its_words.order_by(request_words.c.request_id)).scalars()
    return held


def erase(connection: Connection, ids: Sequence[str], *, at: datetime) -> None:
    """Take the words of requests out, and close what is not closed. The caller holds the rows."""
    for part in _batches(ids):
        for each in ERASABLE:
            each.erase(connection, part)
        mine = update(requests).where(requests.c.id.in_(part))
        connection.execute(mine.values(version=requests.c.version + 1))
        free = {"claimed_by": None, "claimed_until": None, "assess_after": NEVER}
        still = mine.where(requests.c.status != Status.CLOSED.value)
        connection.execute(still.values(status=Status.CLOSED.value, closed_at=at, **free))


def erase_customer(connection: Connection, customer_id: str) -> bool:
    """Forget a customer's name and facts; False where it is not known. The caller holds the customer."""
    connection.execute(delete(customer_facts).where(customer_facts.c.customer_id == customer_id))
    gone = delete(customers).where(customers.c.id == customer_id).returning(customers.c.id)
    return connection.execute(gone).first() is not None


def scrub(database: Database) -> bool:
    """Leave nothing of what was deleted in SQLite's log, or in PostgreSQL's tables; after the commit.

    False where that could not be done now: then it is at the next time.
    """
    try:
        return _empty_log(database) if database.is_sqlite else _vacuum(database)
    except (sqlite3.Error, SQLAlchemyError):
        return False


def _empty_log(database: Database) -> bool:
    raw = database.engine.raw_connection()
    try:
        busy = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.close()
    return not busy


def _vacuum(database: Database) -> bool:
    tables = [name for each in ERASABLE for name in each.tables if name != "search_words"]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in [*tables, "customers", "customer_facts"]:
            connection.exec_driver_sql(f"VACUUM {name}")
    return True


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    return (list(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))
