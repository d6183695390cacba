"""Housekeeping deletes what is of no use any more, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from features.errors import AccessError
from serving.access import sessions
from serving.access.roles import Role
from serving.jobs import housekeeping
from serving.jobs.runner import Runner
from serving.store.tables import sessions as session_rows
from serving.store.tables import sign_in_links

DAY = 24 * 3600


def rows(services):
    with services.store.read() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (session_rows, sign_in_links)
        ]


def test_sessions_and_links_that_are_over_are_deleted_and_live_ones_stay(services, clock):
    signed = [
        sessions.redeem(services, sessions.create_link(services, name="ann", role=Role.LEAD))
        for _ in range(3)
    ]
    link = sessions.create_link(services, name="bob", role=Role.LEAD)
    sessions.sign_out(services, signed[0].secret)
    housekeeping.run(services, {})
    assert rows(services) == [2, 1]
    assert sessions.session_of(services, signed[1].secret) is not None
    assert sessions.redeem(services, link).session.name == "bob"
    clock.passes(2 * DAY)
    housekeeping.run(services, {})
    assert rows(services) == [0, 0]
    with pytest.raises(AccessError):
        sessions.redeem(services, link)


def test_jobs_done_long_ago_are_deleted_and_those_given_up_stay(services, runner, add, listed, clock):
    add("done")
    add(error="no")
    for _ in range(services.settings.job_attempts):
        runner.run_due()
        clock.passes(3600)
    clock.passes((services.settings.keep_jobs_days - 1) * DAY)
    housekeeping.run(services, {})
    assert len(listed()) == 2
    clock.passes(DAY)
    housekeeping.run(services, {})
    assert [job.given_up_at is not None for job in listed()] == [True]


def test_it_runs_every_hour(services, clock):
    hourly = Runner(services, [housekeeping.KIND])
    assert hourly.run_due() == 1
    assert hourly.run_due() == 0
    clock.passes(3600)
    assert hourly.run_due() == 1
