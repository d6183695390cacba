"""The page of one request: what it shows, what a form on it does, and that nothing typed is lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from features.reviews import Purpose
from serving.store import reviews

OUTAGE = "outage at head office"


@pytest.fixture
def service(start, settings):
    return start(replace(settings, blind_share=0.0, second_share=0.0))


@pytest.fixture
def desk(service, browser):
    """Someone signed in, and a way to let requests come in."""
    browser.sign_in()
    key = service.headers("intake", name="mail")

    def come_in(text: str = OUTAGE, **more: object) -> str:
        answer = service.client.post("/v1/requests", json={"text": text, **more}, headers=key)
        assert answer.status_code == 201
        return str(answer.json()["id"])

    browser.come_in = come_in
    return browser


def form_of(page: str) -> dict[str, str]:
    """What the review form would send as it stands."""
    form = page.split('id="review"')[1].split("</form>")[0]
    boxes = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    picked = re.findall(r'type="radio" name="([^"]+)" value="([^"]*)"[^>]* checked', form)
    return boxes | dict(picked) | {"go_on": "1"}


def kept(service, number):
    with service.services.store.read() as connection:
        return reviews.of_request(connection, number)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_tells_all_there_is_to_a_request(desk, language):
    desk.language = language
    number = desk.come_in(f"{OUTAGE} <b>now</b>", subject="Help & hurry", contact={"email": "a@b.cn"})
    page = desk.get(f"/requests/{number}").text
    for words in (
        "outage at head office &lt;b&gt;now&lt;/b&gt;",
        "Help &amp; hurry",
        "a@b.cn",
        "P1",
        "stand-in",
    ):
        assert words in page
    fields = re.findall(r'data-field="(\w+)"', page)
    assert fields == ["type", "urgency", "impact", "difficulty"]
    assert form_of(page)["field.impact"] == "high"


def test_what_was_added_later_stands_with_the_text(desk, service):
    number, key = desk.come_in("How do I reset it?"), service.headers("reviewer", name="post")
    for text in ("Any news?", "Now it is an outage <i>everywhere</i>"):
        sent = service.client.post(f"/v1/requests/{number}/messages", json={"text": text}, headers=key)
        assert sent.status_code == 201
    panel = desk.get(f"/requests/{number}").text.split('id="text-title"')[1].split("</section>")[0]
    assert "Added later" in panel
    assert "outage &lt;i&gt;everywhere&lt;/i&gt;" in panel
    assert "Any news?" not in panel, "it only asks, and was not read for the grade"


def test_markup_in_a_request_is_shown_as_text(desk):
    nasty = "</p><script>alert(1)</script><img src=x onerror=alert(2)>"
    number = desk.come_in(f"outage {nasty}", subject=nasty)
    for path in (f"/requests/{number}", "/queue"):
        page = desk.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_confirming_keeps_every_field_and_goes_on(desk, service):
    first, second = desk.come_in(), desk.come_in("How do I?")
    answer = desk.post(f"/requests/{first}", form_of(desk.get(f"/requests/{first}").text))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/requests/{second}?done={first}")
    (review,) = kept(service, first)
    assert (review.labels["impact"], review.shown, review.purpose) == ("high", True, Purpose.WORK)
    assert len(review.labels) == 4
    assert kept(service, second) == []


def test_what_nobody_judged_is_not_kept(desk, service):
    number = desk.come_in()
    form = form_of(desk.get(f"/requests/{number}").text) | {"field.difficulty": ""}
    desk.post(f"/requests/{number}", form)
    assert "difficulty" not in kept(service, number)[0].labels


def test_the_grade_is_foreseen_and_nothing_kept(desk, service):
    number = desk.come_in()
    form = form_of(desk.get(f"/requests/{number}").text) | {
        "field.urgency": "long_term",
        "field.impact": "low",
    }
    told = desk.post(f"/requests/{number}/preview", form).json()
    page = desk.post(f"/requests/{number}", form | {"do": "preview", "note": "half a thought"})
    assert told["grade"] == "P4"
    assert told["words"] in page.text.replace("&#34;", '"')
    assert "half a thought" in page.text
    assert form_of(page.text)["field.impact"] == "low"
    assert kept(service, number) == []
    desk.post(f"/requests/{number}", form)
    assert (
        service.client.get(f"/v1/requests/{number}", headers=service.headers("admin")).json()["grade"] == "P4"
    )


def test_a_grade_by_hand_needs_a_reason_and_loses_nothing(desk, service):
    number = desk.come_in("How do I?")
    form = form_of(desk.get(f"/requests/{number}").text) | {"grade": "P1", "note": "they called twice"}
    answer = desk.post(f"/requests/{number}", form)
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert "they called twice" in answer.text
    assert '<option value="P1" selected>' in answer.text
    assert desk.post(f"/requests/{number}", form | {"reason": "a promise"}).status_code == 303
    assert kept(service, number)[0].reason == "a promise"


def test_a_changed_version_shows_the_present_beside_what_was_picked(desk, service):
    number = desk.come_in()
    form = form_of(desk.get(f"/requests/{number}").text)
    desk.post(f"/requests/{number}", form | {"field.impact": "medium"})
    answer = desk.post(f"/requests/{number}", form | {"once": "other", "field.impact": "low", "note": "mine"})
    assert answer.status_code == 412
    assert "Now stands as “Medium”" in answer.text
    assert form_of(answer.text)["field.impact"] == "low"
    assert "mine" in answer.text
    again = form_of(answer.text)
    assert desk.post(f"/requests/{number}", again).status_code == 303
    assert [each.labels["impact"] for each in kept(service, number)] == ["medium", "low"]


def test_a_form_that_is_sent_twice_is_one_review(desk, service):
    number = desk.come_in()
    form = form_of(desk.get(f"/requests/{number}").text)
    assert [desk.post(f"/requests/{number}", form).status_code for _ in range(2)] == [303, 303]
    assert len(kept(service, number)) == 1


def test_a_session_that_is_over_loses_nothing(desk, service):
    number = desk.come_in()
    form = form_of(desk.get(f"/requests/{number}").text) | {"field.impact": "low", "note": "half a thought"}
    desk.client.cookies.clear()
    asked = desk.post(f"/requests/{number}", form)
    assert asked.status_code == 401
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    wrong = desk.post("/sign-in", carried | {"key": "tri_wrong"})
    assert wrong.status_code == 401
    assert "half a thought" in wrong.text
    back = desk.post("/sign-in", carried | {"key": service.key("reviewer")})
    assert back.status_code == 200
    assert "half a thought" in back.text
    assert form_of(back.text)["field.impact"] == "low"
    assert kept(service, number) == []
    desk.post(f"/requests/{number}", form_of(back.text))
    assert kept(service, number)[0].labels["impact"] == "low"


def test_a_review_is_taken_back_by_a_new_one(desk, service):
    number = desk.come_in()
    form = form_of(desk.get(f"/requests/{number}").text) | {"field.impact": "low", "go_on": ""}
    shown = desk.get(desk.post(f"/requests/{number}", form).headers["location"]).text
    last = shown.split(f'action="/requests/{number}/undo"')[1].split("</form>")[0]
    boxes = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', last))
    assert desk.post(f"/requests/{number}/undo", boxes).status_code == 303
    stands = service.client.get(f"/v1/requests/{number}", headers=service.headers("admin")).json()
    assert (stands["grade"], stands["outcome"]["impact"]["source"]) == ("P1", "prediction")
    first, second = kept(service, number)
    assert second.withdraws == first.id
    page = desk.get(f"/requests/{number}").text
    assert "taken back" in page
    again = boxes | {"version": str(stands["version"])}
    assert desk.post(f"/requests/{number}/undo", again).status_code == 409


def test_nobody_takes_anothers_review_back(desk, service):
    number = desk.come_in()
    desk.post(f"/requests/{number}", form_of(desk.get(f"/requests/{number}").text))
    (review,) = kept(service, number)
    desk.client.cookies.clear()
    desk.sign_in()
    boxes = {"csrf": desk.csrf, "review_id": review.id, "version": "3"}
    assert desk.post(f"/requests/{number}/undo", boxes).status_code == 403
    assert len(kept(service, number)) == 1


def test_a_scientist_looks_and_may_not_judge(desk, service):
    number = desk.come_in()
    desk.client.cookies.clear()
    desk.sign_in("scientist")
    page = desk.get(f"/requests/{number}")
    assert page.status_code == 200
    assert 'id="review"' not in page.text
    form = {"csrf": desk.csrf, "version": "2", "field.impact": "low"}
    for path in ("", "/preview", "/undo", "/second", "/work"):
        assert desk.post(f"/requests/{number}{path}", form).status_code == 403
    assert kept(service, number) == []


def test_a_forged_form_changes_nothing_and_keeps_what_was_typed(desk, service):
    number = desk.come_in()
    form = form_of(desk.get(f"/requests/{number}").text) | {"csrf": "forged", "note": "half a thought"}
    answer = desk.post(f"/requests/{number}", form)
    assert answer.status_code == 403
    assert "half a thought" in answer.text
    good = form | {"csrf": desk.csrf}
    assert desk.post(f"/requests/{number}", good, Origin="http://evil.example").status_code == 403
    for path in ("/preview", "/undo", "/work"):
        assert desk.post(f"/requests/{number}{path}", form).status_code == 403
    assert kept(service, number) == []


@pytest.mark.parametrize(("deed", "told"), [("claim", "you are at it"), ("close", "Open again")])
def test_it_is_worked_on_from_the_page(desk, deed, told):
    number = desk.come_in()
    assert desk.post(f"/requests/{number}/work", {"csrf": desk.csrf, "do": deed}).status_code == 303
    assert told in desk.get(f"/requests/{number}").text


def test_an_override_is_confirmed_by_another_lead(desk, service):
    number = desk.come_in()
    form = form_of(desk.get(f"/requests/{number}").text) | {"grade": "P4", "reason": "a drill"}
    desk.post(f"/requests/{number}", form)
    desk.client.cookies.clear()
    desk.sign_in("lead")
    page = desk.get(f"/requests/{number}").text
    asked = page.split('class="panel second"')[1].split("</form>")[0]
    assert "asks for P4. Until a second person decides, P1 holds." in asked
    assert "a drill" in asked
    assert page.index('class="panel second"') < page.index('id="review"')
    course = page.split('class="course"')[1]
    assert ("Asked for P4" in course, 'class="mark P4"' in course) == (True, False)
    boxes = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.split("/second")[1].split("</form>")[0]))
    del boxes["do"]
    assert desk.post(f"/requests/{number}/second", boxes | {"do": "confirm"}).status_code == 303
    assert kept(service, number)[0].override.second.confirmed


class TestWithWords:
    """A model that can say why."""

    @pytest.fixture
    def model(self, hash_model):
        return hash_model

    def test_a_word_that_stands_there_several_times_is_told_once(self, desk):
        page = desk.get(f"/requests/{desk.come_in('printer jams, printer smokes, printer stops')}").text
        told = [part.split("</p>")[0] for part in page.split('class="movers')[1:]]
        words = [re.findall(r"<b>([^<]+)</b>", each) for each in told]
        assert len(words) == 4
        assert all(len(each) == len(set(each)) for each in words)
        assert any("printer" in word for each in words for word in each)
