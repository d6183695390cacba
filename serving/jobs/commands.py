"""The commands on jobs: what there is, and running it without a service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from features.errors import NotFoundError
from serving.commands import ready

if TYPE_CHECKING:
    from serving.store.jobs import Job


@click.group()
def jobs() -> None:
    """What runs beside the service."""


@jobs.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are done, too.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_(every: bool, limit: int) -> None:
    """Jobs that are not done, newest first; exit code 1 where one was given up."""
    from serving.store import jobs as stored

    with ready() as services, services.store.read() as connection:
        found = stored.newest(connection, limit=limit, undone=not every)
    for job in found:
        click.echo(_line(job))
    if any(job.given_up_at is not None for job in found):
        click.echo("To have one that was given up tried again: triage jobs retry ID", err=True)
        sys.exit(1)


@jobs.command("run-once")
def run_once() -> None:
    """Run what is due now, and end; what fails is tried again when it is due. For a machine without serve."""
    from serving.jobs.kinds import KINDS
    from serving.jobs.runner import Runner
    from serving.jobs.watch import Watch
    from serving.logs import log_to_stderr

    log_to_stderr()
    with ready() as services:
        Watch(services).look()
        count = Runner(services, KINDS).run_due()
    click.echo(f"Ran {count} jobs.")


@jobs.command()
@click.argument("job_id", metavar="ID")
def retry(job_id: str) -> None:
    """Have a job that was given up tried again."""
    from serving.store import jobs as stored

    with ready() as services, services.store.write() as connection:
        if not stored.retry(connection, job_id, at=services.tools.clock()):
            raise NotFoundError(f"There is no job {job_id!r} that was given up; see: triage jobs list")
    click.echo(f"The job {job_id} is due now.")


def _line(job: Job) -> str:
    state = (
        "done" if job.done_at else "given up" if job.given_up_at else "running" if job.lease_until else "due"
    )
    when = job.done_at or job.given_up_at or job.run_at
    words = f"{job.id}  {job.kind}  {state} {when:%Y-%m-%d %H:%M:%S}  attempts {job.attempts}"
    return words if job.error is None else f"{words}  {job.error}"


commands: dict[str, click.Command] = {"jobs": jobs}
