"""Two people, or one twice, at the same moment; and a long run of changes in which people always win."""

from __future__ import annotations

import random
from dataclasses import replace

from features.policy import Policy
from features.taxonomy import Taxonomy
from serving import regrade
from serving.jobs import housekeeping
from serving.store.review_tables import idempotency_keys
from serving.store.review_tables import reviews as review_rows
from tests.serving.asking import rows
from tests.serving.reviews.conftest import OUTAGE, at_once


def test_of_two_reviewers_on_one_version_exactly_one_is_kept(desk):
    for name in ("ann", "bob"):
        desk.called(name)
    for _ in range(3):
        was = desk.post()
        answers = at_once(
            lambda was=was: desk.send(was, "ann", fields={"type": "billing"}),
            lambda was=was: desk.send(was, "bob", fields={"type": "complaint"}),
        )
        assert sorted(each.status_code for each in answers) == [201, 412]
        winner = next(each.json() for each in answers if each.status_code == 201)
        loser = next(each.json() for each in answers if each.status_code == 412)
        assert loser["present"]["outcome"]["type"]["label"] == winner["outcome"]["type"]["label"]
        (kept,) = desk.read(was["id"], path="/reviews")["items"]
        assert kept["id"] == winner["review_id"]


def test_one_key_sent_many_times_at_once_is_one_review(desk):
    was = desk.post()
    headers = {"Idempotency-Key": "tap-tap"}
    answers = at_once(*[lambda: desk.send(was, fields={"type": "billing"}, headers=headers)] * 6)
    assert {each.status_code for each in answers} == {201}, [each.text for each in answers]
    assert len({each.json()["review_id"] for each in answers}) == 1
    assert (rows(desk.service, review_rows), rows(desk.service, idempotency_keys)) == (1, 1)


def test_of_two_leads_who_answer_an_override_at_once_one_does(desk):
    was = desk.review(desk.post(OUTAGE), grade="P3", reason="why not")
    answers = at_once(lambda: desk.second(was, "confirm", "lea"), lambda: desk.second(was, "reject", "leo"))
    assert sorted(each.status_code for each in answers) == [200, 412]


def test_a_review_and_a_customers_new_facts_at_once_both_count(desk):
    rich = {"revenue": 1e12, "contract_amount": 1e12, "as_of": "2026-03-01"}
    for number in range(3):
        customer = f"C{number}"
        was = desk.post(customer_id=customer)
        reviewed, told = at_once(
            lambda was=was: desk.send(was, fields={"urgency": "urgent", "impact": "medium"}),
            lambda customer=customer: desk.ask("PUT", f"/customers/{customer}", "lea", json=rich),
        )
        assert told.status_code == 201
        if reviewed.status_code == 412:  # the facts came first and made a version of their own
            desk.review(desk.read(was["id"]), fields={"urgency": "urgent", "impact": "medium"})
        regrade.look(desk.service.services)
        now = desk.read(was["id"])
        assert (now["grade"], now["customer"]["value"]) == ("P1", 100)


def test_through_any_run_of_changes_what_people_said_stands(desk):
    chance, services = random.Random(1), desk.service.services  # noqa: S311 - a seeded run of a test
    taxonomy, expected = Taxonomy.default(), {}
    was = desk.post(customer_id="C1")
    for step in range(15):
        event = chance.choice(["review", "review", "customer", "policy"])
        if event == "review":
            codes = chance.sample(sorted(taxonomy.fields), chance.randint(1, 4))
            labels = {code: chance.choice(taxonomy.fields[code].codes) for code in codes}
            was = desk.review(was, fields=labels)
            expected |= labels
        elif event == "customer":
            facts = {"revenue": chance.choice([1.0, 1e12]), "as_of": f"2026-03-{step + 1:02}"}
            desk.ask("PUT", "/customers/C1", "lea", json=facts)
        else:
            raw = services.policy.as_data()
            raw |= {"version": step + 2, "value": raw["value"] | {"from": chance.choice([0, 50, 100])}}
            services = replace(services, policy=Policy.of(raw))
            desk.service.app.state.services = services
            regrade.announce(services)
            regrade.look(services)
        was = desk.read(was["id"])
        judged = {code: each["label"] for code, each in was["outcome"].items() if each["source"] == "person"}
        assert judged == expected
        if {"urgency", "impact"} <= set(expected):
            cell = services.policy.matrix[expected["impact"]][expected["urgency"]]
            assert (was["reasons"][0]["grade"], was["reasons"][0]["urgency_by"]) == (cell.value, "person")


def test_a_key_is_forgotten_after_some_days_and_is_then_a_new_one(desk):
    was = desk.post()
    headers = {"Idempotency-Key": "once"}
    now = desk.review(was, fields={"type": "billing"}, headers=headers)
    housekeeping.run(desk.service.services, {})
    assert rows(desk.service, idempotency_keys) == 1
    desk.clock.forward(days=desk.service.services.settings.idempotency_days, seconds=1)
    housekeeping.run(desk.service.services, {})
    assert rows(desk.service, idempotency_keys) == 0
    assert desk.review(now, fields={"type": "change"}, headers=headers)["version"] == now["version"] + 1
