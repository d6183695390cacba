"""Overrides of the grade: with a reason, never a label, and by two people where the policy says so."""

from __future__ import annotations

from dataclasses import replace

from features.policy import Policy
from serving import regrade
from tests.serving.asking import fields
from tests.serving.reviews.conftest import OUTAGE

WHY = {"reason": "the director called"}


def codes(answer):
    return [each["code"] for each in answer["reasons"]]


def said(answer, code):
    return next(each for each in answer["reasons"] if each["code"] == code)


def test_a_grade_set_by_hand_is_no_label_and_moves_the_promise(desk):
    was = desk.post()
    now = desk.review(was, grade="P2", **WHY)
    assert (was["grade"], now["grade"]) == ("P4", "P2")
    assert now["outcome"] == was["outcome"]
    assert now["resolve_by"] < was["resolve_by"]
    told = said(now, "override")
    assert told["text"] == "Graded by a reviewer: P4 became P2, 2 steps higher."
    assert (told["before"], told["after"], told["steps"], told["role"]) == ("P4", "P2", 2, "reviewer")
    headers = desk.called("ann") | {"Accept-Language": "zh"}
    chinese = desk.service.client.get(f"/v1/requests/{was['id']}", headers=headers).json()
    assert said(chinese, "override")["text"] == "审核员人工定级：由 P4 升为 P2（升 2 级）。"
    (kept,) = desk.read(was["id"], path="/reviews")["items"]
    assert (kept["grade"], kept["override"]) == ("P2", {"state": "set", "second": None})
    assert kept["reason"] == WHY["reason"]


def test_lowering_a_p1_waits_for_a_lead_and_the_higher_grade_holds(desk):
    was = desk.post(OUTAGE)
    now = desk.review(was, grade="P2", **WHY)
    assert (was["grade"], now["grade"]) == ("P1", "P1")
    assert said(now, "override_waits")["text"] == (
        "Asked for by a reviewer: P2, 1 step lower. Until a second person (a lead) confirms it, P1 holds."
    )
    done = desk.second(now, "confirm", "lea")
    assert done.status_code == 200, done.text
    assert done.json()["grade"] == "P2"
    assert done.json()["version"] == now["version"] + 1
    assert said(done.json(), "override")["text"] == (
        "Graded by a reviewer: P1 became P2, 1 step lower, confirmed by a lead."
    )
    (kept,) = desk.read(was["id"], path="/reviews")["items"]
    assert kept["override"]["state"] == "confirmed"
    assert kept["override"]["second"]["by"] == "lea"


def test_a_rejected_override_leaves_the_grade_and_is_told(desk):
    was = desk.post(OUTAGE)
    now = desk.review(was, grade="P3", **WHY)
    done = desk.second(now, "reject", "lea").json()
    assert done["grade"] == "P1"
    assert not {"override", "override_waits"} & set(codes(done))
    (kept,) = desk.read(was["id"], path="/reviews")["items"]
    assert kept["override"]["state"] == "rejected"


def test_lowering_by_one_step_from_below_p1_waits_for_nobody_and_by_two_it_does(desk):
    was = desk.review(desk.post(), fields={"urgency": "urgent", "impact": "medium"})
    assert was["grade"] == "P2"
    assert desk.review(was, grade="P3", **WHY)["grade"] == "P3"
    other = desk.review(desk.post(), fields={"urgency": "urgent", "impact": "medium"})
    now = desk.review(other, grade="P4", **WHY)
    assert (now["grade"], said(now, "override_waits")["wanted"]) == ("P2", "P4")


def test_nobody_confirms_their_own_override_nor_without_the_version(desk):
    was = desk.review(desk.post(OUTAGE), "lea", grade="P2", **WHY)
    assert desk.second(was, "confirm", "lea").status_code == 403
    path = f"/requests/{was['id']}/reviews/{was['review_id']}:confirm"
    assert desk.ask("POST", path, "leo").status_code == 428
    assert desk.ask("POST", path, "leo", headers={"If-Match": '"1"'}).status_code == 412
    assert desk.second(was, "confirm", "leo").json()["grade"] == "P2"


def test_what_does_not_wait_is_not_confirmed(desk):
    was = desk.review(desk.post(), fields={"type": "billing"})
    assert desk.second(was, "confirm", "lea").status_code == 409
    assert desk.second(was, "confirm", "lea", review_id="nothing").status_code == 404
    waits = desk.review(desk.post(OUTAGE), grade="P2", **WHY)
    done = desk.second(waits, "confirm", "lea").json()
    assert desk.second(done, "confirm", "leo", review_id=waits["review_id"]).status_code == 409


def test_a_later_override_replaces_one_that_waits(desk):
    first = desk.review(desk.post(OUTAGE), grade="P4", **WHY)
    later = desk.review(first, "bob", grade="P2", **WHY)
    refused = desk.second(later, "confirm", "lea", review_id=first["review_id"])
    assert refused.status_code == 409
    assert desk.second(later, "confirm", "lea").json()["grade"] == "P2"
    states = [each["override"]["state"] for each in desk.read(first["id"], path="/reviews")["items"]]
    assert states == ["replaced", "confirmed"]


def test_policy_takes_an_override_back_and_that_may_wait_too(desk):
    was = desk.review(desk.post(), grade="P2", **WHY)
    now = desk.review(was, grade="policy", reason="a mistake")
    assert now["grade"] == "P2", "two steps down wait for a second person"
    assert said(now, "override_waits")["wanted"] == "P4"
    done = desk.second(now, "confirm", "lea").json()
    assert done["grade"] == "P4"
    assert not {"override", "override_waits"} & set(codes(done))
    assert [each["grade"] for each in desk.read(was["id"], path="/reviews")["items"]] == ["P2", "policy"]


def test_taking_back_an_override_one_step_up_needs_nobody(desk):
    was = desk.review(desk.post(), grade="P3", **WHY)
    assert desk.review(was, grade="policy", reason="a mistake")["grade"] == "P4"


def test_an_override_outlasts_later_labels_customers_and_policies(desk):
    was = desk.review(desk.post(customer_id="C1"), grade="P3", **WHY)
    now = desk.review(was, "bob", fields={"urgency": "urgent", "impact": "high"})
    assert (now["grade"], said(now, "override")["before"]) == ("P3", "P1")
    rich = {"revenue": 1e12, "contract_amount": 1e12, "as_of": "2026-03-01"}
    desk.ask("PUT", "/customers/C1", "lea", json=rich)
    services = desk.service.services
    later = replace(services, policy=Policy.of(services.policy.as_data() | {"version": 2}))
    regrade.announce(later)
    regrade.look(later)
    assert desk.read(was["id"])["grade"] == "P3"


def test_while_an_override_waits_the_higher_of_the_two_holds_whatever_comes(desk):
    was = desk.review(desk.post(OUTAGE), grade="P2", **WHY)
    now = desk.review(was, "bob", fields={"urgency": "long_term", "impact": "low"})
    assert now["grade"] == "P2", "the policy says P4 by now, so the person's P2 is the higher"
    assert said(now, "override")["before"] == "P4"


def test_labels_of_the_same_review_count_before_its_grade(desk):
    was = desk.post(OUTAGE)
    now = desk.review(was, fields={"urgency": "routine", "impact": "medium"}, grade="P4", **WHY)
    assert now["grade"] == "P4", "P3 by the new labels, and one step down waits for nobody"


def test_under_a_policy_that_asks_for_nobody_nothing_waits(desk):
    services = desk.service.services
    raw = services.policy.as_data() | {"version": 2, "overrides": {"second_person": None}}
    desk.service.app.state.services = replace(services, policy=Policy.of(raw))
    was = desk.post(OUTAGE)
    assert desk.review(was, grade="P4", **WHY)["grade"] == "P4"


def test_a_reviewer_may_not_confirm(desk):
    was = desk.review(desk.post(OUTAGE), grade="P2", **WHY)
    assert desk.second(was, "confirm", "bob").status_code == 403
    assert fields(desk.send(was, grade="P2")) == ["reason"]


def test_the_fairness_report_counts_what_people_said(desk):
    desk.review(desk.post(), fields={"urgency": "urgent", "impact": "high"})
    desk.review(desk.post(), grade="P2", **WHY)
    desk.post()
    told = desk.ask("GET", "/reports/fairness", "lea").json()
    counts = {grade: each["count"] for grade, each in told["total"]["grades"].items()}
    assert counts == {"P1": 1, "P2": 1, "P3": 0, "P4": 1}
    assert (told["outdated"], told["total"]["without_value"]["changed"]) == (0, 0)
