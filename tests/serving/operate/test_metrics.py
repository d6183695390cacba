"""What Prometheus reads: counted of calls, steps, grades, judgements and the database, over all processes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from features.records import Request
from features.steps import observed, step
from serving import metrics
from serving.jobs.figures import Figures
from serving.services import now
from serving.settings import MetricsAccess
from serving.store import counting, jobs
from serving.store.jobs import Job
from tests.conftest import ROOT


@pytest.fixture
def here(service):
    """A caller on this machine, with an admin's key left out."""
    return TestClient(service.app, client=("127.0.0.1", 4000))


def figures(text):
    """(name, labels) -> value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found, name, **labels):
    return found.get((f"triage_{name}", tuple(sorted(labels.items()))))


def test_calls_steps_and_grades_are_counted(service, here):
    headers = service.headers()
    for _ in range(3):
        assert (
            service.client.post("/v1/requests", json={"text": "产线停产"}, headers=headers).status_code == 201
        )
    service.client.get("/v1/requests/nothing", headers=headers)
    service.client.get("/secret-words")
    answer = here.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = figures(answer.text)
    assert value(found, "calls_total", method="POST", route="/v1/requests", status="201") == 3
    assert value(found, "calls_total", method="GET", route="/v1/requests/{request_id}", status="404") == 1
    assert value(found, "calls_total", method="GET", route="-", status="404") == 1
    assert value(found, "call_seconds_count", method="POST", route="/v1/requests") == 3
    assert value(found, "grades_total", grade="P1", model="stand-in", version="1") == 3
    assert value(found, "step_seconds_count", step="store") == 6  # the request, then its assessment
    assert value(found, "step_seconds_count", step="grade") >= 3
    assert value(found, "texts_waiting_for_model") == 0
    assert value(found, "calls_in_flight") == 1  # this one
    assert value(found, "model_processes", model="stand-in", version="1") == 1
    assert "secret-words" not in answer.text


def test_the_steps_of_the_model_are_told_where_somebody_asked(hash_model):
    told = []
    with observed(lambda name, seconds: told.append((name, seconds >= 0))):
        hash_model.predict([Request(text="hello")])
    hash_model.predict([Request(text="hello")])
    assert told == [("read", True), ("encode", True), ("heads", True)]


def test_a_step_that_fails_is_told_too():
    told = []

    def fails():
        with step("read"):
            raise ValueError

    with observed(lambda name, _: told.append(name)), pytest.raises(ValueError):  # noqa: PT011 - it says nothing
        fails()
    assert told == ["read"]


def test_judged_fields_are_counted_as_changed_or_confirmed(service, here):
    made = service.client.post("/v1/requests", json={"text": "停产"}, headers=service.headers()).json()
    staff = service.headers("lead") | {"If-Match": f'"{made["version"]}"'}
    path = f"/v1/requests/{made['id']}"
    review = {
        "fields": {"type": "incident", "urgency": "routine"},
        "grade": "P2",
        "reason": "seen",
        "assessment_id": made["assessment_id"],
        "shown": True,
        "purpose": "work",
    }
    answer = service.client.post(f"{path}/reviews", json=review, headers=staff)
    assert answer.status_code == 201, answer.text
    found = figures(here.get("/metrics").text)
    assert value(found, "judged_fields_total", field="type", verdict="confirmed") == 1
    assert value(found, "judged_fields_total", field="urgency", verdict="changed") == 1
    assert value(found, "judged_fields_total", field="grade", verdict="changed") == 1


def test_what_the_database_holds_is_counted_and_what_is_gone_becomes_zero(service, here):
    services = service.services
    service.client.post("/v1/requests", json={"text": "停产"}, headers=service.headers())
    job = Job(id=services.tools.new_id(), kind="fetch_model", payload={}, created_at=now(), run_at=now())
    with services.store.write() as connection:
        jobs.add(connection, job)
        jobs.add(connection, replace(job, id="later", run_at=now() + timedelta(hours=1)))
    Figures(services).count()
    found = figures(here.get("/metrics").text)
    assert value(found, "open_requests", grade="P1") == 1
    assert now().timestamp() - value(found, "counted_timestamp_seconds") < 60
    assert value(found, "jobs", kind="fetch_model", state="due") == 1
    assert value(found, "jobs", kind="fetch_model", state="planned") == 1
    with services.store.write() as connection:
        at = now() + timedelta(days=1)
        claimed = jobs.claim(connection, ["fetch_model"], at=now(), until=at, attempts=8)
        jobs.finish(connection, claimed, at=now())
    Figures(services).count()
    assert value(figures(here.get("/metrics").text), "jobs", kind="fetch_model", state="due") == 0


def test_what_waits_without_an_assessment_is_counted(service):
    service.model.broken = True
    service.client.post("/v1/requests", json={"text": "停产"}, headers=service.headers())
    with service.services.store.read() as connection:
        assert counting.unassessed(connection) == {("received",): 1}
        assert counting.open_by_grade(connection) == {}


def test_only_this_machine_and_admins_may_read(service, here):
    away = service.client  # it calls itself testclient, which is no address of this machine
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={"X-Forwarded-For": "10.1.1.1"}).status_code == 401
    assert away.get("/metrics").status_code == 401
    assert away.get("/metrics", headers=service.headers("lead")).status_code == 403
    assert away.get("/metrics", headers=service.headers("admin")).status_code == 200


@pytest.mark.parametrize(("access", "near", "far"), [("key", 401, 401), ("open", 200, 200)])
def test_the_setting_says_who_may(start, settings, access, near, far):
    service = start(replace(settings, metrics=MetricsAccess(access)))
    assert TestClient(service.app, client=("::1", 4000)).get("/metrics").status_code == near
    assert service.client.get("/metrics").status_code == far


CHILD = """
import sys
from features.records import ModelReference
from serving.metrics import Metrics
m = Metrics()
m.graded(grade="P1", model=ModelReference(name="triage", version="2"))
m.serves(ModelReference(name="triage", version="1"))
m.serves(ModelReference(name="triage", version="2"))
m.found("unassessed", {("received",): int(sys.argv[1])})
"""


def test_processes_are_summed_up_and_the_gauges_of_a_dead_one_are_forgotten():
    with metrics.gathered():
        children = []
        for waiting in ("7", "5"):
            child = subprocess.Popen([sys.executable, "-c", CHILD, waiting], cwd=ROOT, env=os.environ)
            assert child.wait(30) == 0
            children.append(child)
        found = figures(metrics.Metrics().exposition().decode())
        assert value(found, "grades_total", grade="P1", model="triage", version="2") == 2
        assert value(found, "model_processes", model="triage", version="2") == 2
        assert value(found, "model_processes", model="triage", version="1") == 0
        assert value(found, "unassessed_requests", status="received") == 5
        metrics.forget(children[0].pid)
        found = figures(metrics.Metrics().exposition().decode())
        assert value(found, "grades_total", grade="P1", model="triage", version="2") == 2
        assert value(found, "model_processes", model="triage", version="2") == 1
    assert metrics.FOLDER not in os.environ
