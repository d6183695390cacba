"""A request that is judged before its prediction is seen tells nothing of it; the lead's figures follow."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest


@pytest.fixture
def service(start, settings):
    return start(replace(settings, blind_share=1.0, second_share=1.0))


@pytest.fixture
def number(service):
    key = service.headers("intake", name="mail")
    answer = service.client.post("/v1/requests", json={"text": "outage at head office"}, headers=key)
    return answer.json()["id"]


def boxes_of(page: str) -> dict[str, str]:
    form = page.split('id="review"')[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def counts_of(page: str) -> list[str]:
    return re.findall(r"<b>(\d+)</b></li>", page.split('class="counts"')[1].split("</ul>")[0])


def test_neither_counts_nor_filters_nor_the_next_tell_its_grade(browser, number):
    browser.sign_in()
    page = browser.get("/queue").text
    assert (counts_of(page), "hidden until judged" in page) == (["0", "0", "0", "0", "1"], True)
    page = browser.get("/queue?grade=P1").text
    assert (counts_of(page), number in page) == (["0", "0", "0", "0"], False)
    form = {"csrf": browser.csrf, "filters": "grade=P1"}
    assert browser.post("/queue/next", form).headers["location"].startswith("/queue?grade=P1")
    taken = browser.post("/queue/next", {"csrf": browser.csrf, "filters": "language=en"})
    assert taken.headers["location"].startswith(f"/requests/{number}")
    browser.client.cookies.clear()
    assert counts_of(browser.sign_in("lead").get("/queue").text) == ["1", "0", "0", "0"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_tells_the_prediction_before_it_was_judged(browser, number, language):
    browser.language = language
    browser.sign_in()
    for path in (f"/requests/{number}", "/queue"):
        main = browser.get(path).text.split("<main")[1]
        if path == "/queue":
            main = main.split('<ol class="rows">')[1]
        assert not re.search(r'badge (big )?P\d|class="figure|class="bar|class="mark', main)
        assert "90" not in re.sub(r"<[^>]+>", "", main)
    assert len(re.findall(r'value="" data-key="0" checked', browser.get(f"/requests/{number}").text)) == 4


def test_the_grade_is_not_foreseen_then(browser, number):
    browser.sign_in()
    form = boxes_of(browser.get(f"/requests/{number}").text) | {"field.impact": "low"}
    assert browser.post(f"/requests/{number}/preview", form).status_code == 409
    shown = browser.post(f"/requests/{number}", form | {"do": "preview"}).text
    assert 'id="result"' not in shown


def test_after_judging_the_prediction_is_shown_on_the_same_request(browser, number):
    browser.sign_in()
    form = boxes_of(browser.get(f"/requests/{number}").text) | {"field.impact": "low", "go_on": "1"}
    answer = browser.post(f"/requests/{number}", form)
    assert answer.headers["location"].startswith(f"/requests/{number}?done={number}")
    assert "The model: High" in browser.get(f"/requests/{number}").text


def test_a_second_person_sees_neither_and_a_lead_sees_both(browser, number):
    for label in ("low", "medium"):
        browser.client.cookies.clear()
        browser.sign_in()
        page = browser.get(f"/requests/{number}").text
        assert "The model: High" not in page
        assert "badge unknown" in browser.get("/queue").text
        browser.post(f"/requests/{number}", boxes_of(page) | {"field.impact": label})
    browser.client.cookies.clear()
    browser.sign_in("lead")
    page = browser.get(f"/requests/{number}").text
    conflict = page.split('class="versions"')[1].split("</table>")[0]
    assert ("Low" in conflict, "Medium" in conflict) == (True, True)
    figures = browser.get("/quality").text
    assert "0\u00a0% (0\u00a0% to" in figures
    assert '/queue?stage=conflict">disagreement</a> <b>1</b>' in figures


def test_the_figures_are_for_leads_and_scientists(browser):
    browser.sign_in()
    assert browser.get("/quality").status_code == 403
    browser.client.cookies.clear()
    assert browser.sign_in("scientist").get("/quality").status_code == 200
