"""The page of reviews that are set aside: what a lead judges by, and the form that releases them."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

import pytest

from features import delivered
from features.records import ModelReference
from serving import erase
from serving.audit import SERVICE
from serving.pages.quarantine_view import FIRST, PAGE
from tests.serving.set_aside_reviews import Held, hold

MOST_BYTES = 100_000
REASON = "They call <b>returns</b> complaints now."


@pytest.fixture
def service(start, settings):
    champion = ModelReference(name="triage", version="2")
    delivered.folder_of(settings.home, champion).mkdir(parents=True)
    delivered.point(settings.home, champion)
    return start(replace(settings, model="models:/triage@champion"))


@pytest.fixture
def reviewed(service):
    """Lets requests come in and be called complaints; request and review of each."""
    mail, ann = service.headers("intake", name="mail"), service.headers("reviewer", name="ann <i>")

    def come_in(*texts: str) -> list[tuple[str, str]]:
        items = [{"text": each} for each in texts]
        made = service.client.post("/v1/requests:batch", json={"items": items}, headers=mail).json()
        return [(each["id"], review(service, ann, each["id"], "complaint")) for each in made["items"]]

    return come_in


def review(service, headers, number: str, label: str) -> str:
    was = service.client.get(f"/v1/requests/{number}", headers=headers).json()
    body = {
        "fields": {"type": label},
        "assessment_id": was["assessment_id"],
        "shown": True,
        "purpose": "work",
    }
    sent = headers | {"If-Match": f'"{was["version"]}"'}
    made = service.client.post(f"/v1/requests/{number}/reviews", json=body, headers=sent)
    assert made.status_code == 201, made.text
    return str(made.json()["review_id"])


def released(browser, batch: str, reason: str = REASON, **more: str):
    return browser.post(f"/quarantine/{batch}/release", {"csrf": browser.csrf, "reason": reason} | more)


def main(page: str) -> str:
    return page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            (
                "Type: Question → Complaint",
                "Predicted <b>Question</b>",
                "2 are set aside",
                "Release 2 reviews",
            ),
        ),
        ("zh", ("类型：咨询 → 投诉", "模型判为 <b>咨询</b>", "有 2 次核对暂不学习", "放行这 2 次核对")),
    ],
)
def test_a_lead_sees_what_was_said_beside_what_was_predicted(browser, reviewed, settings, language, told):
    (number, one), (_, other) = reviewed("<script>alert(1)</script> call 13812345678", "How do I?")
    hold(settings.home, Held(id="b1", reviews=[one, other]))
    browser.language = language
    page = browser.sign_in("lead").get("/quarantine").text
    for words in told:
        assert words in page
    assert f'href="/requests/{number}"' in page
    assert "ann &lt;i&gt;" in page
    assert ("<script>alert" in page, "13812345678" in page) == (False, False)
    assert "quarantine." not in re.sub(r'(href|action)="[^"]*"', "", main(page))


def test_a_batch_is_released_with_a_reason_and_stands_below(browser, reviewed, settings):
    ((number, one),) = reviewed("How do I?")
    kept = hold(settings.home, Held(id="b1", reviews=[one]))
    browser.sign_in("lead")
    answer = released(browser, "b1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/quarantine?done=b1")
    assert kept.held() == set()
    page = browser.get("/quarantine?done=b1").text
    assert "the next retraining learns from these 1 reviews" in page
    assert "<q>They call &lt;b&gt;returns&lt;/b&gt; complaints now.</q>" in page
    assert "No review that triage learns from waits" in page
    assert (f"/requests/{number}" in page, "<button" in main(page)) == (False, False)
    assert f"/requests/{number}" in browser.get("/quarantine?batch=b1").text


def test_what_cannot_be_released_is_told_on_the_page(browser, settings):
    kept = hold(settings.home, Held(id="b1", reviews=["r1"]))
    browser.sign_in("lead")
    long = released(browser, "b1", "x" * 2001)
    assert (long.status_code, 'value="xxx' in long.text) == (422, True)
    for batch, reason, status in (("b1", "  ", 422), ("zzz", "right", 404)):
        answer = released(browser, batch, reason)
        assert (answer.status_code, 'role="alert"' in answer.text) == (status, True)
    assert released(browser, "b1", csrf="another's").status_code == 403
    assert (
        browser.post("/quarantine/b1/release", {"csrf": browser.csrf}, Origin="http://evil").status_code
        == 403
    )
    assert kept.held() == {"r1"}
    assert [released(browser, "b1").status_code for _ in range(2)] == [303, 409]


@pytest.mark.parametrize(
    ("role", "read", "release"), [("reviewer", 403, 403), ("scientist", 200, 403), ("admin", 200, 303)]
)
def test_a_scientist_reads_and_releases_nothing(browser, settings, role, read, release):
    hold(settings.home, Held(id="b1", reviews=["r1"]))
    page = browser.sign_in(role).get("/quarantine")
    assert (page.status_code, 'name="reason"' in page.text) == (read, release == 303)
    assert released(browser, "b1").status_code == release


def test_what_was_erased_replaced_taken_back_or_is_gone_breaks_nothing(service, browser, reviewed, settings):
    erased, again, back = reviewed("first words", "second words", "third words")
    lead = service.headers("lead", name="lea")
    review(service, lead, again[0], "billing")
    hold(settings.home, Held(id="b1", reviews=[erased[1], again[1], back[1], str(uuid.uuid4()), "no id"]))
    erase.erase_request(service.services, erased[0], actor=SERVICE, reason="asked for")
    page = browser.sign_in("lead").get("/quarantine").text
    assert "first words" not in page
    assert "Counts now: Billing, by lea" in page
    assert "2 of these are no longer stored." in page
    assert "Release 5 reviews" in page
    assert "third words" in page


def test_of_hundreds_of_reviews_a_few_are_shown_and_the_others_page_by_page(browser, reviewed, settings):
    kept = [each for _, each in reviewed(*(f"{i:03} " + "账单金额和合同不一致" * 40 for i in range(FIRST)))]
    many = sorted(kept) + [f"z{i:04}" for i in range(PAGE)]
    hold(settings.home, *(Held(id=f"b{i}", reviews=many) for i in range(13)))
    page = browser.sign_in("lead").get("/quarantine")
    assert len(page.content) <= MOST_BYTES
    assert page.text.count(f"{PAGE} more") == 10
    assert "3 more batches wait" in page.text
    first = browser.get("/quarantine?batch=b2").text
    assert f"1 to {PAGE} of {PAGE + FIRST}" in first
    last = browser.get(f"/quarantine?batch=b2&from={PAGE}").text
    assert (f"{PAGE + 1} to {PAGE + FIRST} of" in last, "from=0" in last) == (True, True)
    assert f'href="?batch=b2&amp;from={PAGE}&amp;lang=zh"' in last
    assert f"1 to {PAGE} of" in browser.get("/quarantine?batch=b2&from=900").text
    assert browser.get("/quarantine?batch=zzz").status_code == 404
    assert browser.get("/quarantine?batch=b2&from=-1").status_code == 422


def test_the_pages_of_reports_lead_there_with_the_number_that_waits(browser, settings):
    browser.sign_in("lead")
    for path in ("/models", "/quality"):
        assert 'href="/quarantine">Set aside: no review waits<' in browser.get(path).text
    kept = hold(settings.home, Held(id="b1", reviews=["r1", "r2"]), Held(id="b2", reviews=["r2"]))
    for path in ("/models", "/quality"):
        assert "2 reviews are set aside and wait for a lead" in browser.get(path).text
    kept.path.write_text("{", "utf-8")
    for path in ("/models", "/quality"):
        assert 'href="/quarantine">Set aside<' in browser.get(path).text
    assert browser.get("/quarantine").status_code == 503


def test_without_any_it_says_so(browser):
    page = browser.sign_in("lead").get("/quarantine").text
    assert "No review that triage learns from waits to be released." in page
