"""A database with as many requests as wanted: a few thousand made by the product's own functions, each then
repeated by one statement a table, with identifiers, times and words of its own."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Table, text

from features.records import Customer, CustomerFacts, Request
from features.reviews import Purpose
from features.search_words import cut
from serving import assess, intake, review
from serving.access.roles import Caller, Role
from serving.customers import put_all
from serving.review import Given
from serving.services import Services
from serving.store import review_tables, tables
from serving.store.requests import Stored

TEXTS = Path(__file__).parents[2] / "data" / "requests.csv"
TEMPLATES = 2_000
CUSTOMERS = 500
MINUTES_APART = 1
OPEN, REVIEWED = 0.2, 0.1
"""Of all requests so many are open, and a person judged so many."""
GATE = Caller(name="gate", role=Role.INTAKE, trusted=False)
RARE = Caller(name="rare", role=Role.INTAKE, trusted=False)
"""A party of whom one request in a thousand comes."""
PERSON = Caller(name="ann", role=Role.LEAD)
FASTER = (
    ("session_replication_role", "replica"),
    ("synchronous_commit", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
)
"""Settings of PostgreSQL while it is filled: the references are right by the way they are made, and the few
templates are looked up, however many rows there are."""


def fill(services: Services, count: int) -> None:
    """Store customers and about as many requests as wanted, a minute apart, the newest of them now."""
    chance, now = random.Random(0), services.tools.clock()  # noqa: S311 - chance, not a secret
    facts = [CustomerFacts(revenue=chance.lognormvariate(12, 2), as_of=now.date()) for _ in range(CUSTOMERS)]
    put_all(services, PERSON, [Customer(id=f"C{i}", facts=each) for i, each in enumerate(facts)])
    words = _templates(services, chance)
    with services.store.write() as connection:
        connection.execute(
            text("CREATE TABLE scale_templates (number INTEGER, id VARCHAR(36) PRIMARY KEY, words TEXT)")
        )
        connection.execute(
            text("CREATE TABLE scale_now (id VARCHAR(36) PRIMARY KEY, n INTEGER, past BIGINT, prefix TEXT)")
        )
        connection.execute(
            text("INSERT INTO scale_templates VALUES (:number, :id, :words)"),
            [{"number": i, "id": each, "words": said} for i, (each, said) in enumerate(words.items())],
        )
    with _index_of_words_later(services):
        for first in range(0, count - TEMPLATES, TEMPLATES):
            with services.store.write() as connection:
                repeat(connection, first=first, total=count, now=now)
    with services.store.write() as connection:
        connection.execute(text("DROP TABLE scale_templates"))
        connection.execute(text("DROP TABLE scale_now"))


@contextmanager
def _index_of_words_later(services: Services) -> Iterator[None]:
    """On PostgreSQL the index of words is built when all rows are there, as its manual advises for much at
    once: entered word by word it takes longer than all the rest."""
    if services.store.is_sqlite:
        yield
        return
    with services.store.write() as connection:
        found = connection.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'search_entries'")
        ).all()
        indexes = {name: made for name, made in found if " USING gin " in made}
        for name in indexes:
            connection.execute(text(f"DROP INDEX {name}"))
    yield
    with services.store.write() as connection:
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for made in indexes.values():
            connection.execute(text(made))


def _templates(services: Services, chance: random.Random) -> dict[str, str]:
    """Requests received, assessed and partly reviewed as ever; identifier -> words as they are searched."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    made: dict[str, str] = {}
    judged: list[Stored] = []
    with services.store.write() as connection:
        for i in range(TEMPLATES):
            said = texts[i % len(texts)]
            known = f"C{0 if i % 400 == 1 else chance.randrange(1, CUSTOMERS)}" if i % 2 else None
            request = Request(text=said, channel=chance.choice(("form", "email")), customer_id=known)
            stored = _received(services, connection, RARE if i % 1000 == 0 else GATE, request)
            judged += [stored] if chance.random() < REVIEWED else []
            made[stored.id] = " ".join(cut(said))
    for stored in judged:
        given = Given(
            assessment_id=stored.assessment_id or "",
            purpose=Purpose.WORK,
            shown=True,
            labels={"type": "incident"},
        )
        review.review(services, PERSON, stored.id, given, versions={stored.version})
    return made


def _received(services: Services, connection: Connection, caller: Caller, request: Request) -> Stored:
    """As `intake.receive` does, but many in one transaction."""
    kept = intake.keep(services, connection, caller, intake.checked(services, caller, request))
    prediction = services.engine.predict(request, seconds=60)
    assessment = assess.judged(services, kept.stored.request, prediction, kept.worth)
    stored = assess.keep_first(services, connection, kept.stored, assessment, None)
    assert stored is not None  # noqa: S101 - nobody else is here
    return stored


def repeat(connection: Connection, *, first: int, total: int, now: datetime) -> None:
    """Every template once more, as the requests from number `first` on, counted from the oldest."""
    write = _Repeat("sqlite" if connection.dialect.name == "sqlite" else "postgresql")
    for name, value in () if write.sqlite else FASTER:
        connection.execute(text(f"SET LOCAL {name} = {value}"))
    connection.execute(text("DELETE FROM scale_now"))
    given = {"first": first, "total": total, "apart": 60 * MINUTES_APART, "now": int(1000 * now.timestamp())}
    for statement in write.statements():
        connection.execute(text(statement), {k: v for k, v in given.items() if f":{k}" in statement})


class _Repeat:
    """The statements, of one kind of database."""

    def __init__(self, kind: str) -> None:
        self.sqlite = kind == "sqlite"

    def statements(self) -> list[str]:
        past = "(t.number + :first - :total) * :apart"
        moment = f"CAST(:now AS bigint) + CAST(1000 AS bigint) * {past}"
        prefix = f"printf('%012x', {moment})" if self.sqlite else f"lpad(to_hex({moment}), 12, '0')"
        is_open = f"(s.n % 100) < {round(100 * OPEN)}"
        closed = {
            "status": f"CASE WHEN {is_open} THEN 'open' ELSE 'closed' END",
            "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE {self._moved('stored_at')} END",
        }
        each = {"request_id": self._new("request_id"), "created_at": self._moved("created_at")}
        moved = {name: self._moved(name) for name in ("received_at", "stored_at", "queue_key")}
        own = {"id": self._new("id"), "assessment_id": self._new("assessment_id")}
        numbered = f"SELECT t.id, t.number + :first, {past}, {prefix} FROM scale_templates t"  # noqa: S608 - only names of ours
        return [
            f"INSERT INTO scale_now {numbered}",
            self._of(tables.requests, "id", closed | moved | own),
            self._of(tables.request_words, "request_id", each | {"text": "r.text || ' so' || s.n"}),
            self._of(tables.assessments, "request_id", own | each),
            self._of(review_tables.reviews, "request_id", own | each),
            self._of(review_tables.draws, "request_id", each | {"drawn_at": self._moved("drawn_at")}),
            *self._search(),
        ]

    def _of(self, table: Table, by: str, other: dict[str, str]) -> str:
        names = [column.name for column in table.columns]
        taken = ", ".join(other.get(name, f"r.{name}") for name in names)
        return (
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {taken} FROM {table.name} r "  # noqa: S608 - likewise
            f"JOIN scale_now s ON s.id = r.{by} ORDER BY s.n"
        )

    def _new(self, column: str) -> str:
        return f"substr(s.prefix, 1, 8) || '-' || substr(s.prefix, 9, 4) || substr(r.{column}, 14)"

    def _moved(self, column: str) -> str:
        if self.sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%f000', r.{column}, printf('%d seconds', s.past))"
        return f"r.{column} + s.past * interval '1 second'"

    def _search(self) -> list[str]:
        if not self.sqlite:
            return [
                f"INSERT INTO search_entries (request_id, words) SELECT {self._new('request_id')}, "  # noqa: S608 - likewise
                "r.words || array_to_tsvector(ARRAY['so' || s.n]) FROM search_entries r "
                "JOIN scale_now s ON s.id = r.request_id ORDER BY s.n"
            ]
        return [
            f"INSERT INTO search_entries (request_id) SELECT {self._new('id')} FROM scale_now s "  # noqa: S608 - likewise
            "JOIN scale_templates r ON r.id = s.id ORDER BY s.n",
            "INSERT INTO search_words (rowid, words) SELECT e.number, t.words || ' so' || s.n "  # noqa: S608 - likewise
            "FROM scale_now s JOIN scale_templates t ON t.id = s.id "
            f"JOIN search_entries e ON e.request_id = {self._new('id').replace('r.', 's.')} ORDER BY s.n",
        ]
