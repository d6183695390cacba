"""The schema of the database: which version is there, which is needed, and the way to it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from features.errors import StorageError
from serving.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Status:
    """present: the version in the database, None where it is empty. needed: this release's."""

    present: str | None
    needed: str

    @property
    def current(self) -> bool:
        """Whether this release can work with the database."""
        return self.present == self.needed


def status(database: Database) -> Status:
    """Look; change nothing. Raises StorageError where the database cannot be reached."""
    needed = _head()
    with database.read() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return Status(present=present, needed=needed)


def upgrade(database: Database) -> Status:
    """Bring the database to this release's schema, in one transaction. A no-op where it is there.

    Raises StorageError where the database is of a later release.
    """
    found = status(database)
    _refuse_later(found)
    if found.current:
        return found
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return status(database)


def require(database: Database) -> None:
    """Raise StorageError, naming the command to run, unless the schema is this release's."""
    found = status(database)
    _refuse_later(found)
    if not found.current:
        has = "is empty" if found.present is None else f"has schema {found.present}"
        raise StorageError(
            f"The database {has}; this release needs schema {found.needed}. Run: triage db upgrade"
        )


@functools.cache
def _head() -> str:
    return str(ScriptDirectory.from_config(_config()).get_current_head())


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


def _refuse_later(found: Status) -> None:
    if found.present is not None and found.present not in _known():
        raise StorageError(
            f"The database has schema {found.present!r}, of a later release; this one knows up to "
            f"{found.needed}: upgrade the program."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
