"""The page of models: versions, the verdict, both on the same rows, and who moved the champion and why."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from features import delivered, ledger, verdicts
from features.records import ModelReference
from tests.serving import recorded_models

MOST_BYTES = 100_000


@pytest.fixture
def service(start, settings):
    champion = ModelReference(name="triage", version="2")
    delivered.folder_of(settings.home, champion).mkdir(parents=True)
    delivered.point(settings.home, champion)
    address = "https://me:secret@mlflow.example"
    return start(replace(settings, model="models:/triage@champion", mlflow_uri=address))


@pytest.fixture
def number(service):
    key = service.headers("intake", name="mail")
    text = "Invoice 7 is wrong, call 13812345678 or write to an@example.com"
    return service.client.post("/v1/requests", json={"text": text}, headers=key).json()["id"]


@pytest.fixture
def recorded(settings, number):
    recorded_models.record(settings.home, [number, str(uuid.uuid4())])


def test_the_lead_sees_versions_verdict_sides_and_moves(browser, recorded, number):
    page = browser.sign_in("lead").get("/models").text
    assert '<span class="tag strong">Champion</span>' in page
    assert "The gate on version 3 against version 2" in page
    assert "&lt;b&gt;macro-F1&lt;/b&gt; of Type goes from 0.812 to 0.701." in page
    assert "Both right 150, only the champion 42, only the challenger 18, neither 30." in page
    assert "Promotion: version 1 → 2" in page
    assert "&lt;i&gt;better&lt;/i&gt; on urgency" in page
    assert "refused against version 1, promoted all the same" in page
    assert 'href="https://mlflow.example/#/experiments/7/runs/run3"' in page
    assert f'href="/requests/{number}"' in page
    assert "This request is no longer stored." in page
    assert ("secret" in page, "13812345678" in page, "an@example.com" in page) == (False, False, False)


def test_it_is_in_chinese_where_that_is_read(browser, recorded):
    browser.language = "zh"
    page = browser.sign_in("lead").get("/models").text
    assert "未通过：保留现用版本。" in page
    assert "提升：版本 1 → 2" in page
    assert "models." not in page.split("<main")[1].replace("triage models", "")


def test_another_version_is_asked_for_by_its_number(browser, recorded):
    page = browser.sign_in("lead").get("/models?version=2").text
    assert "Version 2 was not judged" in page
    for strange in ("../../x", "99", "<b>"):
        assert browser.get(f"/models?version={strange}").status_code == 200


@pytest.mark.parametrize(("role", "status"), [("reviewer", 403), ("scientist", 200), ("admin", 200)])
def test_it_is_for_whoever_reads_reports(browser, recorded, role, status):
    assert browser.sign_in(role).get("/models").status_code == status


def test_without_a_record_it_says_how_one_is_made(browser):
    page = browser.sign_in("lead").get("/models").text
    assert "Nothing is recorded of the model triage on this disk yet" in page


def test_the_longest_page_fits(browser, service, settings):
    key = service.headers("intake", name="mail")
    items = [{"text": f"{i:02} " + "账单金额和合同不一致请尽快核对" * 40} for i in range(60)]
    made = service.client.post("/v1/requests:batch", json={"items": items}, headers=key).json()
    recorded_models.record(settings.home, [each["id"] for each in made["items"]])
    page = browser.sign_in("lead").get("/models")
    assert page.text.count('class="soft">Type · people said') == len(items)
    assert len(page.content) <= MOST_BYTES


def test_a_damaged_file_is_named_and_nothing_else_breaks(browser, recorded, settings):
    verdicts.path_of(settings.home, ModelReference(name="triage", version="3")).write_text("{", "utf-8")
    browser.sign_in("lead")
    assert browser.get("/models").status_code == 503
    assert browser.get("/models?version=2").status_code == 200


def test_the_api_tells_the_same(service, recorded, number):
    told = service.client.get("/v1/models", headers=service.headers("lead")).json()
    assert [each["standing"] for each in told["versions"]] == ["challenger", "champion", None]
    assert told["versions"][0]["gate"] == {"result": "refused", "against": "2"}
    assert [each["reason"] for each in told["moves"]] == ["<i>better</i> on urgency", "the first version"]
    verdict = told["verdict"]
    assert (verdict["result"], verdict["tests"][0]["challenger"]) == ("refused", "0.701")
    first, gone = verdict["examples"]
    assert (first["request_id"], "13812345678" in first["excerpt"]) == (number, False)
    assert gone["excerpt"] is None
    chinese = service.headers("lead") | {"Accept-Language": "zh"}
    assert (
        service.client.get("/v1/models", headers=chinese).json()["verdict"]["sentences"][0].startswith("未")
    )


def test_what_is_recorded_is_read_again(tmp_path):
    recorded_models.record(tmp_path, ["a"])
    kept = ledger.load(tmp_path, "triage")
    ledger.save(kept, tmp_path, name="triage")
    assert ledger.load(tmp_path, "triage") == kept
