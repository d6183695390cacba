"""The first page: the samples in order, the words of each language, the headers."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from features.records import Grade
from serving.store import requests

ROW = re.compile(r'<li class="row">.*?</li>\s*(?=<li class="row">|</ol>)', re.DOTALL)
VOID = {"meta", "link", "input", "img", "br", "hr", "rect"}
NAMES = {"Asia", "Shanghai", "UTC", "English", "stand", "in", "demo", "reviewer", "P1", "P2", "P3", "P4"}


def rows_of(page: str) -> list[str]:
    return ROW.findall(page)


def test_thirty_samples_first_things_first(browser, with_samples):
    found = rows_of(browser.sign_in().get("/").text)
    keys = [
        (re.search(r'class="badge (P\d)"', row)[1], -int(re.search(r"score (\d+)", row)[1])) for row in found
    ]
    assert len(keys) == 30
    assert keys == sorted(keys)
    assert {"P1", "P4"} <= {grade for grade, _ in keys}


def test_a_row_shows_what_decided_and_for_whom(browser, with_samples):
    browser.language = "zh"
    first = rows_of(browser.sign_in().get("/").text)[0]
    for words in (
        "P1",
        "最高",
        "产线停产了",
        "故障报修",
        "紧急",
        "关键",
        "客户",
        "表单",
        "3月2日 09:",
        "紧急，影响关键：P1。",
    ):
        assert words in first
    assert 'lang="zh-CN"' in first


def test_each_row_has_one_sentence_of_reason(browser, with_samples):
    for row in rows_of(browser.sign_in().get("/").text):
        sentences = re.findall(r'<p class="why">(.*?)</p>', row)
        assert len(sentences) == 1
        assert re.fullmatch(r"[A-Z].*[^.]\.", sentences[0])


def test_the_counts_are_of_the_rows_shown(browser, with_samples):
    page = browser.sign_in().get("/").text
    for grade in Grade:
        counted = re.search(rf"{grade} \w+ <b>(\d+)</b>", page)[1]
        assert int(counted) == sum(f'class="badge {grade}"' in row for row in rows_of(page))


def test_it_says_that_data_and_model_are_samples(browser, with_samples):
    browser.sign_in()
    assert "written for demonstration" in browser.get("/").text
    assert "model stand-in (version 1)" in browser.get("/").text
    assert "为演示而写" in browser.get("/?lang=zh").text
    assert "模型 stand-in 第 1 版" in browser.get("/?lang=zh").text


def test_without_samples_it_says_how_to_load_them(browser):
    page = browser.sign_in().get("/").text
    assert "triage sample load" in page
    assert not rows_of(page)


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "zh-CN"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr,de", "en"),
        ("fr,zh;q=0.1", "zh-CN"),
    ],
)
def test_the_language_is_the_browsers_at_first(browser, accept, language):
    browser.language = accept
    assert f'<html lang="{language}">' in browser.get("/sign-in").text


def test_the_language_chosen_is_remembered(browser):
    browser.sign_in()
    assert '<html lang="zh-CN">' in browser.get("/?lang=zh").text
    assert '<html lang="zh-CN">' in browser.get("/").text
    assert '<html lang="en">' in browser.get("/?lang=en").text


@pytest.mark.parametrize("lang", ["fr", "", "zh<script>", "../en"])
def test_a_language_there_is_not_changes_nothing(browser, lang):
    answer = browser.get(f"/sign-in?lang={lang}")
    assert '<html lang="en">' in answer.text
    assert "set-cookie" not in answer.headers


class Visible(HTMLParser):
    """Gathers what a reader of Chinese sees, but for texts in another language and form values."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        inherited = self.open[-1][1] if self.open else ""
        language = given.get("lang", inherited)
        if language == "zh-CN":
            self.found += [
                given[name] or ""
                for name in ("placeholder", "title", "aria-label", "data-busy", "alt")
                if name in given
            ]
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open and self.open[-1][1] == "zh-CN" and self.open[-1][0] != "textarea":
            self.found.append(data)


def test_no_english_is_left_on_the_chinese_page(browser, with_samples):
    browser.language = "zh"
    browser.sign_in()
    tried = browser.attempt("产线停产了", customer_id="C24").text
    for page in (browser.get("/").text, tried):
        seen = Visible()
        seen.feed(page)
        assert not seen.open
        words = re.sub(r"reviewer-[\w-]+", "", " ".join(seen.found))
        assert set(re.findall(r"[A-Za-z][A-Za-z]+", words)) <= NAMES


def test_the_page_is_light(browser, with_samples):
    page = browser.sign_in().get("/").text
    linked = {browser.get(address).content for address in re.findall(r'"(/static/[^"]+)"', page)}
    assert len(linked) == 3
    assert len(page.encode()) + sum(map(len, linked)) < 100_000


def test_nothing_is_loaded_from_elsewhere_nor_inline(browser, with_samples):
    page = browser.sign_in().attempt("产线停产了").text
    assert not re.search(r'(?:src|href)="(?!/|#|\?)', page)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=\"/static/)", page)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing"])
def test_every_page_has_the_strict_headers(browser, path):
    if path != "/sign-in":
        browser.sign_in()
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_files_are_kept_by_their_tag(browser):
    page = browser.get("/sign-in").text
    address = re.search(r'"(/static/triage.css\?v=\w+)"', page)[1]
    assert "immutable" in browser.get(address).headers["cache-control"]
    assert browser.get("/static/triage.css?v=old").headers["cache-control"] == "no-cache"
    assert browser.get(address).headers["content-type"].startswith("text/css")
    assert browser.get("/static/routes.py").status_code == 404
    assert browser.get("/static/..%2froutes.py").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("en", "There is no such page"), ("zh", "没有这个页面")])
def test_a_page_there_is_not_looks_like_the_others(browser, language, words):
    browser.language = language
    answer = browser.get("/nothing")
    assert answer.status_code == 404
    assert words in answer.text
    assert "/static/triage.css" in answer.text


def test_who_wants_no_page_gets_a_problem(service):
    answer = service.client.get("/nothing")
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_api_keeps_its_problems(browser):
    assert browser.get("/v1/requests").headers["content-type"] == "application/problem+json"


def test_markup_in_samples_is_text(browser, service, with_samples, tmp_path):
    from serving import samples

    folder = tmp_path / "hostile"
    folder.mkdir()
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)> outage {{ 7*7 }}"
    (folder / "requests.csv").write_text(
        f'id,customer_id,subject,text\nx1,E1,"</p><b>{evil}","{evil}"\n', "utf-8"
    )
    (folder / "customers.csv").write_text('id,name\nE1,"<script>alert(3)</script>"\n', "utf-8")
    samples.clear(service.services)
    samples.load(service.services, folder)
    samples.assess_waiting(service.services, service.model)
    page = browser.sign_in().get("/").text
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)") == 2
    assert "&lt;script&gt;alert(3)" in page
    assert "{{ 7*7 }}" in page


def test_an_erased_request_leaves_an_empty_row(browser, service, with_samples):
    from sqlalchemy import delete

    from serving.store.tables import request_words

    with service.services.store.write() as connection:
        connection.execute(delete(request_words))
    assert len(rows_of(browser.sign_in().get("/").text)) == 30


def test_a_very_long_sample_does_not_make_a_heavy_page(browser, service, tmp_path):
    from serving import samples

    folder = tmp_path / "long"
    folder.mkdir()
    (folder / "requests.csv").write_text("id,text\nx1," + "停产" * 50_000, "utf-8")
    samples.load(service.services, folder)
    samples.assess_waiting(service.services, service.model)
    with service.services.store.read() as connection:
        assert requests.count_samples(connection) == 1
    assert len(browser.sign_in().get("/").content) < 40_000
