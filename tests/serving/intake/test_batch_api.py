"""Many requests at once: each on its own account, and the same again is the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from serving.store.tables import assessments, requests
from tests.serving.asking import fields, rows

PATH = "/v1/requests:batch"


@pytest.fixture
def headers(service):
    return service.headers(name="web")


def post(service, headers, items, **more):
    return service.client.post(PATH, json={"items": items}, headers=headers | more)


def test_good_items_are_stored_and_assessed_and_wrong_ones_named(service, headers):
    items = [
        {"text": "停产了，整个工厂都在等"},
        {"text": ""},
        {"text": "x", "colour": "red"},
        "no object",
        {"text": "hello", "source": "other party" * 30},
        {"text": "How do I reset it?", "external_id": "7"},
    ]
    answer = post(service, headers, items)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [each["status"] for each in told["items"]] == [201, 422, 422, 422, 422, 201]
    assert [each["index"] for each in told["items"]] == list(range(6))
    assert [each["errors"][0]["field"] for each in told["items"] if each["errors"]] == [
        "text",
        "colour",
        "",
        "source",
    ]
    assert (told["stored"], told["refused"], told["waiting"], told["replayed"]) == (2, 4, 0, 0)
    assert [told["items"][0]["grade"], told["items"][5]["external_id"]] == ["P1", "7"]
    assert rows(service, requests) == rows(service, assessments) == 2


def test_an_item_under_another_partys_source_is_refused_alone(service, headers):
    service.key(name="crm")
    told = post(service, headers, [{"text": "a", "source": "crm"}, {"text": "b"}]).json()
    assert [each["status"] for each in told["items"]] == [403, 201]


def test_external_ids_are_stored_once_within_a_batch_and_over_batches(service, headers):
    item = {"text": "hello", "external_id": "7"}
    first = post(service, headers, [item, item, item | {"text": "other"}]).json()
    again = post(service, headers, [item]).json()
    assert [each["status"] for each in first["items"]] == [201, 200, 409]
    assert (again["items"][0]["status"], again["items"][0]["id"]) == (200, first["items"][0]["id"])
    assert rows(service, requests) == 1


def test_a_batch_sent_again_under_its_key_is_stored_once(service, headers):
    items = [{"text": f"number {each}"} for each in range(60)]
    key = {"Idempotency-Key": "night-run"}
    first, again = post(service, headers, items, **key).json(), post(service, headers, items, **key).json()
    assert [each["id"] for each in again["items"]] == [each["id"] for each in first["items"]]
    assert (again["replayed"], rows(service, requests)) == (60, 60)
    other = post(service, headers, [{"text": "another"}], **key).json()
    assert (other["items"][0]["status"], other["items"][0]["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("items", [[], [{"text": "x"}] * 1001])
def test_no_items_and_too_many_are_refused(service, headers, items):
    answer = post(service, headers, items)
    assert answer.status_code == 422
    assert fields(answer) == ["items"]


def test_what_the_model_cannot_answer_is_kept_and_assessed_later(service, headers):
    service.model.broken = True
    told = post(service, headers, [{"text": f"number {each}"} for each in range(3)]).json()
    assert [each["status"] for each in told["items"]] == [202] * 3
    assert (rows(service, requests), rows(service, assessments)) == (3, 0)


def test_a_larger_body_than_the_bound_is_refused(service, headers, start, settings):
    answer = service.client.post(
        PATH, content=b" " * (service.services.settings.batch_bytes + 1), headers=headers
    )
    assert answer.status_code == 413


def test_one_request_sent_twice_under_a_key_is_one(service, headers):
    key = headers | {"Idempotency-Key": "k1"}
    first = service.client.post("/v1/requests", json={"text": "hello"}, headers=key)
    again = service.client.post("/v1/requests", json={"text": "hello"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert rows(service, requests) == 1
    other = service.client.post("/v1/requests", json={"text": "other"}, headers=key)
    assert (other.status_code, fields(other)) == (422, ["Idempotency-Key"])
    assert rows(service, requests) == 1


def test_one_key_at_the_same_moment_makes_one_request(service, headers):
    def send(_):
        key = headers | {"Idempotency-Key": "k1"}
        return service.client.post("/v1/requests", json={"text": "hello"}, headers=key)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert sorted(each.status_code for each in answers) == [200] * 15 + [201]
    assert len({each.json()["id"] for each in answers}) == 1
    assert rows(service, requests) == 1


def test_a_key_and_an_external_id_lead_to_the_same_request(service, headers):
    body = {"text": "hello", "external_id": "7"}
    first = service.client.post("/v1/requests", json=body, headers=headers).json()
    for _ in range(2):
        again = service.client.post("/v1/requests", json=body, headers=headers | {"Idempotency-Key": "k2"})
        assert (again.status_code, again.json()["id"]) == (200, first["id"])
