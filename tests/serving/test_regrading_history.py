"""The history of a regraded request, to whom it is told, and the sentence that says so."""

from __future__ import annotations

import pytest

from features.taxonomy import LANGUAGES
from serving import regrade
from tests.serving.regraded import POOR, RICH, history, other_policy, post, put, read


@pytest.fixture
def lead(service):
    return service.headers("lead", name="ann")


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
