"""What everybody needs of a page: words that can be read, boxes with names, nothing off the edge."""

from __future__ import annotations

from pathlib import Path

import pytest

from serving.access.roles import Role

LOOKS = (Path(__file__).parent / "looks.js").read_text("utf-8")


def paths(site) -> list[str]:
    return ["/queue", "/queue?grade=P3", f"/requests/{site.numbers[0]}", "/quality", "/models", "/quarantine"]


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh", 390)])
def test_every_page_can_be_read_and_used(site, open_page, language, width):
    page = open_page(language, width=width)
    page.goto(site.link(Role.LEAD, "lea"))
    for path in paths(site):
        page.goto(site.address + path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        for look in ("wide", "nameless", "double", "small"):
            assert not page.evaluate(f"{LOOKS}.{look}()"), (path, look)
        assert page.locator("h1").count() == 1, path
        assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(f"{LOOKS}.contrast()") == [], (path, scheme)


def test_the_keyboard_walks_the_page_in_reading_order(site, open_page):
    page = open_page()
    page.goto(site.link(Role.REVIEWER, "ann"))
    page.goto(f"{site.address}/requests/{site.numbers[0]}")
    walked: list[str] = []
    for _ in range(20):
        page.keyboard.press("Tab")
        walked.append(str(page.evaluate("document.activeElement.name || document.activeElement.className")))
    order = [walked.index(each) for each in ("skip", "letter-text", "do", "field.type", "field.urgency")]
    assert order == sorted(order)
