"""Regrading: what a change of a customer or of the policy does to open requests, and what it keeps."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from unittest.mock import ANY

import pytest
from sqlalchemy import func, insert, select, update

from features.policy import Policy
from features.taxonomy import LANGUAGES
from serving import regrade
from serving.services import build
from serving.store import regrading
from serving.store import requests as stored_requests
from serving.store.tables import assessments, policies
from serving.store.tables import customers as customer_rows
from serving.store.tables import requests as request_rows

RICH = {"revenue": 1e12, "contract_amount": 1e12, "as_of": "2026-03-01"}
POOR = {"revenue": 1, "contract_amount": 1, "as_of": "2026-03-02"}
QUESTION = "How do I reset it?"


@pytest.fixture
def lead(service):
    return service.headers("lead", name="ann")


def put(service, headers, number="C1", **facts):
    return service.client.put(f"/v1/customers/{number}", json=facts, headers=headers)


def post(service, headers, **more):
    return service.client.post("/v1/requests", json={"text": QUESTION, **more}, headers=headers).json()


def read(service, headers, number, path=""):
    answer = service.client.get(f"/v1/requests/{number}{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def history(service, headers, number):
    return read(service, headers, number, "/history")["items"]


def count(service, table=assessments):
    with service.services.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def other_policy(services, *, lifts_from=80, **changes):
    """The services of a later start with another policy: version 2, the lift from another value."""
    raw = services.policy.as_data()
    raw["version"] = 2
    raw["value"] = raw["value"] | {"from": lifts_from, **changes}
    return replace(services, policy=Policy.of(raw))


def store_many(service, lead, number, *, customer_id="C1"):
    """As many open requests as wanted, made from one."""
    first = post(service, lead, customer_id=customer_id)
    store = service.services.store
    with store.write() as connection:
        row = connection.execute(select(request_rows).where(request_rows.c.id == first["id"])).one()._asdict()
        words = connection.execute(select(stored_requests.request_words)).first()._asdict()
        made = (
            connection.execute(select(assessments).where(assessments.c.id == first["assessment_id"]))
            .one()
            ._asdict()
        )
        ids = [service.services.tools.new_id() for _ in range(2 * (number - 1))]
        pairs = list(zip(ids[::2], ids[1::2], strict=True))
        connection.execute(insert(request_rows), [row | {"id": a, "assessment_id": b} for a, b in pairs])
        connection.execute(
            insert(stored_requests.request_words), [words | {"request_id": a} for a, _ in pairs]
        )
        connection.execute(insert(assessments), [made | {"id": b, "request_id": a} for a, b in pairs])
    return first


def test_a_customers_new_facts_regrade_its_open_requests_with_a_reason(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    other = post(service, lead)
    put(service, lead, **RICH)
    now = read(service, lead, was["id"])
    assert (was["grade"], now["grade"]) == ("P4", "P3")
    assert now["version"] == was["version"] + 1
    assert now["assessment_id"] != was["assessment_id"]
    assert now["fields"] == was["fields"]
    assert now["reasons"][-1] == {
        "code": "regraded",
        "text": "Regraded since the customer changed: P4 became P3.",
        "cause": "customer",
        "before": "P4",
        "after": "P3",
    }
    assert now["respond_by"] < was["respond_by"], "it counts from the receipt, with the better promise"
    assert read(service, lead, other["id"])["version"] == other["version"]


def test_facts_that_change_nothing_make_no_new_assessment(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    put(service, lead, **POOR)
    assert read(service, lead, was["id"]) == was | {"request": ANY}
    assert count(service) == 1


def test_a_new_tier_is_told_even_where_the_grade_stays(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    put(service, lead, **POOR, tier="gold")
    now = read(service, lead, was["id"])
    assert (now["customer"]["tier"], now["grade"]) == ("gold", was["grade"])
    assert now["reasons"][-1]["text"] == "Regraded since the customer changed: still P4."


def test_trusted_facts_that_came_with_the_request_outlast_the_stored_ones(service, lead):
    was = post(service, lead, customer_id="C1", customer=POOR)
    put(service, lead, **RICH)
    assert read(service, lead, was["id"])["assessment_id"] == was["assessment_id"]


def test_a_customer_told_for_the_first_time_regrades_what_waited_for_it(service, lead):
    was = post(service, lead, customer_id="C1")
    assert was["customer"] is None
    put(service, lead, **RICH)
    assert read(service, lead, was["id"])["customer"]["value"] == 100


def test_in_bulk_too(service, lead):
    was = [post(service, lead, customer_id=number) for number in ("C1", "C2")]
    items = [{"id": "C1", **RICH}, {"id": "C2", **RICH}]
    service.client.post("/v1/customers:bulk", json={"items": items}, headers=lead)
    assert [read(service, lead, each["id"])["grade"] for each in was] == ["P3", "P3"]


def test_a_customer_with_many_open_requests_is_left_to_the_sweep(service, lead):
    put(service, lead, **POOR)
    first = store_many(service, lead, regrade.AT_ONCE + regrade.BATCH + 1)
    put(service, lead, **RICH)
    assert read(service, lead, first["id"])["grade"] == "P4"
    service.app.state.workers.sweep.look()
    assert read(service, lead, first["id"])["grade"] == "P3"
    assert count(service) == 2 * (regrade.AT_ONCE + regrade.BATCH + 1)
    assert regrade.look(service.services) == 0
    with service.services.store.read() as connection:
        assert regrading.due(connection, limit=9) == []


def test_facts_told_between_the_reading_of_a_batch_and_its_writing_win(service, lead):
    put(service, lead, **POOR)
    first = store_many(service, lead, regrade.AT_ONCE + 1)
    put(service, lead, **RICH)
    with service.services.store.read() as connection:
        batch = regrading.of_customer(connection, "C1", 2, limit=regrade.BATCH)
        outcomes = regrade._outcomes(service.services, connection, batch)
    put(service, lead, **POOR, tier="late")
    with service.services.store.write() as connection:
        assert len(regrading.keep(connection, outcomes)) == len(batch)
    regrade.look(service.services)
    assert read(service, lead, first["id"])["customer"]["tier"] == "late"


def test_what_another_process_regraded_first_is_left_alone(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    services = other_policy(service.services, lifts_from=0)
    with services.store.read() as connection:
        batch = regrading.under_other_policies(connection, services.policy.hash, limit=9)
        outcomes = regrade._outcomes(services, connection, batch)
    regrade.announce(services)
    assert regrade.look(services) == 1
    with services.store.write() as connection:
        assert regrading.keep(connection, outcomes) == []
    assert len(history(service, lead, was["id"])) == 2


def test_two_processes_regrading_at_once_make_one_assessment_each(service, lead, settings):
    put(service, lead, **POOR)
    store_many(service, lead, 500)
    one = other_policy(service.services, lifts_from=0)
    two = replace(build(settings), policy=one.policy)
    two.engine.use(service.model)
    regrade.announce(one)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(regrade.look, [one, two]))
    two.store.close()
    assert sum(done) == 500
    assert count(service) == 1000
    with service.services.store.read() as connection:
        versions = connection.execute(select(request_rows.c.version).distinct()).scalars().all()
    assert versions == [3]


def test_a_new_policy_regrades_open_requests_and_every_assessment_is_kept(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    services = other_policy(service.services, lifts_from=0)
    regrade.announce(services)
    assert regrade.look(services) == 1
    now = read(service, lead, was["id"])
    assert (now["grade"], now["policy_version"], now["version"]) == ("P3", 2, was["version"] + 1)
    assert now["reasons"][-1]["text"] == "Regraded since the policy changed: P4 became P3."
    assert count(service) == 2
    assert regrade.look(services) == 0


def test_a_policy_that_says_the_same_makes_no_new_assessment(service, lead):
    post(service, lead)
    services = other_policy(service.services)
    regrade.announce(services)
    assert regrade.look(services) == 0
    with services.store.read() as connection:
        assert regrading.under_other_policies(connection, services.policy.hash, limit=9) == []


def test_an_older_service_that_still_runs_does_not_turn_grades_back(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    later = other_policy(service.services, lifts_from=0)
    regrade.announce(later)
    regrade.look(later)
    assert regrade.look(service.services) == 0
    put(service, lead, **RICH)
    assert read(service, lead, was["id"])["policy_version"] == 2
    assert regrade.look(later) == 1
    assert read(service, lead, was["id"])["customer"]["value"] == 100


def test_a_service_says_once_which_policy_is_in_force_and_again_when_it_is_the_old_one(service):
    services = service.services
    later = other_policy(services, lifts_from=0)
    for each in (services, services, later, later, services):
        regrade.announce(each)
    with services.store.read() as connection:
        kept = connection.execute(select(policies).order_by(policies.c.number)).all()
    assert [row.version for row in kept] == [1, 2, 1]
    assert Policy.of(kept[1].body).hash == later.policy.hash


def test_the_running_service_regrades_by_itself_after_a_restart_with_another_policy(
    start, settings, tmp_path
):
    import yaml

    before = start(settings)
    headers = before.headers("lead", name="ann")
    put(before, headers, **POOR)
    was = post(before, headers, customer_id="C1")
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(other_policy(before.services, lifts_from=0).policy.as_data()), "utf-8")
    after = start(replace(settings, policy=path, sweep_seconds=0.05))
    deadline = time.monotonic() + 20
    while read(after, headers, was["id"])["grade"] != "P3":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_customer_that_changes_while_a_request_is_assessed_counts_as_it_is_at_the_end(service, lead):
    put(service, lead, **POOR)
    service.model.held = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(post, service, lead, customer_id="C1")
        deadline = time.monotonic() + 10
        while not service.model.asked:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        put(service, lead, **RICH)
        service.model.held.set()
        made = coming.result()
    assert (made["grade"], made["customer"]["value"]) == ("P3", 100)
    assert read(service, lead, made["id"])["grade"] == "P3"
    assert [each["why"] for each in history(service, lead, made["id"])] == ["received"]


def test_a_request_that_the_new_policy_cannot_grade_keeps_its_grade_and_no_other_waits(service, lead):
    put(service, lead, "C1", revenue=1e12, currency="JPY", as_of="2026-03-01")
    put(service, lead, "C2", **POOR)
    odd, plain = (post(service, lead, customer_id=number) for number in ("C1", "C2"))
    rates = {code: rate for code, rate in service.services.policy.value.currencies.items() if code != "JPY"}
    later = other_policy(service.services, lifts_from=0, currencies=rates)
    regrade.announce(later)
    assert regrade.look(later) == 1
    assert read(service, lead, odd["id"])["assessment_id"] == odd["assessment_id"]
    assert read(service, lead, plain["id"])["grade"] == "P3"


def test_an_erased_request_keeps_its_grade(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    with service.services.store.write() as connection:
        connection.execute(stored_requests.request_words.delete())
    put(service, lead, **RICH)
    assert read(service, lead, was["id"])["assessment_id"] == was["assessment_id"]


def test_requests_stored_before_bases_were_kept_are_looked_at_once(service, lead):
    was = post(service, lead)
    with service.services.store.write() as connection:
        connection.execute(update(request_rows).values(policy_hash="", facts_version=0))
    assert regrade.look(service.services) == 0
    with service.services.store.read() as connection:
        kept = stored_requests.get(connection, was["id"])
    assert kept.basis.policy_hash == service.services.policy.hash
    assert kept.version == was["version"]


def test_without_a_model_a_change_waits_for_one(service, lead, monkeypatch):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1")
    monkeypatch.setattr(service.services.engine, "_model", None)
    put(service, lead, **RICH)
    assert regrade.look(service.services) == 0
    monkeypatch.undo()
    assert regrade.look(service.services) == 1
    assert read(service, lead, was["id"])["grade"] == "P3"


def test_the_history_is_told_oldest_first_with_the_cause(service, lead):
    put(service, lead, **POOR)
    was = post(service, lead, customer_id="C1", locale="zh")
    later = other_policy(service.services, lifts_from=0)
    regrade.announce(later)
    regrade.look(later)
    put(service, lead, **RICH)
    regrade.look(later)
    whole = read(service, lead, was["id"], "/history")
    assert (whole["id"], whole["version"], whole["status"]) == (was["id"], 4, "open")
    told = whole["items"]
    assert [each["why"] for each in told] == ["received", "regraded", "regraded"]
    assert [each["cause"] for each in told] == [None, "policy", "customer"]
    assert [each["policy_version"] for each in told] == [1, 2, 2]
    assert told[0]["assessment_id"] == was["assessment_id"]
    assert told[0]["reasons"] == was["reasons"]
    assert told[1]["reasons"][-1]["text"] == "因定级策略变化重新定级：由 P4 调整为 P3。"
    assert told[2]["reasons"][-1]["text"] == "因客户信息变化重新评估：仍为 P3。"
    assert [each["at"] for each in told] == sorted(each["at"] for each in told)


def test_an_untrusted_key_learns_from_the_history_nothing_of_the_customer(service, lead):
    web = service.headers(name="web")
    put(service, lead, **POOR)
    was = post(service, web, customer_id="C1")
    put(service, lead, **RICH)
    told = history(service, web, was["id"])
    assert [(each["why"], each["cause"], each["score"], each["customer"]) for each in told] == [
        ("received", None, None, None),
        ("regraded", None, None, None),
    ]
    codes = {reason["code"] for each in told for reason in each["reasons"]}
    assert not codes & {"regraded", "value", "value_no_lift", "score"}
    assert "regraded" not in {reason["code"] for reason in read(service, web, was["id"])["reasons"]}


def test_another_sources_history_is_a_404(service, lead):
    made = post(service, lead)
    for headers, number in ((service.headers(name="web"), made["id"]), (lead, "x")):
        assert service.client.get(f"/v1/requests/{number}/history", headers=headers).status_code == 404


def test_a_request_that_waits_has_an_empty_history(service, lead):
    service.model.broken = True
    waiting = post(service, lead)
    assert history(service, lead, waiting["id"]) == []


def test_loaded_sample_customers_regrade_what_waits_for_them(service, lead, tmp_path):
    from serving import samples

    was = post(service, lead, customer_id="C1")
    (tmp_path / "requests.csv").write_text("id,text\n1,hello\n", "utf-8")
    (tmp_path / "customers.csv").write_text("id,revenue,contract_amount\nC1,1e12,1e12\n", "utf-8")
    samples.load(service.services, tmp_path)
    assert read(service, lead, was["id"])["grade"] == "P3"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", ["customer", "policy"])
@pytest.mark.parametrize("before", ["P2", "P3"])
def test_the_reason_is_a_sentence_in_both_languages(service, language, cause, before):
    from features.records import Reason

    services = service.services
    reason = Reason(code="regraded", numbers={"cause": cause, "before": before, "after": "P3"})
    said = services.wording.sentence(
        reason, language=language, taxonomy=services.taxonomy, policy=services.policy
    )
    assert said.endswith("。" if language == "zh" else ".")
    assert "P3" in said
    assert ("P2" in said) == (before == "P2")


def test_a_customer_is_due_until_nothing_of_it_is_stale(service, lead):
    put(service, lead, **POOR)
    store_many(service, lead, regrade.AT_ONCE + 1)
    put(service, lead, **RICH)
    with service.services.store.read() as connection:
        assert connection.execute(select(customer_rows.c.regrade_due)).scalar_one() is True
    regrade.look(service.services, stop=lambda: True)
    with service.services.store.read() as connection:
        assert regrading.due(connection, limit=9) == ["C1"]
