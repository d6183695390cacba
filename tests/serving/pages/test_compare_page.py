"""Choosing two requests without a script, and the page that sets them side by side."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from tests.serving.pages.test_first_page import NAMES, Visible


@pytest.fixture
def ids(browser, with_samples):
    page = browser.sign_in().get("/").text
    return re.findall(r'name="pick" value="([^"]+)"', page)


def test_each_row_can_be_ticked_and_the_form_needs_no_script(browser, ids):
    page = browser.get("/").text
    assert len(ids) == 30
    assert re.search(r'<form class="choice" method="get" action="/compare', page)
    assert "Compare the two</button>" in page


def test_two_ticks_lead_to_the_comparison(browser, ids):
    answer = browser.get(f"/compare?pick={ids[0]}&pick={ids[-1]}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/compare?a={ids[0]}&b={ids[-1]}#main")
    page = browser.get(answer.headers["location"]).text
    assert "A stands above B because its impact is high where B&#39;s is low" in page
    assert page.count("stands higher") == 1


@pytest.mark.parametrize(("chosen", "number"), [(0, 0), (1, 1), (3, 3)])
def test_any_other_number_is_told_and_the_ticks_stay(browser, ids, chosen, number):
    answer = browser.get("/compare?" + "&".join(f"pick={each}" for each in ids[:chosen]))
    assert answer.status_code == 422
    assert f"Choose exactly two requests to compare; you chose {number}." in answer.text
    assert answer.text.count(" checked>") == chosen


def test_the_same_request_twice_is_told(browser, ids):
    answer = browser.get(f"/compare?a={ids[0]}&b={ids[0]}")
    assert answer.status_code == 422
    assert "Choose two different requests" in answer.text


def test_the_row_that_decides_is_marked_and_no_other(browser, ids):
    page = browser.get(f"/compare?a={ids[0]}&b={ids[-1]}").text
    marked = re.findall(r'<tr class="decides[^"]*">\s*<th scope="row">([^<]+) <span', page)
    assert marked == ["Matrix"]


def test_every_step_and_weight_has_a_row(browser, ids):
    page = browser.get(f"/compare?a={ids[0]}&b={ids[-1]}").text
    rows = re.findall(r'<th scope="row">([^<]+?) ?<', page)
    assert rows == [
        "Matrix",
        "Caution",
        "Customer value",
        "Floors",
        "Grade",
        "Urgency",
        "Impact",
        "Customer value",
        "Ease",
        "Waiting",
        "Total",
        "Received",
    ]


def test_the_customers_sentences_are_there_in_both_languages(browser, ids):
    page = browser.get(f"/compare?a={ids[0]}&b={ids[-1]}").text
    told = re.findall(r'<p class="copy" lang="([^"]+)">([^<]+)</p>', page)
    assert [language for language, _ in told] == ["zh-CN", "en"] * 2
    assert all("P1" not in words and "价值" not in words for _, words in told)
    assert "A date promised here has passed" in page


def test_the_language_can_be_switched_and_the_two_stay(browser, ids):
    page = browser.get(f"/compare?a={ids[0]}&b={ids[1]}").text
    link = re.search(r'href="(\?a=[^"]+lang=zh)"', page)[1].replace("&amp;", "&")
    assert "为什么一条排在另一条前面" in browser.get("/compare" + link).text


@pytest.mark.parametrize("path", ["/compare?a={}&b={}", "/fairness"])
def test_no_english_is_left_on_the_chinese_page(browser, ids, path):
    browser.service.client.cookies.clear()
    browser.language = "zh"
    page = browser.sign_in("lead").get(path.format(ids[0], ids[-1])).text
    seen = Visible()
    seen.feed(page)
    words = re.sub(r"lead-[\w-]+", "", " ".join(seen.found))
    assert set(re.findall(r"[A-Za-z][A-Za-z]+", words)) <= NAMES


def test_an_unknown_request_is_a_page_of_its_own(browser, ids):
    answer = browser.get(f"/compare?a={ids[0]}&b=nobody")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


@pytest.mark.parametrize("path", ["/compare?a=x&b=y", "/compare", "/fairness"])
def test_whoever_is_not_signed_in_is_sent_to_the_form(browser, path):
    assert browser.get(path).headers["location"] == f"/sign-in?{urlencode({'next': path})}"


def test_markup_in_the_address_is_text(browser, ids):
    answer = browser.get('/compare?pick="><script>alert(1)</script>')
    assert "<script>alert" not in answer.text


def test_nothing_is_inline(browser, ids):
    for path in (f"/compare?a={ids[0]}&b={ids[1]}", "/compare?pick=x"):
        page = browser.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=\"/static/)", page)


@pytest.mark.parametrize("role", ["lead", "scientist", "admin"])
def test_those_who_may_read_reports_find_the_fairness_page(browser, with_samples, role):
    assert 'href="/fairness"' in browser.sign_in(role).get("/").text
    page = browser.get("/fairness").text
    assert "Warning: 8 of 40 requests (20\u00a0%) are P1" in page
    assert "Core customer" in page
    assert "Without value," in page


def test_a_reviewer_sees_neither_the_link_nor_the_page(browser, with_samples):
    assert "/fairness" not in browser.sign_in("reviewer").get("/").text
    assert browser.get("/fairness").status_code == 403


def test_without_requests_the_fairness_page_says_so(browser):
    page = browser.sign_in("lead").get("/fairness").text
    assert "there is nothing to report" in page
    assert "<table" not in page
