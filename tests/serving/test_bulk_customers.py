"""Many customers in one body, why each is worth what it is, and what was told of it over time."""

from __future__ import annotations

import re
from datetime import date

import pytest

from features.taxonomy import LANGUAGES

DAY = "2026-01-31"


@pytest.fixture
def lead(service):
    return service.headers("lead", name="ann")


def bulk(service, headers, *items):
    answer = service.client.post("/v1/customers:bulk", json={"items": list(items)}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def get(service, headers, number, path="", language="en"):
    asked = headers | {"Accept-Language": language}
    return service.client.get(f"/v1/customers/{number}{path}", headers=asked)


def row(number, **facts):
    return {"id": number, "as_of": DAY, **facts}


def test_good_rows_are_kept_and_each_wrong_one_is_named_with_its_field_and_value(service, lead):
    told = bulk(
        service,
        lead,
        row("C1", name="长城", revenue=5e6, currency="usd"),
        row("C2", revenue=-3),
        row("C3", revenue=1, currency="XYZ"),
        {"id": "C4", "revenue": 1},
        {"revenue": 1, "as_of": DAY},
        "no customer",
        row("C5", revenue="much", growth=[]),
        row("C6", turnover=1),
        row("C\n7", revenue=1),
        {"id": "C8", "name": "nothing known"},
        row("C9", as_of="yesterday", revenue=1),
    )
    assert (told["kept"], told["new"]) == (2, 2)
    found = {each["index"]: each for each in told["errors"]}
    assert {index: [error["field"] for error in each["errors"]] for index, each in found.items()} == {
        1: ["revenue"],
        2: ["currency"],
        3: ["as_of"],
        4: ["id"],
        5: [""],
        6: ["revenue", "growth"],
        7: ["turnover"],
        8: ["id"],
        10: ["as_of"],
    }
    said = {index: each["errors"][0]["message"] for index, each in found.items()}
    assert "-3" in said[1]
    assert "'XYZ'" in said[2]
    assert "as_of" in said[3]
    assert "'much'" in said[6]
    assert "'yesterday'" in said[10]
    assert [found[index]["id"] for index in (1, 4, 5)] == ["C2", None, None]
    assert get(service, lead, "C1").json()["facts"]["currency"] == "USD"
    assert get(service, lead, "C8").json()["value"] is None
    assert get(service, lead, "C2").status_code == 404


def test_two_rows_of_one_id_are_both_refused_by_name(service, lead):
    told = bulk(service, lead, row("C1", revenue=1), row("C2", revenue=1), row("C1", revenue=2))
    assert told["kept"] == 1
    assert [(each["index"], each["id"]) for each in told["errors"]] == [(0, "C1"), (2, "C1")]
    assert told["errors"][0]["errors"] == [{"field": "id", "message": "'C1' is the id of the items 0, 2."}]
    assert get(service, lead, "C1").status_code == 404


def test_a_second_time_nothing_is_new_and_the_facts_are_the_later_ones(service, lead):
    first = [row(f"C{i}", revenue=i) for i in range(30)]
    assert bulk(service, lead, *first) == {"kept": 30, "new": 30, "errors": []}
    again = [row(f"C{i}", revenue=i + 1) for i in range(20, 40)]
    assert bulk(service, lead, *again) == {"kept": 20, "new": 10, "errors": []}
    assert get(service, lead, "C25").json()["facts"]["revenue"] == 26
    assert get(service, lead, "C25").json()["version"] == 2
    assert get(service, lead, "C0").json()["scale"]["n"] == 40


def test_a_thousand_are_taken_and_more_are_refused_whole(service, lead):
    rows = [row(f"C{i}", revenue=i) for i in range(1001)]
    assert bulk(service, lead, *rows[:1000])["kept"] == 1000
    answer = service.client.post("/v1/customers:bulk", json={"items": rows}, headers=lead)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["items"]


@pytest.mark.parametrize("body", [{}, {"items": {}}, {"items": [], "more": 1}])
def test_a_body_that_is_no_list_of_customers_is_a_422(service, lead, body):
    assert service.client.post("/v1/customers:bulk", json=body, headers=lead).status_code == 422


def test_half_characters_and_long_values_are_told_and_break_nothing(service, lead):
    body = '{"items": [{"id": "\\ud800", "revenue": 1}, {"id": "C1", "tier": "%s"}]}' % ("x" * 5000)
    headers = lead | {"Content-Type": "application/json"}
    answer = service.client.post("/v1/customers:bulk", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    errors = answer.json()["errors"]
    assert [each["errors"][0]["field"] for each in errors] == ["id", "tier"]
    assert len(errors[1]["errors"][0]["message"]) < 200


def test_undated_facts_of_one_customer_are_todays_and_of_none_have_no_day(service, lead, monkeypatch):
    made = service.client.put("/v1/customers/C1", json={"revenue": 1}, headers=lead).json()
    assert abs((date.fromisoformat(made["facts"]["as_of"]) - date.today()).days) <= 1
    none = service.client.put("/v1/customers/C2", json={"name": "x"}, headers=lead).json()
    assert "as_of" not in none["facts"]


def test_the_shape_of_a_row_is_in_the_description_of_the_api(service):
    whole = service.client.get("/openapi.json").json()
    items = whole["components"]["schemas"]["CustomersIn"]["properties"]["items"]["items"]
    assert {"id", "revenue", "as_of"} <= set(items["properties"])


def why(answer, code):
    return [
        line | {"text": line["text"].replace("\xa0", " ")} for line in answer["why"] if line["code"] == code
    ]


def test_each_fact_is_explained_as_data_and_as_a_sentence(service, lead):
    bulk(service, lead, *[row(f"C{i:02}", revenue=1000 * i, growth=-0.01 * i) for i in range(50)])
    told = get(service, lead, "C46").json()
    revenue, growth = why(told, "fact")
    assert revenue["fact"] == "revenue"
    assert revenue["percentile"] == told["shares"]["revenue"]["percentile"] > 90
    assert revenue["text"] == f"revenue: top 6 %, +{revenue['points']:g}."
    assert growth["text"] == f"growth: bottom 6 %, +{growth['points']:g}."
    assert round(revenue["points"] + growth["points"], 2) == told["value"]
    assert told["scale"] == {
        "version": 1,
        "as_of": told["scale"]["as_of"],
        "n": 50,
        "anchors": False,
        "anchored": told["scale"]["anchored"],
    }
    assert set(told["missing"]) == set(why(told, "missing")[0]["facts"]) <= set(told["scale"]["anchored"])
    assert "satisfaction" in why(told, "missing")[0]["text"]
    assert why(told, "scale")[0]["text"].startswith("Compared with 50 customers as of 20")


def test_the_best_of_all_is_in_the_top_one_percent_and_not_in_the_top_zero(service, lead):
    service.client.put("/v1/customers/C1", json={"revenue": 1e15}, headers=lead)
    assert "top 1 %" in why(get(service, lead, "C1").json(), "fact")[0]["text"]


def test_under_twenty_customers_the_anchors_are_said(service, lead):
    bulk(service, lead, row("C1", revenue=1), row("C2", revenue=2))
    told = get(service, lead, "C1").json()
    assert (told["scale"]["version"], told["scale"]["n"], told["scale"]["anchors"]) == (0, 2, True)
    assert "only 2 customers" in why(told, "anchors")[0]["text"]


TIERS = {
    "crm": {"revenue": 1, "tier": "gold"},
    "key_account": {"revenue": 1, "key_account": True},
    "no_contract": {"revenue": 1, "has_contract": False},
    "top_value": {"revenue": 1e15},
    "top_growth": {"revenue": 1, "growth": 99},
    "rest": {"revenue": 1},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", TIERS)
def test_the_tier_is_explained_in_the_readers_language(service, lead, reason, language):
    service.client.put("/v1/customers/C1", json=TIERS[reason], headers=lead)
    told = get(service, lead, "C1", language=language).json()
    line = why(told, "tier")[0]
    assert (line["tier"], line["reason"]) == (told["tier"], reason)
    for each in told["why"]:
        assert each["text"].endswith("。" if language == "zh" else "."), each
        assert bool(re.search(r"[\u4e00-\u9fff]", each["text"])) == (language == "zh"), each
        assert not re.search(r"[{}_]|customer\.|fact\.", each["text"]), each


def test_the_history_is_told_newest_first_and_goes_on_from_a_cursor(service, lead):
    for revenue in (1, 2, 3):
        bulk(service, lead, row("C1", revenue=revenue))
    whole = get(service, lead, "C1", "/history").json()
    assert (whole["id"], whole["next"]) == ("C1", None)
    assert [each["version"] for each in whole["items"]] == [3, 2, 1]
    assert whole["items"][0] == {
        "version": 3,
        "facts": {"revenue": 3.0, "currency": "CNY", "as_of": DAY},
        "by": "ann",
        "at": whole["items"][0]["at"],
    }
    first = get(service, lead, "C1", "/history?limit=2").json()
    rest = get(service, lead, "C1", f"/history?limit=2&cursor={first['next']}").json()
    assert first["items"] + rest["items"] == whole["items"]
    assert rest["next"] is None


@pytest.mark.parametrize("number", ["C9", "%00"])
def test_the_history_of_an_unknown_customer_is_a_404(service, lead, number):
    assert get(service, lead, number, "/history").status_code == 404
