"""The options of commands that write a report; they load nothing of it until they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from features.errors import InputError

if TYPE_CHECKING:
    from training.report import Wanted

FULL = "full"
DEFAULT = Path("report.html")
"""Where the full report is written when no path is named."""


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --report and --customers to a command."""
    command = click.option(
        "--customers", type=Path, default=None, help="Customer facts: the report then parts by tier."
    )(command)
    return click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="PATH|full",
        help="Write a report (HTML) here; `full` adds what takes longer. May be given twice.",
    )(command)


def wanted(reports: Sequence[str], customers: Path | None, *, learns: bool) -> Wanted:
    """What is asked of the report. learns: whether there will be rows to learn from, as `full` needs.

    Raises InputError, before anything is computed, where that cannot be given or a path cannot be written,
    and TableError where the customers cannot be read.
    """
    from features.customer.table import read_customers
    from training.report import Wanted

    full = FULL in reports
    if full and not learns:
        raise InputError(
            "--report full needs rows to learn from, to tell what more of them would bring: use it with "
            "`triage train --data FILE`.",
            field="report",
        )
    paths = tuple(Path(each) for each in reports if each != FULL) or ((DEFAULT,) if full else ())
    for path in paths:
        _check(path)
    known = tuple(read_customers(customers)) if customers is not None else ()
    return Wanted(paths=paths, full=full, customers=known, today=datetime.now(UTC).date())


def _check(path: Path) -> None:
    if path.is_dir() or not path.absolute().parent.is_dir():
        why = "it is a folder" if path.is_dir() else "there is no such folder"
        raise InputError(f"--report {str(path)!r}: {why}; name a file to write.", field="report")
