"""The report as one file: HTML that needs no script, no net and no other file, in both languages."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from features.taxonomy import LANGUAGES
from training.report.chapters import chapters
from training.report.contents import Contents
from training.report.wording import Say


def page(contents: Contents, *, texts: bool = True) -> str:
    """The whole file. texts: whether mistakes quote the requests, without personal data and cut.

    The language that most of the requests are in is shown first; the other is one click away.
    """
    given = [
        {"language": spoken, "say": Say(spoken), "chapters": chapters(contents, Say(spoken), texts=texts)}
        for spoken in LANGUAGES
    ]
    return _templates().get_template("report.html.jinja").render(first=contents.first, pages=given)


def standalone(svg: Markup) -> str:
    """A chart as a file of its own, with its colours in it."""
    style = _templates().get_template("chart.css.jinja").render()
    head, _, _ = svg.rpartition("</svg>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<style>{style}</style></svg>\n'


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("training.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
