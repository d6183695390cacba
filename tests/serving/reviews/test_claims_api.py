"""Claims, and the course of a request: answered, closed, opened again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from serving import regrade
from tests.serving.reviews.conftest import OUTAGE, at_once


def claim(desk, number, by="ann", **asked):
    return desk.ask("POST", f"/requests/{number}/claim", by, params=asked)


def release(desk, number, by="ann"):
    return desk.ask("POST", f"/requests/{number}/release", by)


def take_next(desk, by="ann", **asked):
    return desk.ask("POST", "/queue/next", by, params=asked)


def do(desk, number, what, by="ann", **more):
    return desk.ask("POST", f"/requests/{number}{what}", by, **more)


def test_a_claim_keeps_others_away_until_it_runs_out(desk):
    was = desk.post()
    mine = claim(desk, was["id"])
    assert mine.status_code == 200, mine.text
    assert mine.json()["claim"] == {"by": "ann", "until": "2026-03-02T01:15:00Z"}
    assert mine.json()["version"] == was["version"], "a claim says nothing of the request"
    theirs = claim(desk, was["id"], "bob")
    assert theirs.status_code == 409
    assert theirs.json()["detail"] == "'ann' is at this request until 2026-03-02T01:15:00Z."
    desk.clock.forward(minutes=15)
    assert desk.read(was["id"])["claim"] is None
    assert claim(desk, was["id"], "bob").json()["claim"]["by"] == "bob"


def test_ones_own_claim_is_renewed(desk):
    was = desk.post()
    claim(desk, was["id"])
    desk.clock.forward(minutes=10)
    assert claim(desk, was["id"]).json()["claim"]["until"] == "2026-03-02T01:25:00Z"


def test_the_lease_is_a_setting(start_desk, settings):
    desk = start_desk(replace(settings, claim_minutes=1.0))
    assert claim(desk, desk.post()["id"]).json()["claim"]["until"] == "2026-03-02T01:01:00Z"


def test_only_a_lead_takes_over_and_lets_go_of_anothers(desk):
    was = desk.post()
    claim(desk, was["id"])
    assert claim(desk, was["id"], "lea").status_code == 409, "not by accident"
    assert claim(desk, was["id"], "bob", take_over=True).status_code == 403
    assert release(desk, was["id"], "bob").status_code == 409
    assert claim(desk, was["id"], "lea", take_over=True).json()["claim"]["by"] == "lea"
    assert release(desk, was["id"]).status_code == 409
    assert release(desk, was["id"], "leo").json()["claim"] is None
    assert release(desk, was["id"], "bob").status_code == 200, "nobody is at it any more"


def test_a_claim_is_shown_to_staff_only(desk):
    desk.called("web", "intake")
    was = desk.ask("POST", "/requests", "web", json={"text": "hi"}).json()
    claim(desk, was["id"])
    assert desk.read(was["id"], "bob")["claim"]["by"] == "ann"
    assert desk.read(was["id"], "web")["claim"] is None


def test_next_takes_the_first_that_nobody_is_at_and_204_says_there_is_none(desk):
    low, high = desk.post(), desk.post(OUTAGE)
    assert take_next(desk).json()["id"] == high["id"]
    assert take_next(desk, "bob").json()["id"] == low["id"]
    assert take_next(desk, "bob").status_code == 204
    desk.clock.forward(minutes=15)
    assert take_next(desk, "bob", grade="P4").json()["id"] == low["id"]
    assert take_next(desk, "bob", color="red").status_code == 422


def test_the_queue_tells_mine_from_nobodys(desk):
    mine, theirs, free = desk.post(), desk.post(), desk.post()
    claim(desk, mine["id"])
    claim(desk, theirs["id"], "bob")

    def ids(claimed):
        items = desk.ask("GET", "/queue", params={"claimed": claimed}).json()["items"]
        return [each["id"] for each in items]

    assert (ids("me"), ids("nobody")) == ([mine["id"]], [free["id"]])
    desk.clock.forward(minutes=15)
    assert (ids("me"), set(ids("nobody"))) == ([], {mine["id"], theirs["id"], free["id"]})


def test_many_who_take_the_next_at_once_get_one_each(desk):
    wanted = {desk.post()["id"] for _ in range(6)}
    for number in range(6):
        desk.called(f"p{number}")
    answers = at_once(*[lambda number=number: take_next(desk, f"p{number}") for number in range(6)])
    assert {each.json()["id"] for each in answers} == wanted


def test_of_many_who_claim_one_at_once_one_has_it(desk):
    was = desk.post()
    for number in range(4):
        desk.called(f"p{number}")
    answers = at_once(*[lambda number=number: claim(desk, was["id"], f"p{number}") for number in range(4)])
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]


def test_the_first_answer_is_noted_once(desk):
    was = desk.post()
    now = do(desk, was["id"], "/answered").json()
    assert (now["answered_at"], now["version"]) == ("2026-03-02T01:00:00Z", was["version"] + 1)
    desk.clock.forward(hours=1)
    again = do(desk, was["id"], "/answered", "bob").json()
    assert (again["answered_at"], again["version"]) == (now["answered_at"], now["version"])


def test_a_closed_request_leaves_the_queue_and_its_claim_and_comes_back(desk):
    was = desk.post(OUTAGE)
    claim(desk, was["id"])
    now = do(desk, was["id"], ":close").json()
    assert (now["status"], now["closed_at"], now["claim"]) == ("closed", "2026-03-02T01:00:00Z", None)
    assert desk.ask("GET", "/queue").json()["items"] == []
    assert claim(desk, was["id"]).status_code == 409
    assert do(desk, was["id"], ":close").json()["version"] == now["version"]
    back = do(desk, was["id"], ":reopen").json()
    assert (back["status"], back["closed_at"], back["grade"]) == ("open", None, "P1")
    assert [each["id"] for each in desk.ask("GET", "/queue").json()["items"]] == [was["id"]]
    assert do(desk, was["id"], ":reopen").json()["version"] == back["version"]


def test_a_closed_request_is_judged_all_the_same(desk):
    was = desk.post()
    closed = do(desk, was["id"], ":close").json()
    now = desk.review(closed, fields={"type": "billing"})
    assert (now["status"], now["outcome"]["type"]["label"]) == ("closed", "billing")


def test_what_a_customer_became_while_a_request_was_closed_counts_once_it_is_open(desk):
    was = desk.post(customer_id="C1")
    do(desk, was["id"], ":close")
    rich = {"revenue": 1e12, "contract_amount": 1e12, "as_of": "2026-03-01"}
    desk.ask("PUT", "/customers/C1", "lea", json=rich)
    do(desk, was["id"], ":reopen")
    regrade.look(desk.service.services)
    assert (was["grade"], desk.read(was["id"])["grade"]) == ("P4", "P3")


@pytest.mark.parametrize("what", ["/answered", ":close", ":reopen"])
def test_a_version_is_held_to_where_it_is_named(desk, what):
    was = desk.post()
    now = desk.review(was, fields={"type": "billing"})
    old = do(desk, was["id"], what, headers={"If-Match": f'"{was["version"]}"'})
    assert (old.status_code, old.json()["present"]["version"]) == (412, now["version"])
    assert do(desk, was["id"], what, headers={"If-Match": f'"{now["version"]}"'}).status_code == 200


def test_a_trusted_system_tells_the_course_of_its_own_requests_only(desk):
    for name in ("desk", "other"):
        desk.called(name, "intake", trusted=True)
    was = desk.ask("POST", "/requests", "desk", json={"text": "hi"}).json()
    assert do(desk, was["id"], ":close", "other").status_code == 404
    assert do(desk, was["id"], ":close", "desk").json()["status"] == "closed"


def test_what_waits_for_its_first_assessment_is_not_closed(desk):
    desk.service.model.broken = True
    waits = desk.ask("POST", "/requests", json={"text": "hi"}).json()
    assert do(desk, waits["id"], ":close").status_code == 409
    assert claim(desk, waits["id"]).status_code == 409
