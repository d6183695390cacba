"""Regrading: what a change of a customer does to its open requests, and what it keeps."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import ANY

import pytest
from sqlalchemy import select

from serving import regrade
from serving.store import regrading
from serving.store import requests as stored_requests
from serving.store.tables import customers as customer_rows
from tests.serving.regraded import POOR, RICH, count, history, post, put, read, store_many


@pytest.fixture
def lead(service):
    return service.headers("lead", name="ann")


def test_a_customers_new_facts_regrade_its_open_requests_with_a_reason(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    other = post(service, lead)
    put(service, lead, **RICH)
    now = read(service, lead, was["id"])
    assert (was["grade"], now["grade"]) == ("P4", "P3")
    assert now["version"] == was["version"] + 1
    assert now["assessment_id"] != was["assessment_id"]
    assert now["fields"] == was["fields"]
    assert now["reasons"][-1] == {
        "code": "regraded",
        "text": "Regraded since the customer changed: P4 became P3.",
        "cause": "customer",
        "before": "P4",
        "after": "P3",
    }
    assert now["respond_by"] < was["respond_by"], "it counts from the receipt, with the better promise"
    assert read(service, lead, other["id"])["version"] == other["version"]


def test_facts_that_change_nothing_make_no_new_assessment(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    put(service, lead, **POOR)
    assert read(service, lead, was["id"]) == was | {"request": ANY}
    assert count(service) == 1


def test_a_new_tier_is_told_even_where_the_grade_stays(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    put(service, lead, **POOR, tier="gold")
    now = read(service, lead, was["id"])
    assert (now["customer"]["tier"], now["grade"]) == ("gold", was["grade"])
    assert now["reasons"][-1]["text"] == "Regraded since the customer changed: still P4."


def test_trusted_facts_that_came_with_the_request_outlast_the_stored_ones(service, lead):
    was = post(service, lead, customer_id="C1", customer=POOR)
    put(service, lead, **RICH)
    assert read(service, lead, was["id"])["assessment_id"] == was["assessment_id"]


def test_a_customer_told_for_the_first_time_regrades_what_waited_for_it(service, lead):
    was = post(service, lead, customer_id="C1")
    assert was["customer"] is None
    put(service, lead, **RICH)
    assert read(service, lead, was["id"])["customer"]["value"] == 100


def test_in_bulk_too(service, lead):
    was = [post(service, lead, customer_id=number) for number in ("C1", "C2")]
    items = [{"id": "C1", **RICH}, {"id": "C2", **RICH}]
    service.client.post("/v1/customers:bulk", json={"items": items}, headers=lead)
    assert [read(service, lead, each["id"])["grade"] for each in was] == ["P3", "P3"]


def test_a_customer_with_many_open_requests_is_left_to_the_sweep(service, lead):
    put(service, lead, **POOR)
    first = store_many(service, lead, regrade.AT_ONCE + regrade.BATCH + 1)
    put(service, lead, **RICH)
    assert read(service, lead, first["id"])["grade"] == "P4"
    service.app.state.workers.sweep.look()
    assert read(service, lead, first["id"])["grade"] == "P3"
    assert count(service) == 2 * (regrade.AT_ONCE + regrade.BATCH + 1)
    assert regrade.look(service.services) == 0
    with service.services.store.read() as connection:
        assert regrading.due(connection, limit=9) == []


def test_facts_told_between_the_reading_of_a_batch_and_its_writing_win(service, lead):
    put(service, lead, **POOR)
    first = store_many(service, lead, regrade.AT_ONCE + 1)
    put(service, lead, **RICH)
    with service.services.store.read() as connection:
        batch = regrading.of_customer(connection, "C1", 2, limit=regrade.BATCH)
        outcomes = regrade._outcomes(service.services, connection, batch)
    put(service, lead, **POOR, tier="late")
    with service.services.store.write() as connection:
        assert len(regrading.keep(connection, outcomes)) == len(batch)
    regrade.look(service.services)
    assert read(service, lead, first["id"])["customer"]["tier"] == "late"


def test_a_customer_that_changes_while_a_request_is_assessed_counts_as_it_is_at_the_end(service, lead):
    put(service, lead, **POOR)
    service.model.held = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(post, service, lead, customer_id="C1")
        deadline = time.monotonic() + 10
        while not service.model.asked:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        put(service, lead, **RICH)
        service.model.held.set()
        made = coming.result()
    assert (made["grade"], made["customer"]["value"]) == ("P3", 100)
    assert read(service, lead, made["id"])["grade"] == "P3"
    assert [each["why"] for each in history(service, lead, made["id"])] == ["received"]


def test_an_erased_request_keeps_its_grade(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    with service.services.store.write() as connection:
        connection.execute(stored_requests.request_words.delete())
    put(service, lead, **RICH)
    assert read(service, lead, was["id"])["assessment_id"] == was["assessment_id"]


def test_without_a_model_a_change_waits_for_one(service, lead, monkeypatch):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    monkeypatch.setattr(service.services.engine, "_model", None)
    put(service, lead, **RICH)
    assert regrade.look(service.services) == 0
    monkeypatch.undo()
    assert regrade.look(service.services) == 1
    assert read(service, lead, was["id"])["grade"] == "P3"


def test_loaded_sample_customers_regrade_what_waits_for_them(service, lead, tmp_path):
    from serving import samples

    was = post(service, lead, customer_id="C1")
    (tmp_path / "requests.csv").write_text("id,text\n1,hello\n", "utf-8")
    (tmp_path / "customers.csv").write_text("id,revenue,contract_amount\nC1,1e12,1e12\n", "utf-8")
    samples.load(service.services, tmp_path)
    assert read(service, lead, was["id"])["grade"] == "P3"


def test_a_customer_is_due_until_nothing_of_it_is_stale(service, lead):
    put(service, lead, **POOR)
    store_many(service, lead, regrade.AT_ONCE + 1)
    put(service, lead, **RICH)
    with service.services.store.read() as connection:
        assert connection.execute(select(customer_rows.c.regrade_due)).scalar_one() is True
    regrade.look(service.services, stop=lambda: True)
    with service.services.store.read() as connection:
        assert regrading.due(connection, limit=9) == ["C1"]
