"""Customers over HTTP: facts told, kept with history, and worth something on the stored scale."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from serving.store import customers
from serving.store.tables import customer_facts


@pytest.fixture
def headers(service):
    return service.headers("lead", name="ann")


def put(service, headers, number, **facts):
    return service.client.put(f"/v1/customers/{number}", json=facts, headers=headers)


def test_facts_are_told_and_read_back_with_value_and_tier(service, headers):
    facts = {
        "revenue": 5e6,
        "currency": "CNY",
        "growth": 0.3,
        "account_manager": "李雷",
        "as_of": "2026-01-31",
    }
    made = put(service, headers, "C1", name="长城", **facts)
    assert made.status_code == 201
    answer = service.client.get("/v1/customers/C1", headers=headers).json()
    assert answer == made.json()
    assert answer["facts"] == facts
    assert answer["name"] == "长城"
    assert 0 < answer["value"] <= 100
    assert set(answer["shares"]) == {"revenue", "growth"}
    assert "satisfaction" in answer["missing"]
    assert answer["scale_version"] == 0


def test_new_facts_take_the_place_of_the_old_which_stay_as_history(service, headers):
    put(service, headers, "C1", revenue=1, growth=0.5, as_of="2026-01-31")
    again = put(service, headers, "C1", revenue=2, as_of="2026-02-28")
    assert again.status_code == 200
    assert again.json()["facts"] == {"revenue": 2.0, "currency": "CNY", "as_of": "2026-02-28"}
    assert again.json()["version"] == 2
    with service.services.store.read() as connection:
        kept = connection.execute(select(customer_facts).order_by(customer_facts.c.version)).all()
    assert [row.facts["revenue"] for row in kept] == [1.0, 2.0]
    assert {row.actor for row in kept} == {"ann"}


def test_the_scale_is_made_at_twenty_customers_and_again_when_there_are_a_fifth_more(service, headers):
    versions = [
        put(service, headers, f"C{i:02}", revenue=1000 * (i + 1)).json()["scale_version"] for i in range(26)
    ]
    assert versions == [0] * 19 + [1] * 4 + [2] * 3
    best = service.client.get("/v1/customers/C25", headers=headers).json()
    assert best["tier"] == "core"
    with service.services.store.read() as connection:
        assert customers.newest_scale(connection).customers == 24


def test_a_request_of_a_known_customer_is_lifted_by_its_value(service, headers):
    put(service, headers, "C1", revenue=1e12, contract_amount=1e12)
    body = {"text": "How do I reset it?", "customer_id": "C1"}
    answer = service.client.post("/v1/triage", json=body, headers=headers).json()
    assert answer["grade"] == "P3"
    assert answer["customer"]["id"] == "C1"
    assert "value" in {reason["code"] for reason in answer["reasons"]}


def test_facts_with_the_request_count_instead_of_stored_ones_and_change_nothing(service, headers):
    put(service, headers, "C1", revenue=1e12, contract_amount=1e12)
    body = {"text": "How do I reset it?", "customer_id": "C1", "customer": {"revenue": 1}}
    answer = service.client.post("/v1/triage", json=body, headers=headers).json()
    assert answer["grade"] == "P4"
    assert service.client.get("/v1/customers/C1", headers=headers).json()["facts"]["revenue"] == 1e12


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"revenue": -1}, "revenue"),
        ({"payment_punctuality": 1.5}, "payment_punctuality"),
        ({"currency": "XYZ", "revenue": 1}, "currency"),
        ({"revenues": 1}, "revenues"),
        ({"name": "a\0"}, "name"),
        ({"as_of": "yesterday"}, "as_of"),
    ],
)
def test_a_wrong_fact_is_named(service, headers, body, field):
    answer = service.client.put("/v1/customers/C1", json=body, headers=headers)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("number", ["%00", "%20", "a%0Ab", "x" * 201])
def test_an_id_that_cannot_be_shown_is_refused(service, headers, number):
    assert put(service, headers, number).status_code == 422


def test_an_unknown_customer_is_a_404(service, headers):
    assert service.client.get("/v1/customers/C9", headers=headers).status_code == 404


def test_telling_a_sample_customers_facts_makes_it_ones_own(service, headers):
    from features.records import Customer

    services = service.services
    with services.store.write() as connection:
        customers.put(
            connection, Customer(id="C1"), facts_id="1", actor="x", at=services.tools.clock(), sample=True
        )
    put(service, headers, "C1", revenue=1)
    with services.store.write() as connection:
        assert customers.clear_samples(connection) == 0
        assert connection.execute(select(func.count()).select_from(customer_facts)).scalar() == 2
