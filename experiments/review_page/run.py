"""Ten reviews by a scripted person in Chromium, against a running service: keys and seconds.

The person takes the next request, confirms seven of ten as they are and corrects one field in each of three,
by keys alone, with a pause before each key. The service's own time is what passes from the last key of a
review until the next request can be judged.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

REVIEWS = 10
CORRECTED = frozenset({2, 5, 8})
"""Which of the ten are corrected, counted from 0."""


@dataclass(frozen=True)
class Measured:
    """One review. waited: seconds until the next request was there."""

    keys: int
    seconds: float
    waited: float


def main() -> int:
    """Review ten requests and print what it took."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("link", help="a one-time sign-in link of a reviewer, lead or admin")
    given.add_argument("--language", choices=("zh-CN", "en-US"), default="zh-CN")
    given.add_argument("--filters", default="samples=true", help="of the queue, as in its address")
    given.add_argument("--pause", type=float, default=0.25, help="seconds before each key")
    asked = given.parse_args()
    found = shutil.which("chromium")
    if found is None:
        print("There is no chromium on the PATH; on Debian: apt install chromium", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_context(locale=asked.language).new_page()
        page.goto(asked.link)
        address = urlsplit(asked.link)
        page.goto(f"{address.scheme}://{address.netloc}/queue?{asked.filters}")
        page.locator(".over button.main").click()
        page.locator("#review[data-ready]").wait_for()
        done = [_review(page, asked.pause, corrects=number in CORRECTED) for number in range(REVIEWS)]
        browser.close()
    _tell(done, asked.pause)
    return 0


def _review(page: Page, pause: float, *, corrects: bool) -> Measured:
    keys = [*_correction(page), "Enter"] if corrects else ["Enter"]
    began, before = time.perf_counter(), page.url
    for key in keys:
        time.sleep(pause)
        sent = time.perf_counter()
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)
    page.locator("#review[data-ready], .rows").first.wait_for()
    ended = time.perf_counter()
    return Measured(len(keys), ended - began, ended - sent)


def _correction(page: Page) -> list[str]:
    """The keys that pick another label of the last field than is picked."""
    field = page.locator("fieldset[data-field]").last
    picked = field.locator("input:checked").get_attribute("data-key")
    return [str(field.get_attribute("data-key")), "2" if picked == "1" else "1"]


def _tell(done: list[Measured], pause: float) -> None:
    waited = sorted(each.waited for each in done)
    print(f"reviews {len(done)}, of which corrected {len(CORRECTED)}")
    print(f"keys    {sum(each.keys for each in done)}")
    print(f"seconds {sum(each.seconds for each in done):.1f}, with a pause of {pause:g} s before each key")
    print(f"until the next request: median {statistics.median(waited):.2f} s, longest {waited[-1]:.2f} s")


if __name__ == "__main__":
    raise SystemExit(main())
