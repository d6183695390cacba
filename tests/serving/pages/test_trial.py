"""One's own request: graded as the API does, kept nowhere, and no word lost when something is wrong."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import pytest
from markupsafe import escape
from sqlalchemy import func, select

from serving.access.sessions import sign_out
from serving.store.tables import metadata

TEXT = "产线停产了，全厂都在等"


def stored(service) -> dict[str, int]:
    with service.services.store.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def box(page: str) -> str:
    return re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1]


def test_the_card_says_what_the_api_says(browser, with_samples):
    card = browser.sign_in().attempt(TEXT, customer_id="C24")
    assert card.status_code == 200
    headers = {"Authorization": f"Bearer {with_samples.key('lead')}", "Accept-Language": "en"}
    answer = with_samples.client.post(
        "/v1/triage", json={"text": TEXT, "customer_id": "C24", "channel": "form"}, headers=headers
    ).json()
    page = card.text.split("<article")[1].split("</article>")[0]
    assert f"badge big {answer['grade']}" in page
    for reason in answer["reasons"]:
        assert str(escape(reason["text"])) in page
    for field in answer["fields"].values():
        assert f"<b>{field['name']['en']}</b>" in page
    assert f"<b>{answer['score']:.2f}</b>" in page
    assert f'datetime="{answer["respond_by"][:16]}' in page
    assert "客户24号" in page
    assert f"value {answer['customer']['value']:g} of 100" in page


def test_a_trial_stores_nothing(browser, with_samples):
    browser.sign_in()
    before = stored(with_samples)
    assert "<article" in browser.attempt(TEXT, subject="急", customer_id="C1").text
    assert "<article" in browser.attempt("", example="line").text
    assert stored(with_samples) == before


def test_what_was_typed_stays_in_the_boxes(browser, with_samples):
    page = browser.sign_in().attempt(f"\n{TEXT}\r\n第二行", subject='急 "件"', customer_id="C3").text
    assert box(page) == f"\n{TEXT}\n第二行"
    assert 'value="急 &#34;件&#34;"' in page
    assert '<option value="C3" selected>' in page


@pytest.mark.parametrize("code", ["line", "heading", "login", "desks"])
def test_an_example_works_without_a_script(browser, code):
    page = browser.sign_in().attempt("whatever stood there", example=code).text
    assert "<article" in page
    assert "whatever stood there" not in page


def test_there_are_two_examples_in_each_language(browser):
    page = browser.sign_in().get("/").text
    examples = re.findall(r'<button class="example" name="example".*?data-text="(.*?)"', page, re.DOTALL)
    assert sorted(bool(re.search("[一-鿿]", words)) for words in examples) == [False, False, True, True]


def test_markup_that_was_typed_is_text(browser):
    evil = '</textarea><script>alert(1)</script>"><img src=x onerror=alert(2)>'
    page = browser.sign_in().attempt(evil, subject=evil).text
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert box(page).startswith("&lt;/textarea&gt;&lt;script&gt;")


@pytest.mark.parametrize("token", [{}, {"csrf": ""}, {"csrf": "forged"}, {"csrf": "伪"}])
def test_a_form_without_the_token_is_not_worked(browser, token):
    browser.sign_in()
    asked = browser.service.model.asked
    answer = browser.post("/", {"text": TEXT, **token})
    assert answer.status_code == 403
    assert browser.service.model.asked == asked
    assert "<article" not in answer.text
    assert box(answer.text) == TEXT


@pytest.mark.parametrize("text", ["", "  \r\n "])
def test_an_empty_request_is_told_so(browser, text):
    answer = browser.sign_in().attempt(text)
    assert answer.status_code == 422
    assert "Write something first" in answer.text
    assert 'aria-invalid="true" aria-describedby="fault"' in answer.text


def test_a_subject_alone_will_do(browser):
    assert "<article" in browser.sign_in().attempt("", subject="outage").text


def test_a_character_that_cannot_be_read_is_told_so(browser):
    answer = browser.sign_in().attempt("a\0b")
    assert answer.status_code == 422
    assert "cannot be read" in answer.text


@pytest.mark.parametrize("customer", ["nobody", "a\0b", "x" * 300, "<script>"])
def test_an_unknown_customer_is_told_so(browser, customer):
    answer = browser.sign_in().attempt(TEXT, customer_id=customer)
    assert answer.status_code == 422
    assert "There is no customer" in answer.text
    assert box(answer.text) == TEXT


def test_the_longest_text_is_read_and_a_longer_one_refused(browser):
    browser.sign_in()
    page = browser.attempt("停" * 200_000)
    assert page.status_code == 200
    assert "only its first 20,000 characters were read" in page.text
    longer = browser.attempt("停" * 200_001)
    assert longer.status_code == 413
    assert "at most 200,000" in longer.text


def test_emoji_alone_are_left_to_a_person(browser):
    assert "a person should look at it" in browser.sign_in().attempt("😀😀 123").text


def test_when_the_model_cannot_answer_the_words_stay(start, settings, model, browser):
    service = start(replace(settings, answer_seconds=0.05))
    browser.service, browser.client = service, service.client
    browser.sign_in()
    model.held = threading.Event()
    answer = browser.attempt(TEXT)
    model.held.set()
    assert answer.status_code == 503
    assert "The model cannot answer right now" in answer.text
    assert box(answer.text) == TEXT
    assert answer.headers["retry-after"]


def test_a_session_that_is_over_loses_no_words(browser):
    browser.sign_in()
    sign_out(browser.service.services, browser.client.cookies["triage_session"])
    over = browser.attempt(TEXT, subject="急", customer_id="C1")
    assert over.status_code == 401
    assert "Your session is over" in over.text
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)"', over.text))
    assert carried == {"text": TEXT, "subject": "急", "customer_id": "C1"}
    again = browser.post("/sign-in", {"key": browser.service.key("lead"), **carried})
    assert again.status_code == 200
    assert box(again.text) == TEXT
    csrf = re.search(r'name="csrf" value="(.*?)"', again.text)[1]
    assert "<article" in browser.post("/", {"csrf": csrf, "text": TEXT}).text


def test_the_other_language_keeps_the_words(browser):
    page = browser.sign_in().attempt(TEXT).text
    switch = page.split('id="switch"')[1].split("</form>")[0]
    carried = dict(re.findall(r'name="(\w+)" value="(.*?)"', switch))
    answer = browser.post("/?lang=zh", carried)
    assert '<html lang="zh-CN">' in answer.text
    assert "紧急，影响关键：P1。" in answer.text
    assert box(answer.text) == TEXT


def test_the_sum_of_the_score_is_the_score(browser, with_samples):
    page = browser.sign_in().attempt(TEXT, customer_id="C7").text.split("</article>")[0]
    parts = re.findall(r'<span class="dot \w+" aria-hidden="true"></span>[\w ]+ <b>([\d.]+)</b>', page)
    total = re.search(r"<h3>Score <b>([\d.]+)</b>", page)[1]
    assert len(parts) == 4
    assert sum(map(float, parts)) == pytest.approx(float(total), abs=0.001)


def test_the_cell_of_the_matrix_is_marked(browser):
    page = browser.sign_in().attempt(TEXT).text
    assert re.findall(r'<td class="(P\d) chosen">', page) == ["P1"]
