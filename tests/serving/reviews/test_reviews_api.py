"""Reviews over HTTP: what a person said counts, is kept, and what is wrong with one is told."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from features.policy import Policy
from features.taxonomy import Taxonomy
from serving import regrade
from serving.store.review_tables import review_words
from serving.store.tables import request_words
from tests.serving.asking import fields, rows
from tests.serving.reviews.conftest import OUTAGE

ALL = {"type": "question", "urgency": "routine", "impact": "low", "difficulty": "moderate"}
WRONG = [
    ({"fields": {"mood": "bad"}}, "fields.mood"),
    ({"fields": {"urgency": "soon"}}, "fields.urgency"),
    ({"fields": {"urgency": ""}}, "fields.urgency"),
    ({}, "fields"),
    ({"note": "hm"}, "fields"),
    ({"grade": "P2"}, "reason"),
    ({"grade": "P2", "reason": " "}, "reason"),
    ({"grade": "P9", "reason": "x"}, "grade"),
    ({"grade": "P2", "reason": "x", "purpose": "second"}, "grade"),
    ({"fields": ALL, "purpose": "blind"}, "shown"),
    ({"fields": ALL, "purpose": "fun"}, "purpose"),
    ({"fields": ALL, "shown": "yes"}, "shown"),
    ({"fields": ALL, "seconds": -1}, "seconds"),
    ({"fields": ALL, "assessment_id": "nothing"}, "assessment_id"),
    ({"fields": ALL, "assessment_id": None}, "assessment_id"),
    ({"fields": ALL, "mood": 1}, "mood"),
]
"""A body of a review, and the field that is wrong with it."""


def test_a_corrected_label_counts_with_certainty_and_the_request_is_graded_anew(desk):
    was = desk.post()
    now = desk.review(was, fields={"urgency": "urgent", "impact": "high", "type": "question"})
    assert (was["grade"], now["grade"]) == ("P4", "P1")
    assert (now["version"], now["fields"]) == (was["version"] + 1, was["fields"])
    assert now["assessment_id"] != was["assessment_id"]
    assert now["outcome"]["urgency"] == {"label": "urgent", "source": "person", "by": "ann"}
    assert now["outcome"]["difficulty"] == {"label": "moderate", "source": "prediction"}
    assert "said by a person" in now["reasons"][0]["text"]
    assert now["grade_probabilities"]["P1"] == 1.0
    assert desk.read(now["id"])["outcome"] == now["outcome"]


def test_the_response_carries_the_version_as_etag_wherever_a_request_is_answered(desk):
    headers = desk.called("ann")
    made = desk.service.client.post("/v1/requests", json={"text": "hi"}, headers=headers)
    was = made.json()
    read = desk.ask("GET", f"/requests/{was['id']}")
    reviewed = desk.send(was, fields=ALL)
    assert [each.headers["ETag"] for each in (made, read, reviewed)] == ['"2"', '"2"', '"3"']


def test_confirming_all_fields_leaves_nothing_to_review_and_the_labels_as_they_were(desk):
    was = desk.post()
    now = desk.review(was, fields=ALL, seconds=4.5, note="looked twice")
    assert {code: each["label"] for code, each in now["outcome"].items()} == ALL
    assert {each["source"] for each in now["outcome"].values()} == {"person"}
    (kept,) = desk.read(was["id"], path="/reviews")["items"]
    assert kept["fields"] == ALL
    assert (kept["by"], kept["role"], kept["purpose"], kept["shown"]) == ("ann", "reviewer", "work", True)
    assert (kept["seconds"], kept["note"], kept["version"]) == (4.5, "looked twice", now["version"])
    assert kept["assessment_id"] == was["assessment_id"]
    assert (kept["grade"], kept["override"], kept["selection_probability"]) == (None, None, None)


def test_history_tells_the_review_and_the_assessment_it_came_to(desk):
    was = desk.post()
    now = desk.review(was, fields={"impact": "high"})
    told = desk.read(was["id"], path="/history")
    assert [(each["why"], each["cause"]) for each in told["items"]] == [
        ("received", None),
        ("reviewed", "review"),
    ]
    assert told["items"][-1]["assessment_id"] == now["assessment_id"]
    assert [each["id"] for each in told["reviews"]] == [now["review_id"]]


def test_a_system_sees_what_counts_but_neither_who_said_it_nor_the_reviews(desk):
    desk.called("web", "intake")
    answer = desk.ask("POST", "/requests", "web", json={"text": "hi"})
    was = answer.json()
    desk.review(was, fields={"type": "billing"}, note="secret")
    seen = desk.read(was["id"], "web")
    assert seen["outcome"]["type"] == {"label": "billing", "source": "person"}
    assert "reviews" not in desk.read(was["id"], "web", path="/history")
    assert desk.ask("GET", f"/requests/{was['id']}/reviews", "web").status_code == 403


def test_a_second_review_is_kept_and_compared_only(desk):
    was = desk.review(desk.post(), fields={"type": "billing"})
    now = desk.review(was, "bob", fields={"type": "complaint"}, purpose="second", shown=False)
    assert now["outcome"]["type"] == {"label": "billing", "source": "person", "by": "ann"}
    assert (now["version"], now["assessment_id"]) == (was["version"] + 1, was["assessment_id"])
    assert len(desk.read(was["id"], path="/reviews")["items"]) == 2


def test_an_adjudication_outlasts_later_work_and_only_a_lead_adjudicates(desk):
    was = desk.post()
    refused = desk.send(was, fields={"type": "billing"}, purpose="adjudication")
    assert (refused.status_code, fields(refused)) == (403, ["purpose"])
    was = desk.review(was, "lea", fields={"type": "billing"}, purpose="adjudication")
    now = desk.review(was, fields={"type": "complaint"})
    assert now["outcome"]["type"] == {"label": "billing", "source": "adjudication", "by": "lea"}


def test_a_blind_review_counts_until_somebody_works_the_request(desk):
    was = desk.review(desk.post(), fields={"type": "billing"}, purpose="blind", shown=False)
    assert was["outcome"]["type"]["label"] == "billing"
    now = desk.review(was, "bob", fields={"type": "complaint"})
    assert now["outcome"]["type"] == {"label": "complaint", "source": "person", "by": "bob"}


def test_an_old_version_is_refused_with_the_request_as_it_stands(desk):
    was = desk.post()
    now = desk.review(was, fields={"type": "billing"})
    answer = desk.send(was, "bob", fields={"type": "complaint"})
    assert answer.status_code == 412
    present = answer.json()["present"]
    assert (present["version"], present["outcome"]["type"]["label"]) == (now["version"], "billing")
    assert answer.headers["ETag"] == f'"{now["version"]}"'
    assert len(desk.read(was["id"], path="/reviews")["items"]) == 1


def test_without_if_match_it_is_a_428_and_a_wrong_one_is_told(desk):
    was = desk.post()
    body = {"fields": ALL, "assessment_id": was["assessment_id"], "shown": True, "purpose": "work"}
    path = f"/requests/{was['id']}/reviews"
    assert desk.ask("POST", path, json=body).status_code == 428
    for wrong in ("2", "*", '"two"', '"2" "3"'):
        answer = desk.ask("POST", path, json=body, headers={"If-Match": wrong})
        assert (answer.status_code, fields(answer)) == (422, ["If-Match"]), wrong
    weak = desk.ask("POST", path, json=body, headers={"If-Match": '"1", W/"2"'})
    assert weak.status_code == 201, "a proxy that compresses makes a tag weak"


def test_what_is_wrong_with_a_review_is_told_with_its_field_and_nothing_is_kept(desk):
    was = desk.post()
    for body, field in WRONG:
        answer = desk.send(was, **body)
        assert answer.status_code == 422, (body, answer.text)
        assert fields(answer)[0].startswith(field), (body, answer.text)
    assert desk.read(was["id"])["version"] == was["version"]


def test_an_assessment_of_another_request_is_refused(desk):
    other, was = desk.post(), desk.post()
    answer = desk.send(was, fields=ALL, assessment_id=other["assessment_id"])
    assert fields(answer) == ["assessment_id"]


def test_a_retired_label_is_refused_and_a_former_name_taken_by_its_present_one(desk):
    raw = Taxonomy.default().as_data()
    raw["fields"]["type"]["labels"]["billing"]["retired"] = True
    raw["fields"]["type"]["labels"]["complaint"]["aliases"] = ["grumble"]
    desk.service.model.taxonomy = Taxonomy.of(raw)
    was = desk.post()
    refused = desk.send(was, fields={"type": "billing"})
    assert fields(refused) == ["fields.type"]
    assert "retired" in refused.json()["detail"]
    assert desk.review(was, fields={"type": "grumble"})["outcome"]["type"]["label"] == "complaint"


def test_a_request_that_is_not_there_waits_or_was_erased_is_not_reviewed(desk):
    was = desk.post()
    gone = was | {"id": "00000000-0000-7000-8000-000000000000"}
    assert desk.send(gone, fields=ALL).status_code == 404
    with desk.service.services.store.write() as connection:
        connection.execute(request_words.delete().where(request_words.c.request_id == was["id"]))
    assert desk.send(was, fields=ALL).status_code == 409
    desk.service.model.broken = True
    waits = desk.ask("POST", "/requests", json={"text": "hi"}).json()
    assert desk.send(waits, fields=ALL, assessment_id="none").status_code == 409


def test_before_there_is_a_model_nothing_can_be_judged(desk):
    was = desk.post()
    desk.service.services.engine._model = None
    answer = desk.send(was, fields=ALL)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_the_same_key_again_is_one_review_though_the_version_moved_on(desk):
    was = desk.post()
    headers = {"Idempotency-Key": "form-7"}
    first = desk.send(was, fields=ALL, headers=headers)
    again = desk.send(was, fields=ALL, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(desk.read(was["id"], path="/reviews")["items"]) == 1


def test_a_key_used_for_something_else_is_refused_and_another_callers_is_another(desk):
    was = desk.post()
    headers = {"Idempotency-Key": "form-7"}
    now = desk.review(was, fields=ALL, headers=headers)
    other = desk.send(was, fields={"type": "billing"}, headers=headers)
    assert (other.status_code, fields(other)) == (422, ["Idempotency-Key"])
    assert "another body" in other.json()["detail"]
    elsewhere = desk.send(desk.post(), fields=ALL, headers=headers)
    assert fields(elsewhere) == ["Idempotency-Key"]
    assert desk.send(now, "bob", fields=ALL, headers=headers).status_code == 201
    assert fields(desk.send(now, fields=ALL, headers={"Idempotency-Key": "x" * 256})) == ["Idempotency-Key"]


def test_a_refused_review_leaves_its_key_free(desk):
    was = desk.post()
    headers = {"Idempotency-Key": "form-7"}
    now = desk.review(was, fields={"type": "billing"})
    assert desk.send(was, fields=ALL, headers=headers).status_code == 412
    assert desk.send(now, fields=ALL, headers=headers).status_code == 201


def test_neither_a_policy_nor_a_customer_overwrites_what_a_person_said(desk):
    was = desk.post(customer_id="C1")
    now = desk.review(was, fields={"urgency": "urgent", "impact": "medium", "type": "billing"})
    assert now["grade"] == "P2"
    rich = {"revenue": 1e12, "contract_amount": 1e12, "as_of": "2026-03-01"}
    desk.ask("PUT", "/customers/C1", "lea", json=rich)
    lifted = desk.read(was["id"])
    assert (lifted["grade"], lifted["outcome"]) == ("P1", now["outcome"])
    services = desk.service.services
    raw = services.policy.as_data() | {"version": 2}
    raw["matrix"]["medium"]["urgent"] = "P3"
    raw["matrix"]["low"]["urgent"] = "P4"
    raw["matrix"]["high"]["urgent"] = "P2"
    raw["matrix"]["high"]["routine"] = "P3"
    raw["matrix"]["medium"]["routine"] = "P4"
    raw["floors"] = []
    later = replace(services, policy=Policy.of(raw))
    regrade.announce(later)
    assert regrade.look(later) == 1
    after = desk.read(was["id"])
    assert (after["grade"], after["outcome"]) == ("P2", now["outcome"]), "P3 of the new cell, lifted"
    assert after["reasons"][0]["urgency_by"] == "person"


def test_a_review_under_the_same_facts_keeps_the_value_as_of_then(desk):
    rich = {"revenue": 1e12, "contract_amount": 1e12, "as_of": "2026-03-01"}
    desk.ask("PUT", "/customers/C1", "lea", json=rich)
    was = desk.post(customer_id="C1")
    for number in range(2, 30):  # enough customers for a scale of their own
        desk.ask("PUT", f"/customers/C{number}", "lea", json=rich | {"revenue": 1e15})
    now = desk.review(was, fields={"type": "billing"})
    assert now["customer"] == was["customer"]


def test_words_of_a_review_stand_apart_and_can_be_erased(desk):
    was = desk.post(OUTAGE)
    desk.review(was, fields=ALL, note="call Mr Li", reason="as he said")
    with desk.service.services.store.write() as connection:
        assert connection.execute(select(review_words.c.note, review_words.c.reason)).one() == (
            "call Mr Li",
            "as he said",
        )
        connection.execute(review_words.delete())
    (kept,) = desk.read(was["id"], path="/reviews")["items"]
    assert (kept["note"], kept["reason"], kept["fields"]) == (None, None, ALL)
    assert rows(desk.service, review_words) == 0
