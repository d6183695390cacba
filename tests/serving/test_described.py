"""The API's description tells what really happens, and its page asks nobody else."""

from __future__ import annotations

import re

import pytest

from serving.access.roles import RULES
from serving.api.answers import Problem, RequestAnswer, WholeAnswer
from serving.api.wire import KEYS
from tests import databases


@pytest.fixture
def database_kind():
    """Descriptions know no database."""
    return databases.SQLITE


@pytest.mark.parametrize("role", ["intake", "reviewer", "lead"])
def test_real_answers_have_the_shape_that_is_described(service, role):
    headers = service.headers(role)
    body = {"text": "产线停了，今天必须恢复", "channel": "form", "customer_id": "C1"}
    stored = service.client.post("/v1/requests", json=body, headers=headers)
    assert stored.status_code == 201
    told = RequestAnswer.model_validate(stored.json())
    assert RequestAnswer.model_validate(service.client.post("/v1/triage", json=body, headers=headers).json())
    whole = service.client.get(f"/v1/requests/{told.id}", headers=headers).json()
    assert WholeAnswer.model_validate(whole).request["text"] == body["text"]
    assert (
        Problem.model_validate(service.client.get("/v1/requests/nothing", headers=headers).json()).status
        == 404
    )


def test_the_shape_has_the_keys_of_an_answer_in_their_order():
    assert tuple(RequestAnswer.model_fields) == KEYS


def test_each_route_says_who_may_call_it_and_what_goes_wrong(service):
    whole = service.client.get("/openapi.json").json()
    for method, path in RULES:
        told = whole["paths"][path][method.lower()]
        assert re.search(r"For: [a-z, ()]+\.$", told["description"]), (method, path)
        assert told["security"] == [{"key": []}]
        assert {"401", "403", "422", "503"} <= set(told["responses"])
    confirm = whole["paths"]["/v1/requests/{request_id}/reviews/{review_id}:confirm"]["post"]
    assert confirm["description"].endswith("For: lead, admin.")
    assert confirm["tags"] == ["reviews"]


def test_every_shape_that_is_named_is_described(service):
    whole = service.client.get("/openapi.json")
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', whole.text))
    assert named <= set(whole.json()["components"]["schemas"])


def test_the_page_and_all_it_asks_for_are_here(service):
    page = service.client.get("/docs")
    assert page.status_code == 200
    assert (
        "'unsafe-inline'" not in page.headers["content-security-policy"].split("script-src")[1].split(";")[0]
    )
    asked = re.findall(r'(?:href|src|data-from)="([^"]+)"', page.text)
    assert len(asked) == 5
    for address in asked:
        assert address.startswith("/")
        assert service.client.get(address).status_code == 200, address
    assert service.client.get("/docs/../../pyproject.toml").status_code == 404
    assert service.client.get("/docs/redoc.standalone.js").status_code == 404


def test_the_example_of_a_body_is_taken(service):
    whole = service.client.get("/openapi.json").json()
    example = whole["components"]["schemas"]["RequestIn"]["example"]
    answer = service.client.post("/v1/requests", json=example, headers=service.headers("intake"))
    assert answer.status_code == 201
    assert whole["paths"]["/v1/triage"]["post"]["summary"] == "Assess a request and store nothing"
