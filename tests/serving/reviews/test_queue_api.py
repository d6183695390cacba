"""The queue: in the order of the formula, filtered, and read on from page to page."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, update

from features.taxonomy import Taxonomy
from serving.access.roles import Caller, Role
from serving.store import queue
from serving.store.queue import Position, Wanted
from serving.store.tables import requests
from serving.unseen import uncounted
from tests.serving.asking import fields
from tests.serving.reviews.conftest import MONDAY, OUTAGE, QUESTION

GRADED = {
    "P1": {"urgency": "urgent", "impact": "high"},
    "P2": {"urgency": "urgent", "impact": "medium"},
    "P3": {"urgency": "routine", "impact": "medium"},
    "P4": {"urgency": "routine", "impact": "low"},
}


def page(desk, by="ann", **asked):
    answer = desk.ask("GET", "/queue", by, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(desk, by="ann", **asked):
    return [each["id"] for each in page(desk, by, **asked)["items"]]


def walk(desk, limit, **asked):
    """Every page of the queue."""
    pages, cursor = [], None
    while True:
        found = page(desk, limit=limit, **asked, **({} if cursor is None else {"cursor": cursor}))
        pages.append(found["items"])
        cursor = found["next"]
        if cursor is None:
            return pages


def by_formula(item):
    """The key of an item by the documented formula, from what the answer says."""
    rules = {"P1": 876_600.0, "P2": 72.0, "P3": 24.0, "P4": 0.0}
    unjudged = [
        1 - each["confidence"]
        for code, each in item["fields"].items()
        if item["outcome"][code]["source"] == "prediction"
    ]
    lead = rules[item["grade"]] + 24 * item["score"] / 100 + 24 * max(unjudged, default=0.0)
    return datetime.fromisoformat(item["resolve_by"]) - timedelta(hours=lead)


@pytest.fixture
def many(desk):
    """Fifteen requests of all grades, received over three weeks, some of them reviewed."""
    chance = random.Random(6)  # noqa: S311 - a seeded run of a test
    for number in range(15):
        at = MONDAY - timedelta(hours=chance.randint(0, 900))
        was = desk.post(received_at=at.isoformat(), channel=chance.choice(["form", "email"]))
        if number % 3:
            desk.review(was, fields=GRADED[chance.choice(sorted(GRADED))])
    return desk


def test_the_order_is_a_full_sort_by_the_formula_with_p1_first(many):
    items = page(many, limit=200)["items"]
    assert len(items) == 15
    assert [each["id"] for each in items] == [
        each["id"] for each in sorted(items, key=lambda item: (by_formula(item), item["id"]))
    ]
    grades = [each["grade"] for each in items]
    first = grades.count("P1")
    assert grades[:first] == ["P1"] * first
    assert 0 < first < 15
    assert grades != sorted(grades), "what waits long enough passes fresh work of a higher grade"


def test_an_item_says_what_its_place_is_made_of(desk):
    was = desk.post(subject="Printer", channel="form", customer_id="C1")
    (item,) = page(desk)["items"]
    assert item["order"]["lead_hours"] == {
        "grade": 0.0,
        "score": round(24 * item["score"] / 100, 2),
        "uncertainty": 3.6,
    }
    assert item["excerpt"] == {
        "subject": "Printer",
        "text": QUESTION,
        "channel": "form",
        "customer_id": "C1",
        "received_at": "2026-03-02T01:00:00Z",
    }
    now = desk.review(was, fields=GRADED["P1"] | {"type": "incident", "difficulty": "easy"})
    (item,) = page(desk)["items"]
    assert item["order"]["lead_hours"] == {
        "grade": "first",
        "score": round(24 * now["score"] / 100, 2),
        "uncertainty": 0.0,
    }


def test_pages_follow_each_other_without_a_gap_or_a_double(many):
    whole = ids(many, limit=200)
    for limit in (1, 4, 15):
        pages = walk(many, limit)
        assert [each["id"] for items in pages for each in items] == whole
        assert all(len(items) == limit for items in pages[:-1])


def test_what_comes_and_goes_between_two_pages_moves_no_other(many):
    whole = ids(many, limit=200)
    first = page(many, limit=5)
    many.ask("POST", f"/requests/{whole[0]}:close")
    many.ask("POST", f"/requests/{whole[10]}:close")
    new = many.post(OUTAGE)
    rest = ids(many, limit=200, cursor=first["next"])
    assert rest == [each for each in whole[5:] if each != whole[10]]
    assert ids(many, limit=1) != [whole[0]]
    assert new["id"] in ids(many, limit=200)


def test_a_wrong_cursor_filter_or_value_is_told(desk):
    for asked in ({"cursor": "x"}, {"cursor": "/" * 40}, {"limit": 0}, {"grade": "P7"}, {"color": "red"}):
        answer = desk.ask("GET", "/queue", params=asked)
        assert answer.status_code == 422, asked
        assert fields(answer)[0].split(".")[0] == next(iter(asked))


def test_filters_by_what_counts_now(desk):
    billing = desk.review(desk.post(channel="form", customer_id="C1"), fields={"type": "billing"})
    outage = desk.post(OUTAGE, channel="email")
    chinese = desk.post("产线停产了", channel="email")
    unread = desk.post("...")
    waits = desk.review(desk.post(OUTAGE, channel="chat"), grade="P3", reason="x")
    several = {"grade": ["P1", "P2"], "channel": "email"}
    assert set(ids(desk, **several)) == {outage["id"], chinese["id"]}
    assert (
        ids(desk, type="billing") == ids(desk, team="finance") == ids(desk, customer="C1") == [billing["id"]]
    )
    assert ids(desk, language="zh") == [chinese["id"]]
    assert ids(desk, needs_review="true") == ids(desk, decision="review") == [unread["id"]]
    assert set(ids(desk, decision="suggest", needs_review=False)) == {
        billing["id"],
        outage["id"],
        chinese["id"],
        waits["id"],
    }
    assert ids(desk, override_waits="true") == [waits["id"]]
    assert set(ids(desk, lane="dedicated")) == {outage["id"], chinese["id"], waits["id"]}
    assert ids(desk, type="nothing") == []


def test_only_open_requests_that_are_no_samples_stand_in_it(desk):
    open_one, closed, sample = desk.post(), desk.post(), desk.post()
    desk.ask("POST", f"/requests/{closed['id']}:close")
    desk.service.model.broken = True
    desk.ask("POST", "/requests", json={"text": "waits for its first assessment"})
    with desk.service.services.store.write() as connection:
        connection.execute(update(requests).where(requests.c.id == sample["id"]).values(sample=True))
    assert ids(desk) == [open_one["id"]]
    assert ids(desk, samples="true") == [sample["id"]]


def test_a_label_however_long_has_its_place_and_is_found(desk):
    label = "很长的标签" * 90
    raw = desk.service.model.taxonomy.as_data()
    raw["fields"]["type"]["labels"][label] = {"name": "long"}
    desk.service.model.taxonomy = Taxonomy.of(raw)
    was = desk.review(desk.post(), fields={"type": label})
    assert ids(desk, type=label) == [was["id"]]


def test_one_index_serves_the_order_and_the_page(many):
    store = many.service.services.store
    after = Position(queue_key=MONDAY, id="0" * 36)
    with store.read() as connection:
        if not store.is_sqlite:  # for fifteen rows it would not look at an index
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        ran = []
        event.listen(connection, "before_cursor_execute", lambda *told: ran.append(told[2:4]))
        queue.page(connection, Wanted(), now=MONDAY, limit=5, after=after)
        statement, values = ran[0]
        explain = "EXPLAIN QUERY PLAN" if store.is_sqlite else "EXPLAIN"
        plan = str(connection.exec_driver_sql(f"{explain} {statement}", values).all())
    assert "ix_requests_queue" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    assert "Filter" not in plan


def test_what_is_to_be_judged_unseen_is_left_out_and_counted_under_no_grade(both):
    number, unseen = both.post(OUTAGE)["id"], uncounted(Caller(name="ann", role=Role.REVIEWER))
    store, now = both.service.services.store, both.clock()
    with store.read() as connection:
        told = [queue.grades(connection, Wanted(), now=now, most=9, untold=u) for u in ((), unseen)]
        (place,) = queue.page(connection, Wanted(), now=now, limit=9)
        assert queue.page(connection, Wanted(stages_left_out=unseen), now=now, limit=9) == []
    assert (told, place.id) == ([{"P1": 1}, {"": 1}], number)
