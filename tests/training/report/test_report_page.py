"""The report is one file: whole in both languages, safe against what is in it, and in need of nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from features.taxonomy import infer
from tests.training.own_labels import dataset as own_dataset
from tests.training.own_labels import fitted
from tests.training.report_rows import answer, measured, reported
from training import report
from training.report.chapters import chapters
from training.report.wording import Say

PLAIN = {"alone", "beside", "reliability", "labels", "confusion", "slices", "mistakes"}


ASKING = ("src", "href", "xlink:href", "data", "action", "poster", "srcset")


class Seen(HTMLParser):
    """What a browser would see: identifiers, links, tags with what they ask for, and words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.asked: list[str] = []
        self.tags: set[str] = set()
        self.words = ""
        self.feed(words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        known = dict(attrs)
        self.ids += [known["id"]] if known.get("id") else []
        self.asked += [known[name] or "" for name in ASKING if name in known]

    def handle_data(self, data: str) -> None:
        self.words += data


def keys(contents: report.Contents, code: str) -> set[str]:
    """The sections of a field's chapter."""
    number = [each.field.code for each in contents.fields].index(code) + 1
    made = {each.key: each for each in chapters(contents, Say("en"), texts=True)}
    return {section.key for section in made[f"field-{number}"].sections}


def test_the_file_asks_for_nothing_outside_itself(html: str) -> None:
    seen = Seen(html)
    assert all(target.startswith("#") for target in seen.asked)
    assert not seen.tags & {"script", "link", "iframe", "object", "img", "form", "base"}
    assert not re.search(r"url\(|@import|@font-face", html)
    assert set(re.findall(r"https?://[^\"'\s<]+", html)) == {"http://www.w3.org/2000/svg"}


def test_every_anchor_is_there_once(html: str) -> None:
    seen = Seen(html)
    assert len(seen.ids) == len(set(seen.ids))
    assert {target[1:] for target in seen.asked} <= set(seen.ids)
    assert len(seen.asked) == 2 * 6  # four fields, the grades, how it was measured, in two languages


def test_both_languages_tell_the_same(contents: report.Contents) -> None:
    zh, en = (chapters(contents, Say(spoken), texts=True) for spoken in ("zh", "en"))
    for one, other in zip(zh, en, strict=True):
        assert [each.key for each in one.sections] == [each.key for each in other.sections]
        for mine, theirs in zip(one.sections, other.sections, strict=True):
            assert len(mine.sentences) == len(theirs.sentences)
            assert [len(each.rows) for each in mine.tables] == [len(each.rows) for each in theirs.tables]
            assert mine.title != theirs.title


def test_every_figure_has_a_sentence_beside_it(contents: report.Contents) -> None:
    for chapter in chapters(contents, Say("en"), texts=True):
        assert chapter.headline
        assert all(section.sentences for section in chapter.sections)


def test_charts_are_well_formed_and_named(html: str) -> None:
    charts = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(charts) == 2 * (4 * 4 + 1)
    for chart in charts:
        title = ElementTree.fromstring(chart).find("{http://www.w3.org/2000/svg}title")  # noqa: S314 - our own
        assert title is not None
        assert title.text


def test_a_plain_and_an_ordered_field_have_their_sections(contents: report.Contents) -> None:
    assert keys(contents, "type") == PLAIN
    assert keys(contents, "urgency") == PLAIN | {"order"}


def test_a_field_with_levels_has_a_section_on_them() -> None:
    rows, _ = own_dataset()
    made = reported(fitted(), rows.rows(range(0, len(rows), 5)), None)
    assert keys(made, "category") == PLAIN | {"levels"}
    assert report.page(made)
    assert made.grades is None
    assert made.first == "zh"


def test_a_field_of_one_label_is_told_of_like_others(contents: report.Contents) -> None:
    constant = measured(["a"] * 12, [answer("a", 0.9)] * 12, field=infer({"kind": ["a", "b"]}).field("kind"))
    words = Seen(report.page(replace(contents, fields=(constant,)))).words
    assert "There is no mistake in 12 requests." in words
    assert "All 12 are right." in words


def test_a_field_without_labels_is_left_out(hash_model, samples) -> None:
    rows = samples.rows(range(200, 260))
    without = replace(rows, labels={**rows.labels, "impact": (None,) * len(rows)})
    made = reported(hash_model, without, None)
    assert [each.field.code for each in made.fields] == ["type", "urgency", "difficulty"]
    assert "No request has labels of both urgency and impact" in Seen(report.page(made)).words


HOSTILE = "</svg><script>alert('x')</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"


@pytest.mark.parametrize("texts", [True, False])
def test_what_is_in_requests_and_labels_is_words_and_nothing_else(
    contents: report.Contents, texts: bool
) -> None:
    field = infer({"kind": [HOSTILE, "b"]}).field("kind")
    rows = measured(
        [HOSTILE, "b"] * 8,
        [answer("b", 0.9)] * 16,
        field=field,
        words=[HOSTILE] * 16,
        channels=[HOSTILE, None] * 8,
    )
    made = report.page(replace(contents, fields=(rows,)), texts=texts)
    seen = Seen(made)
    assert not seen.tags & {"script", "img"}
    assert "alert('x')" in seen.words
    assert "{{ 7 * 7 }}" in seen.words


def test_the_language_of_most_requests_comes_first(contents: report.Contents) -> None:
    for first in ("zh", "en"):
        made = report.page(replace(contents, first=first))
        assert f'<html lang="{first}">' in made
        assert re.search(rf'id="show-{first}" checked', made)
