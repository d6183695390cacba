"""The page of the queue: its order, its filters, its pages and its weight."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from serving.pages.queue_address import SHOWN, asked
from serving.pages.queue_view import NAME
from serving.store import customers


@pytest.fixture
def service(start, settings):
    return start(replace(settings, blind_share=0.0, second_share=0.0))


def come_in(service, *texts):
    key = service.headers("intake", name="mail")
    for text in texts:
        assert service.client.post("/v1/requests", json={"text": text}, headers=key).status_code == 201


def listed(page: str) -> list[str]:
    return re.findall(r'<h2><a href="[^"]*"[^>]*>([^<]*)</a>', page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_to_be_worked_stands_first_and_the_order_is_told(service, browser, language):
    browser.language = language
    come_in(service, "How do I?", "outage here")
    page = browser.sign_in().get("/queue").text
    assert listed(page) == ["outage here", "How do I?"]
    assert "72" in page.split("<details")[2]
    assert len(page.encode()) < 100_000


def test_the_page_one_is_on_is_marked_among_the_links(browser):
    browser.sign_in("lead")
    for path, marked in (("/queue?grade=P1", ["/queue"]), ("/quality", ["/quality"]), ("/", [])):
        page = browser.get(path).text
        assert re.findall(r'href="([^"]*)" aria-current="page"', page) == marked


def test_filters_stand_in_the_address_and_in_the_links(service, browser):
    come_in(service, "How do I?", "outage here")
    browser.sign_in()
    page = browser.get("/queue?grade=P1&needs_review=&type=incident").text
    assert listed(page) == ["outage here"]
    assert '<option value="P1" selected>' in page
    assert "?filters=grade%3DP1%26type%3Dincident" in page
    assert "/queue?grade=P1&amp;type=incident&amp;lang=zh" not in page
    number = re.search(r'href="/requests/([0-9a-f-]{36})', page)[1]
    one = browser.get(f"/requests/{number}?filters=grade%3DP1").text
    assert 'href="/queue?grade=P1"' in one


def test_a_value_that_is_none_is_left_out_and_told(service, browser):
    come_in(service, "outage here")
    page = browser.sign_in().get("/queue?grade=P9&type=incident")
    assert page.status_code == 200
    assert "There is no “P9”" in page.text
    assert listed(page.text) == ["outage here"]


def test_pages_follow_each_other_and_a_full_one_is_light(service, browser):
    texts = [f"Question {number}: " + "产线报表如何导出，" * 60 for number in range(SHOWN + 3)]
    come_in(service, *texts)
    first = browser.sign_in().get("/queue").text
    assert len(first.encode()) < 100_000
    more = re.search(r'href="(/queue\?[^"]*cursor[^"]*)"', first)[1].replace("&amp;", "&")
    second = browser.get(more).text
    assert len(listed(first)) == SHOWN
    assert len(listed(second)) == 3
    assert not set(listed(first)) & set(listed(second))


def test_the_next_one_is_claimed_and_passed_over(service, browser):
    come_in(service, "How do I?", "outage here")
    browser.sign_in()
    first = browser.post("/queue/next", {"csrf": browser.csrf}).headers["location"]
    assert "outage here" in browser.get(first).text
    number = first.removeprefix("/requests/").partition("?")[0]
    second = browser.post("/queue/next", {"csrf": browser.csrf, "skip": number}).headers["location"]
    assert "How do I?" in browser.get(second).text
    assert browser.post("/queue/next", {"csrf": browser.csrf}).headers["location"].startswith("/queue")
    assert "you are at it" in browser.get("/queue").text


def test_an_address_is_read_whatever_is_in_it():
    read = asked(
        [("grade", "P1"), ("grade", "P2"), ("samples", "perhaps"), ("nonsense", "x"), ("limit", "9")]
    )
    assert [each.value for each in read.query.grade] == ["P1", "P2"]
    assert read.dropped == ("perhaps",)
    assert read.filters == "grade=P1&grade=P2"
    assert asked([("grade", "P1")] * 80).dropped == ("P1",)


def test_filters_of_the_address_outlive_the_form(service, browser):
    """The form sends every filter again: those that it has no box for, and several values of one."""
    come_in(service, "outage here", "How do I?")
    page = browser.sign_in().get("/queue?grade=P1&grade=P3&channel=email&customer=C%2F1").text
    form = page.split('<form method="get"')[1].split("</form>")[0]
    assert '<input type="hidden" name="channel" value="email">' in form
    assert '<input type="hidden" name="customer" value="C/1">' in form
    grades = form.split('name="grade" multiple')[1].split("</select>")[0]
    assert re.findall(r'value="(P\d)" selected', grades) == ["P1", "P3"]


def test_a_customer_is_shown_by_name_where_one_is_known(service, browser):
    lead = service.headers("lead", name="lea")
    for number, name in (("C1", "清河 <b>机械</b>"), ("C2", "long " * 40), ("C3", None)):
        body = {"revenue": 1000} | ({} if name is None else {"name": name})
        assert service.client.put(f"/v1/customers/{number}", json=body, headers=lead).status_code < 300
    for number in ("C1", "C2", "C3", "C4"):
        sent = {"text": f"a question of {number}", "customer_id": number}
        assert service.client.post("/v1/requests", json=sent, headers=lead).status_code == 201
    page = browser.sign_in().get("/queue").text
    assert "清河 &lt;b&gt;机械&lt;/b&gt; (C1)" in page
    assert f"{('long ' * 40)[: NAME - 1]}… (C2)" in page
    for nameless in ("C3", "C4"):
        assert re.search(rf'<p class="soft">{nameless}\b', page)


def test_the_customers_of_a_page_are_asked_for_at_once(service, browser, monkeypatch):
    asked, names = [], customers.names
    monkeypatch.setattr(customers, "names", lambda *given: asked.append(given) or names(*given))
    come_in(service, *(f"Question {number}" for number in range(5)))
    browser.sign_in().get("/queue")
    assert len(asked) == 1


def test_under_the_filter_of_overrides_that_wait_the_next_is_one_that_was_judged(service, browser):
    come_in(service, "How do I?", "outage here")
    ann = service.headers("reviewer", name="ann")
    (first, *_) = service.client.get("/v1/queue", headers=ann).json()["items"]
    body = {"assessment_id": first["assessment_id"], "shown": True, "purpose": "work"}
    body |= {"fields": {"type": "incident"}, "grade": "P4", "reason": "a drill"}
    sent = ann | {"If-Match": f'"{first["version"]}"'}
    made = service.client.post(f"/v1/requests/{first['id']}/reviews", json=body, headers=sent)
    assert made.status_code == 201, made.text
    browser.sign_in("lead")
    form = {"csrf": browser.csrf, "filters": "override_waits=true"}
    assert f"/requests/{first['id']}" in browser.post("/queue/next", form).headers["location"]
    other = browser.post("/queue/next", {"csrf": browser.csrf}).headers["location"]
    assert other.startswith("/requests/")
    assert first["id"] not in other
