"""A person at the review page, in both languages: by keys, by mouse, without a script or a connection."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from features.reviews import Review
from serving.access import keys
from serving.access.roles import Role
from serving.store import reviews

REVIEWS = 10
CORRECTED = 3


def signed_in(site: Any, page: Page, *, role: Role = Role.REVIEWER, name: str = "ann") -> Page:
    page.goto(site.link(role, name))
    return page


def ready(page: Page) -> None:
    """Wait for the script: a key before it is a key for nobody."""
    expect(page.locator("#review[data-ready]")).to_be_visible()


def kept(site: Any, number: str) -> list[Review]:
    with site.services.store.read() as connection:
        return reviews.of_request(connection, number)


def number_of(page: Page) -> str:
    return re.search(r"/requests/([0-9a-f-]{36})", page.url)[1]  # type: ignore[index]


def picked(page: Page, field: str) -> str:
    return str(page.locator(f"fieldset[data-field={field}] input:checked").get_attribute("value"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_ten_reviews_take_sixteen_keys(site, open_page, language):
    page = signed_in(site, open_page(language))
    page.goto(f"{site.address}/queue")
    page.locator(".over button.main").click()
    pressed, done = 0, []
    for number in range(REVIEWS):
        ready(page)
        done.append(number_of(page))
        if number < CORRECTED:
            before = picked(page, "difficulty")
            for key in ("4", "3" if before != "hard" else "1"):
                page.keyboard.press(key)
                pressed += 1
            expect(page.locator("fieldset.active")).to_have_count(0)
        address = page.url
        page.keyboard.press("Enter")
        pressed += 1
        page.wait_for_url(lambda url, old=address: url != old)
    said = [kept(site, each) for each in done]
    assert [len(each) for each in said] == [1] * REVIEWS
    assert all(each[0].seconds is not None and len(each[0].labels) == 4 for each in said)
    assert all(each[0].labels["difficulty"] in ("hard", "easy") for each in said[:CORRECTED])
    assert pressed == REVIEWS + 2 * CORRECTED


@pytest.mark.parametrize(
    ("language", "letters", "label"),
    [("en", "co", "complaint"), ("zh", "co", "complaint"), ("zh", "se", "security")],
)
def test_a_label_is_found_by_its_first_letters(site, open_page, language, letters, label):
    page = signed_in(site, open_page(language))
    page.goto(f"{site.address}/requests/{site.numbers[1]}")
    ready(page)
    page.keyboard.press("1")
    for letter in letters if label != "security" else "sec":
        page.keyboard.press(letter)
    assert picked(page, "type") == label


def test_keys_work_with_an_input_method_on(site, open_page):
    """The browser then tells `Process` for each key, and where it is on the keyboard."""
    page = signed_in(site, open_page("zh"))
    page.goto(f"{site.address}/requests/{site.numbers[1]}")
    ready(page)
    press = """code => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
        {key: "Process", code, keyCode: 229, isComposing: true, bubbles: true, cancelable: true}))"""
    for code in ("Digit3", "Digit3"):
        page.evaluate(press, code)
    assert picked(page, "impact") == "high"
    page.locator("#note").focus()
    page.evaluate(press, "Enter")
    assert kept(site, site.numbers[1]) == []
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.evaluate(press, "Enter")
    assert kept(site, site.numbers[1])[0].labels["impact"] == "high"


def test_the_resulting_grade_is_told_before_anything_is_kept(site, open_page):
    page = signed_in(site, open_page())
    page.goto(f"{site.address}/requests/{site.numbers[1]}")
    ready(page)
    for key in ("2", "3", "3", "3"):
        page.keyboard.press(key)
    expect(page.locator("#result")).to_contain_text("P1 Highest. Urgent, high impact")
    expect(page.locator("#confirm")).to_have_text("Save corrections")
    assert kept(site, site.numbers[1]) == []


def test_a_bad_connection_loses_nothing(site, open_page):
    page = signed_in(site, open_page())
    number = site.numbers[2]
    page.goto(f"{site.address}/requests/{number}")
    page.locator("#note").fill("half a thought")
    page.context.set_offline(True)
    page.locator("#confirm").click()
    expect(page.locator("#trouble")).to_contain_text("cannot be reached")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#note")).to_have_value("half a thought")
    expect(page.locator("#trouble")).to_contain_text("is back")
    with page.expect_navigation():
        page.locator("#confirm").click()
    assert kept(site, number)[0].note == "half a thought"
    page.goto(f"{site.address}/requests/{number}")
    expect(page.locator("#note")).to_have_value("")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_session_that_is_over_loses_nothing(site, open_page, language):
    page = signed_in(site, open_page(language))
    page.goto(f"{site.address}/requests/{site.numbers[3]}")
    ready(page)
    page.locator("#note").fill("半句话")
    page.context.clear_cookies()
    page.locator("#confirm").click()
    key = keys.create(
        site.services.store, site.services.tools, role=Role.REVIEWER, name="ann", trusted=False
    )[0]
    page.locator("#key").fill(key)
    page.locator("#key").press("Enter")
    ready(page)
    expect(page.locator("#note")).to_have_value("半句话")
    assert kept(site, site.numbers[3]) == []
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert kept(site, site.numbers[3])[0].note == "半句话"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_plain_forms_do_the_same_without_a_script(site, open_page, language):
    page = signed_in(site, open_page(language, script=False))
    page.goto(f"{site.address}/queue")
    page.locator(".item a").first.click()
    number = number_of(page)
    page.locator("fieldset[data-field=urgency] input[value=long_term]").check()
    page.locator("fieldset[data-field=impact] input[value=low]").check()
    page.locator("#preview").click()
    foreseen = page.locator("#result").inner_text()[:2]
    assert kept(site, number) == []
    assert picked(page, "urgency") == "long_term"
    page.locator("#confirm").click()
    assert number_of(page) != number
    assert kept(site, number)[0].labels["impact"] == "low"
    assert foreseen in page.locator(".last p").inner_text()
    page.locator(".last button").click()
    assert number_of(page) == number
    assert [each.withdraws is not None for each in kept(site, number)] == [False, True]


def test_undo_and_passing_over_are_one_key_each(site, open_page):
    page = signed_in(site, open_page())
    page.goto(f"{site.address}/requests/{site.numbers[0]}")
    ready(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ready(page)
    with page.expect_navigation():
        page.keyboard.press("u")
    assert number_of(page) == site.numbers[0]
    assert len(kept(site, site.numbers[0])) == 2
    ready(page)
    with page.expect_navigation():
        page.keyboard.press("s")
    assert number_of(page) != site.numbers[0]


def test_what_a_request_says_is_never_run(site, open_page):
    page = signed_in(site, open_page())
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    for path in ("/queue", f"/requests/{site.numbers[-1]}"):
        page.goto(site.address + path)
        assert page.title() != "owned"
        assert page.locator("#planted").count() == 0
        assert "<script>document.title='owned'</script>" in page.locator("main").inner_text()
    assert asked == []


def test_keys_are_switched_off_for_good(site, open_page):
    page = signed_in(site, open_page())
    page.goto(f"{site.address}/requests/{site.numbers[4]}")
    ready(page)
    page.locator("#keys summary").click()
    page.locator("#keys-on").uncheck()
    page.reload()
    ready(page)
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    expect(page.locator("fieldset.active")).to_have_count(0)
    assert kept(site, site.numbers[4]) == []
