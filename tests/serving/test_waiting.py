"""Stored first, assessed later: when the model fails, is late, is not there, or the process is crowded."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from unittest.mock import ANY

import pytest
from sqlalchemy import func, select, update

from features.errors import InputError, StorageError
from serving import assess
from serving.services import build
from serving.store import requests as stored_requests
from serving.store.tables import assessments, requests
from serving.sweep import Sweep


@pytest.fixture
def settings(settings):
    return replace(settings, answer_seconds=0.05)


@pytest.fixture
def headers(service):
    return service.headers(name="web")


def post(service, headers, text="产线停产了", **more):
    return service.client.post("/v1/requests", json={"text": text, **more}, headers=headers)


def triage(service, headers):
    return service.client.post("/v1/triage", json={"text": "x"}, headers=headers)


def read(service, headers, answer):
    return service.client.get(f"/v1/requests/{answer.json()['id']}", headers=headers).json()


def sweep(service):
    time.sleep(0.11)  # twice answer_seconds: what a handler may still be at is left alone
    return service.app.state.workers.sweep.look()


def let_pass(service):
    """As if the time had passed for which requests were put off."""
    with service.services.store.write() as connection:
        connection.execute(update(requests).values(assess_after=None))


def count(service):
    with service.services.store.read() as connection:
        return connection.execute(select(func.count()).select_from(assessments)).scalar_one()


def test_a_failing_model_gives_a_202_of_the_same_shape_and_the_sweep_assesses_it(service, headers):
    whole = post(service, headers).json()
    service.model.broken = True
    answer = post(service, headers)
    assert answer.status_code == 202
    waiting = answer.json()
    assert set(waiting) == set(whole)
    assert (waiting["fields"], waiting["model"], waiting["outcome"]) == ({}, None, {})
    assert (waiting["status"], waiting["assessment_id"], waiting["grade"]) == ("received", None, "P3")
    assert "not_assessed_yet" in {reason["code"] for reason in waiting["reasons"]}
    assert waiting["language"] == "zh"
    assert waiting["needs_review"] is True
    assert read(service, headers, answer) == waiting | {"request": ANY}

    assert sweep(service) == 0
    service.model.broken = False
    assert sweep(service) == 0, "it is put off for a while"
    let_pass(service)
    assert sweep(service) == 1
    done = read(service, headers, answer)
    assert (done["grade"], done["status"], done["version"]) == ("P1", "open", waiting["version"] + 1)
    assert sweep(service) == 0
    assert count(service) == 2


def test_a_late_model_gives_a_202_within_the_time_and_the_sweep_assesses_it(service, headers):
    service.model.held = threading.Event()
    started = time.monotonic()
    answer = post(service, headers)
    assert answer.status_code == 202
    assert time.monotonic() - started < 2
    service.model.held.set()
    sweep(service)
    assert read(service, headers, answer)["grade"] == "P1"


def test_a_late_model_makes_triage_a_503_that_says_when_to_come_back(service, headers):
    service.model.held = threading.Event()
    answer = triage(service, headers)
    service.model.held.set()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_without_a_model_requests_are_stored_and_the_rest_says_so(start, settings, tmp_path):
    service = start(replace(settings, model="models:/triage@champion"))
    headers = service.headers()
    assert post(service, headers).status_code == 202
    assert triage(service, headers).status_code == 503
    assert service.client.get("/v1/model", headers=headers).status_code == 503
    assert service.client.get("/readyz").json()["missing"] == ["model"]
    assert sweep(service) == 0


def test_a_replay_of_what_waits_is_given_as_it_stands(service, headers):
    service.model.broken = True
    first = post(service, headers, external_id="1")
    again = post(service, headers, external_id="1")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()


def test_one_request_that_always_fails_keeps_no_other_waiting(service, headers, monkeypatch):
    service.model.broken = True
    answers = [post(service, headers, text=text) for text in ("poison", "停产一", "停产二")]
    service.model.broken = False
    plain = service.model._prediction

    def poisoned(request):
        if request.text == "poison":
            raise ValueError("this one")
        return plain(request)

    monkeypatch.setattr(service.model, "_prediction", poisoned)
    sweep(service)
    assert [read(service, headers, each)["status"] for each in answers] == ["received", "open", "open"]
    asked = service.model.asked
    sweep(service)
    assert service.model.asked == asked, "it is put off for a while"


def test_one_whose_assessment_cannot_be_stored_keeps_no_other_waiting(service, headers, monkeypatch):
    service.model.broken = True
    answers = [post(service, headers, text=text) for text in ("停产一", "poison", "停产二")]
    service.model.broken = False
    plain = assess.keep_first

    def poisoned(services, connection, stored, *given):
        if stored.request.text == "poison":
            raise InputError("this one")
        plain(services, connection, stored, *given)

    monkeypatch.setattr("serving.assess.keep_first", poisoned)
    assert sweep(service) == 2
    assert [read(service, headers, each)["status"] for each in answers] == ["open", "received", "open"]
    monkeypatch.undo()
    assert sweep(service) == 0, "it is put off for a while"


def test_while_callers_wait_for_the_model_a_look_does_one_batch(start, settings, model, monkeypatch):
    service = start(replace(settings, batch_size=4))
    headers = service.headers(name="web")
    model.broken = True
    for i in range(10):
        post(service, headers, text=f"停产 {i}")
    model.broken = False
    monkeypatch.setattr(type(service.services.engine), "has_callers", True)
    assert [sweep(service) for _ in range(2)] == [4, 4]
    monkeypatch.undo()
    assert sweep(service) == 2


def test_two_processes_sweeping_at_once_assess_each_request_once(service, headers, settings):
    service.model.broken = True
    for i in range(40):
        post(service, headers, text=f"停产 {i}")
    service.model.broken = False
    time.sleep(0.11)
    other = build(settings)
    other.engine.use(service.model)
    other.engine.start()
    sweeps, asked = [Sweep(service.services), Sweep(other)], service.model.asked
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Sweep.look, sweeps))
    assert service.model.asked == asked + 40, "nothing was asked twice"
    other.engine.stop()
    other.store.close()
    assert count(service) == 40
    with service.services.store.read() as connection:
        found = stored_requests.newest(connection, limit=50)
    assert all(each.assessment is not None and each.version == 2 for each in found)


def test_the_thread_does_it_by_itself(start, settings, model):
    service = start(replace(settings, sweep_seconds=0.05))
    headers = service.headers()
    model.broken = True
    answer = post(service, headers)
    model.broken = False
    deadline = time.monotonic() + 10
    while read(service, headers, answer)["status"] != "open":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_database_that_fails_after_the_first_commit_leaves_a_202(service, headers, monkeypatch):
    def fails(*_, **__):
        raise StorageError("The database does not answer: disk I/O error.")

    monkeypatch.setattr("serving.assess.keep", fails)
    answer = post(service, headers)
    monkeypatch.undo()
    assert answer.status_code == 202
    assert sweep(service) == 1
    assert read(service, headers, answer)["grade"] == "P1"


def test_a_database_that_does_not_answer_is_a_503(service, headers, monkeypatch):
    class Gone:
        def write_among_others(self, _):
            raise StorageError("The database does not answer: disk I/O error.")

    services = replace(service.services, store=Gone())
    monkeypatch.setattr(service.app.state, "services", services)
    answer = post(service, headers)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"


def test_beyond_the_bound_triage_is_refused_and_requests_are_stored_unassessed(start, settings, model):
    service = start(replace(settings, max_in_flight=2, answer_seconds=5))
    headers = service.headers()
    model.held = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        inside = [pool.submit(triage, service, headers) for _ in range(2)]
        deadline = time.monotonic() + 5
        while service.client.get("/readyz").status_code == 200 and model.asked < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.2)
        refused = triage(service, headers)
        stored = post(service, headers)
        model.held.set()
        assert [each.result().status_code for each in inside] == [200, 200]
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert stored.status_code == 202
