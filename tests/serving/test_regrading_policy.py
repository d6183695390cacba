"""Regrading under another policy: in which process, once, and what it cannot grade."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from features.policy import Policy
from serving import regrade
from serving.services import build
from serving.store import regrading
from serving.store import requests as stored_requests
from serving.store.tables import policies
from serving.store.tables import requests as request_rows
from tests.serving.regraded import POOR, RICH, count, history, other_policy, post, put, read, store_many


@pytest.fixture
def lead(service):
    return service.headers("lead", name="ann")


def test_what_another_process_regraded_first_is_left_alone(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    services = other_policy(service.services, lifts_from=0)
    with services.store.read() as connection:
        batch = regrading.under_other_policies(connection, services.policy.hash, limit=9)
        outcomes = regrade._outcomes(services, connection, batch)
    regrade.announce(services)
    assert regrade.look(services) == 1
    with services.store.write() as connection:
        assert regrading.keep(connection, outcomes) == []
    assert len(history(service, lead, was["id"])) == 2


def test_two_processes_regrading_at_once_make_one_assessment_each(service, lead, settings):
    put(service, lead, **POOR)
    store_many(service, lead, 500)
    one = other_policy(service.services, lifts_from=0)
    two = replace(build(settings), policy=one.policy)
    two.engine.use(service.model)
    regrade.announce(one)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(regrade.look, [one, two]))
    two.store.close()
    assert sum(done) == 500
    assert count(service) == 1000
    with service.services.store.read() as connection:
        versions = connection.execute(select(request_rows.c.version).distinct()).scalars().all()
    assert versions == [3]


def test_a_new_policy_regrades_open_requests_and_every_assessment_is_kept(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    services = other_policy(service.services, lifts_from=0)
    regrade.announce(services)
    assert regrade.look(services) == 1
    now = read(service, lead, was["id"])
    assert (now["grade"], now["policy_version"], now["version"]) == ("P3", 2, was["version"] + 1)
    assert now["reasons"][-1]["text"] == "Regraded since the policy changed: P4 became P3."
    assert count(service) == 2
    assert regrade.look(services) == 0


def test_a_policy_that_says_the_same_makes_no_new_assessment(service, lead):
    post(service, lead)
    services = other_policy(service.services)
    regrade.announce(services)
    assert regrade.look(services) == 0
    with services.store.read() as connection:
        assert regrading.under_other_policies(connection, services.policy.hash, limit=9) == []


def test_an_older_service_that_still_runs_does_not_turn_grades_back(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    later = other_policy(service.services, lifts_from=0)
    regrade.announce(later)
    regrade.look(later)
    assert regrade.look(service.services) == 0
    put(service, lead, **RICH)
    assert read(service, lead, was["id"])["policy_version"] == 2
    assert regrade.look(later) == 1
    assert read(service, lead, was["id"])["customer"]["value"] == 100


def test_a_service_says_once_which_policy_is_in_force_and_again_when_it_is_the_old_one(service):
    services = service.services
    later = other_policy(services, lifts_from=0)
    for each in (services, services, later, later, services):
        regrade.announce(each)
    with services.store.read() as connection:
        kept = connection.execute(select(policies).order_by(policies.c.number)).all()
    assert [row.version for row in kept] == [1, 2, 1]
    assert Policy.of(kept[1].body).hash == later.policy.hash


def test_the_running_service_regrades_by_itself_after_a_restart_with_another_policy(
    start, settings, tmp_path
):
    import yaml

    before = start(settings)
    headers = before.headers("lead", name="ann")
    put(before, headers, **POOR)
    was = post(before, headers, customer_id="C1")
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(other_policy(before.services, lifts_from=0).policy.as_data()), "utf-8")
    after = start(replace(settings, policy=path, sweep_seconds=0.05))
    deadline = time.monotonic() + 20
    while read(after, headers, was["id"])["grade"] != "P3":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_request_that_the_new_policy_cannot_grade_keeps_its_grade_and_no_other_waits(service, lead):
    put(service, lead, "C1", revenue=1e12, currency="JPY", as_of="2026-03-01")
    put(service, lead, "C2", **POOR)
    odd, plain = (post(service, lead, customer_id=number) for number in ("C1", "C2"))
    rates = {code: rate for code, rate in service.services.policy.value.currencies.items() if code != "JPY"}
    later = other_policy(service.services, lifts_from=0, currencies=rates)
    regrade.announce(later)
    assert regrade.look(later) == 1
    assert read(service, lead, odd["id"])["assessment_id"] == odd["assessment_id"]
    assert read(service, lead, plain["id"])["grade"] == "P3"


def test_requests_stored_before_bases_were_kept_are_looked_at_once(service, lead):
    was = post(service, lead)
    with service.services.store.write() as connection:
        connection.execute(update(request_rows).values(policy_hash="", facts_version=0))
    assert regrade.look(service.services) == 0
    with service.services.store.read() as connection:
        kept = stored_requests.get(connection, was["id"])
    assert kept.basis.policy_hash == service.services.policy.hash
    assert kept.version == was["version"]
