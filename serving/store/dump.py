"""PostgreSQL's own programs, pg_dump, pg_restore and psql, which must be on the PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from features.errors import InputError, StorageError
from serving.store.database import Database

MARK = b"PGDMP"
GUARD = "audit_refuse"
"""The function that keeps the audit log from being changed; a dump holds it beside the tables."""
_ANONYMOUS = ("--no-owner", "--no-privileges")


def save(database: Database, file: Path) -> None:
    """Dump a database in pg_dump's custom format. Raises StorageError with the program's own words."""
    asked = ["pg_dump", _name(database), "--format=custom", *_ANONYMOUS, f"--file={file}"]
    _run(asked, environment=_environment(database))


def load(database: Database, file: Path, *, table: str, drop: Iterable[str]) -> None:
    """Drop some tables and restore a dump, in one transaction.

    table: one that the dump must have. Raises InputError where it has not, StorageError where the
    database refuses.
    """
    listed = _run(["pg_restore", "--list", str(file)])
    if f" TABLE public {table} " not in listed:
        raise InputError(f"{str(file)!r} is no backup of this service.", field="file")
    quote = database.engine.dialect.identifier_preparer.quote_identifier
    drops = "".join(f"DROP TABLE {quote(name)} CASCADE;\n" for name in drop)
    drops += f"DROP FUNCTION IF EXISTS {GUARD}() CASCADE;\n"
    database.close()
    asked = [_found("psql"), _name(database), "--set=ON_ERROR_STOP=1", "--quiet", "--no-psqlrc", "--file=-"]
    with tempfile.TemporaryFile("w+") as said:
        with subprocess.Popen(  # noqa: S603 - a fixed program, and arguments that no shell reads
            asked, env=_environment(database), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        ) as psql:
            complete = _feed(psql.stdin, f"BEGIN;\n{drops}", file) if psql.stdin else False
        _check("psql", psql.returncode, said)
    if not complete:
        raise StorageError(f"{str(file)!r} is damaged; the database is as it was.")


def _feed(psql: IO[bytes], before: str, file: Path) -> bool:
    """Write the script of a dump to psql; its COMMIT last, and only if the dump could be read to the end."""
    asked = [_found("pg_restore"), *_ANONYMOUS, "--file=-", str(file)]
    try:
        with (
            psql,
            subprocess.Popen(  # noqa: S603 - likewise
                asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            ) as restore,
        ):
            psql.write(before.encode())
            if restore.stdout is not None:
                shutil.copyfileobj(restore.stdout, psql)
            if restore.wait() == 0:
                psql.write(b"COMMIT;\n")
                return True
    except BrokenPipeError:
        return True  # psql ended first, and says why
    return False


def _name(database: Database) -> str:
    plain = database.url.set(drivername="postgresql", password=None)
    return f"--dbname={plain.render_as_string()}"


def _environment(database: Database) -> Mapping[str, str]:
    """With the password, since a command line can be read by everybody."""
    password = database.url.password
    return os.environ if password is None else {**os.environ, "PGPASSWORD": str(password)}


def _found(program: str) -> str:
    if shutil.which(program) is None:
        raise StorageError(
            f"PostgreSQL's program {program!r} is not on the PATH: install its client programs, of the "
            "server's version or later."
        )
    return program


def _run(asked: list[str], *, environment: Mapping[str, str] | None = None) -> str:
    _found(asked[0])
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(  # noqa: S603 - likewise
            asked, env=environment, stdout=subprocess.PIPE, stderr=said, text=True, check=False
        )
        _check(asked[0], done.returncode, said)
    return done.stdout


def _check(program: str, code: int, said: IO[str]) -> None:
    if code != 0:
        said.seek(0)
        lines = said.read().strip().splitlines() or ["no message"]
        raise StorageError(f"{program} failed: {' '.join(lines[:2])}")
