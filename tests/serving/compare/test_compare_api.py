"""GET /v1/compare: both requests, every step, who is first and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from serving import compare
from serving.access.roles import Caller, Role
from serving.pages.comparison import compare_view
from serving.pages.words import Reader, read_phrases


@pytest.fixture
def two(service):
    headers = service.headers("admin")
    return [
        service.client.post("/v1/requests", json={"text": text}, headers=headers).json()["id"]
        for text in ("how do I change the address?", "产线停产了")
    ]


def compared(service, role="reviewer", language="en", **query):
    headers = service.headers(role) | {"Accept-Language": language}
    return service.client.get("/v1/compare", params=query, headers=headers)


def test_it_tells_who_is_first_and_why(service, two):
    told = compared(service, a=two[0], b=two[1]).json()
    assert set(told) == {"a", "b", "first", "queue", "decides", "steps"}
    assert told["queue"]["first"] == "b"
    assert told["queue"]["b"] < told["queue"]["a"]
    assert (told["a"]["id"], told["b"]["id"], told["first"]) == (*two, "b")
    assert told["decides"]["code"] == "matrix"
    assert told["decides"]["text"].startswith("B stands above A because its impact is high where A's is low")
    assert {"score", "customer_sentence", "grade", "waited_hours"} <= set(told["a"])


def test_each_step_has_before_and_after_and_each_weight_its_summands(service, two):
    told = compared(service, a=two[0], b=two[1]).json()
    rows = {row["step"]: row for row in told["steps"]}
    assert list(rows) == [
        "matrix",
        "caution",
        "value",
        "floor",
        "score.urgency",
        "score.impact",
        "score.value",
        "score.ease",
        "waiting",
    ]
    assert rows["matrix"]["b"]["after"] == "P1"
    assert rows["value"]["a"] == {
        "before": "P4",
        "after": "P4",
        "code": "no_customer",
        "text": "Nothing is known of the customer that counts: no lift.",
    }
    assert [name for name, row in rows.items() if row["decides"]] == ["matrix"]
    parts = [rows[name] for name in rows if name.startswith("score.")]
    assert [row["weight"] for row in parts] == [40, 30, 20, 10]
    assert sum(row["a"]["points"] for row in parts) == pytest.approx(told["a"]["score"])


def test_it_speaks_the_readers_language(service, two):
    told = compared(service, language="zh-CN", a=two[0], b=two[1]).json()
    assert told["decides"]["text"].startswith("B 排在 A 前面")
    assert told["steps"][0]["name"] == "矩阵"


def test_the_customers_sentence_says_nothing_of_grade_value_or_tier(service, two):
    told = compared(service, a=two[0], b=two[1]).json()
    for each in ("a", "b"):
        for words in told[each]["customer_sentence"].values():
            assert not any(word in words for word in ("P1", "P4", "score", "value", "tier", "价值", "等级"))
        assert "承诺" in told[each]["customer_sentence"]["zh"]
        assert told[each]["promise_passed"] is False


@pytest.mark.parametrize(
    ("query", "field"), [({}, "a"), ({"a": "x"}, "b"), ({"b": "x"}, "a")], ids=["none", "no b", "no a"]
)
def test_a_missing_id_is_named(service, query, field):
    answer = compared(service, **query)
    assert answer.status_code == 422
    assert field in [each["field"].split(".")[-1] for each in answer.json()["errors"]]


def test_a_request_is_not_compared_with_itself(service, two):
    for same in (two[0], two[0].upper()):
        answer = compared(service, a=two[0], b=same)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "b"


@pytest.mark.parametrize("other", ["nobody", "01890000-0000-7000-8000-000000000000"])
def test_an_unknown_id_is_404(service, two, other):
    assert compared(service, a=two[0], b=other).status_code == 404
    assert compared(service, a=other, b=two[0]).status_code == 404


def test_a_request_that_waits_for_its_assessment_can_be_compared(service, two):
    service.model.broken = True
    waiting = service.client.post("/v1/requests", json={"text": "x"}, headers=service.headers("admin")).json()
    told = compared(service, a=waiting["id"], b=two[1]).json()
    assert (told["first"], told["decides"]["code"]) == ("b", "fallback")
    assert told["steps"][1]["a"]["text"] == "No change."


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The queue has A first all the same"), ("zh", "但队列里 A 在前")]
)
def test_where_the_queue_has_them_otherwise_that_is_said(service, two, language, said):
    made = compare.compare(service.services, Caller(name="lea", role=Role.LEAD), *two)
    reader = Reader(language=language, phrases=read_phrases(), services=service.services)
    assert made.queue_first == made.first == "b"
    sooner = replace(made, a=replace(made.a, queue_key=made.b.queue_key - timedelta(hours=30)))
    assert (sooner.first, sooner.queue_first) == ("b", "a")
    assert compare_view(reader, sooner).queue.startswith(said)
    assert "30" in compare_view(reader, sooner).queue
