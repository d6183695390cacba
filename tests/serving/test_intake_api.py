"""What comes in is stored once, comes back as it was, and is listed in pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from serving.store.tables import assessments, request_words, requests
from tests.serving.asking import fields, rows


@pytest.fixture
def headers(service):
    return service.headers(name="web")


def test_a_replay_is_the_same_request_and_is_not_assessed_again(service, headers):
    body = {"text": "hello there", "external_id": "7", "channel": "form"}
    first = service.client.post("/v1/requests", json=body, headers=headers)
    asked = service.model.asked
    again = service.client.post("/v1/requests", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert service.model.asked == asked
    assert (rows(service, requests), rows(service, assessments)) == (1, 1)


@pytest.mark.parametrize(
    "other", [{"text": "other"}, {"subject": "s"}, {"customer_id": "C9"}, {"channel": "email"}]
)
def test_a_replay_that_says_something_else_is_a_conflict(service, headers, other):
    body = {"text": "hello there", "external_id": "7", "channel": "form"}
    service.client.post("/v1/requests", json=body, headers=headers)
    answer = service.client.post("/v1/requests", json=body | other, headers=headers)
    assert answer.status_code == 409
    assert fields(answer) == list(other)


def test_a_replay_that_differs_in_what_is_not_compared_is_a_replay(service, headers):
    body = {"text": "hello there", "external_id": "7"}
    service.client.post("/v1/requests", json=body, headers=headers)
    other = {"contact": {"name": "Ann"}, "attributes": {"region": "N"}, "received_at": "2026-01-01T00:00:00Z"}
    assert service.client.post("/v1/requests", json=body | other, headers=headers).status_code == 200


def test_without_an_external_id_nothing_is_a_replay(service, headers):
    made = [service.client.post("/v1/requests", json={"text": "same"}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert rows(service, requests) == 2


def test_replays_at_the_same_moment_make_exactly_one_request(service, headers):
    body = {"text": "hello there", "external_id": "7"}

    def post(_):
        return service.client.post("/v1/requests", json=body, headers=headers)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(post, range(32)))
    assert sorted(answer.status_code for answer in answers) == [200] * 31 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (rows(service, requests), rows(service, request_words), rows(service, assessments)) == (1, 1, 1)


def test_pages_follow_each_other_newest_first_and_miss_nothing(service, headers):
    made = [
        service.client.post("/v1/requests", json={"text": f"number {i}"}, headers=headers).json()["id"]
        for i in range(7)
    ]
    found, cursor = [], ""
    while cursor is not None:
        page = service.client.get(
            "/v1/requests", params={"limit": 3} | ({"cursor": cursor} if cursor else {}), headers=headers
        ).json()
        found.append([item["id"] for item in page["items"]])
        cursor = page["next"]
    assert [len(page) for page in found] == [3, 3, 1]
    assert [each for page in found for each in page] == made[::-1]


def test_what_comes_in_meanwhile_does_not_shift_the_pages(service, headers):
    for i in range(4):
        service.client.post("/v1/requests", json={"text": f"number {i}"}, headers=headers)
    first = service.client.get("/v1/requests?limit=2", headers=headers).json()
    service.client.post("/v1/requests", json={"text": "late"}, headers=headers)
    second = service.client.get(f"/v1/requests?limit=2&cursor={first['next']}", headers=headers).json()
    ids = [item["id"] for page in (first, second) for item in page["items"]]
    assert len(set(ids)) == 4
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("cursor=abc", "cursor"),
        ("cursor=%F0%9F%98%80", "cursor"),
        ("cursor=", "cursor"),
    ],
)
def test_a_wrong_page_is_refused(service, headers, query, field):
    answer = service.client.get(f"/v1/requests?{query}", headers=headers)
    assert answer.status_code == 422
    assert fields(answer) == [field]


def test_everything_sent_comes_back_as_it_was(service):
    headers = service.headers(name="crm", trusted=True)
    body = {
        "text": "  Ｔｅｘｔ with \t blanks \r\n and 全角  ",
        "subject": "subject",
        "channel": "email",
        "source": "crm",
        "external_id": "<a@b>",
        "customer_id": "C1",
        "customer": {"revenue": 5.0, "currency": "EUR", "as_of": "2026-01-01"},
        "contact": {"name": "Ann", "email": "a@b.c", "phone": "+86 1"},
        "attributes": {"region": "华北", "urgency": "ASAP"},
        "received_at": "2026-03-01T09:30:00.5+08:00",
        "locale": "en-GB",
    }
    made = service.client.post("/v1/requests", json=body, headers=headers).json()
    read = service.client.get(f"/v1/requests/{made['id']}", headers=headers).json()["request"]
    assert read == body | {"received_at": "2026-03-01T01:30:00.500000Z"}


@pytest.mark.parametrize(
    ("locale", "accept", "text", "expected"),
    [
        ("en", "zh", "停产", "give"),
        ("zh-CN", "en", "outage", "矩阵"),
        (None, "zh-TW,en;q=0.5", "outage", "矩阵"),
        (None, "fr;q=1, en;q=0.5, zh;q=0.4", "停产", "give"),
        (None, "*;q=x,,;q=", "停产", "矩阵"),
        ("fr", "de", "停产", "矩阵"),
        (None, "", "outage", "give"),
    ],
)
def test_reasons_speak_the_language_asked_for(service, headers, locale, accept, text, expected):
    body = {"text": text} | ({"locale": locale} if locale else {})
    answer = service.client.post(
        "/v1/triage", json=body, headers=headers | {"Accept-Language": accept}
    ).json()
    assert expected in answer["reasons"][0]["text"]


def test_the_model_is_told_with_its_labels(service, headers):
    answer = service.client.get("/v1/model", headers=headers).json()
    assert (answer["name"], answer["version"]) == ("stand-in", "1")
    assert answer["fields"]["urgency"]["ordered"] is True
    assert answer["fields"]["urgency"]["labels"][0]["label"] == "long_term"


def test_the_description_of_the_interface_names_the_body(service):
    described = service.client.get("/openapi.json").json()
    assert "RequestIn" in described["components"]["schemas"]
    assert "/v1/requests/{request_id}" in described["paths"]
