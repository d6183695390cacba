"""Templates to answers: what every page is given, and the headers that every page carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from starlette.requests import Request
from starlette.responses import HTMLResponse

from features.taxonomy import LANGUAGES
from serving.access.roles import RULES
from serving.api.problems import RETRY_SECONDS
from serving.pages.assets import Assets
from serving.pages.visitors import Visitor, language_of, remember_language, root_of
from serving.pages.words import Reader, read_phrases
from serving.services import Services
from serving.wording import Wording, first_upper

REPORTS = RULES["GET", "/v1/reports/fairness"]
"""Who may read reports may see their pages."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Without it a browser would send `Origin: null` with our own forms, and they could not be told apart.
    "Referrer-Policy": "same-origin",
}


class Flat(Extension):
    """Takes the indentation out of templates, not out of what they show: a tenth of a page's weight."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - jinja2 gives them
        """The template without leading blanks."""
        return re.sub(r"^ +", "", source, flags=re.MULTILINE)


@dataclass(frozen=True)
class Pages:
    """Templates, words and files, read once."""

    templates: Environment
    phrases: Wording
    assets: Assets

    @classmethod
    def read(cls) -> Pages:
        """Read what is packaged."""
        templates = Environment(
            loader=PackageLoader("serving.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=[Flat],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        templates.filters["first_upper"] = first_upper
        return cls(templates, read_phrases(), Assets.read())


def pages_of(request: Request) -> Pages:
    """What the app was given when the pages were mounted."""
    pages: Pages = request.app.state.pages
    return pages


def reader_of(request: Request, services: Services) -> Reader:
    """Who reads this page, and in which language."""
    return Reader(language=language_of(request), phrases=pages_of(request).phrases, services=services)


def respond(
    request: Request,
    reader: Reader,
    template: str,
    *,
    visitor: Visitor | None = None,
    status: int = 200,
    kept: Sequence[tuple[str, str]] = (),
    **values: object,
) -> HTMLResponse:
    """A page of a template. kept: what its address says, which stays when the language is switched."""
    pages, model = pages_of(request), reader.services.engine.model
    made = pages.templates.get_template(template).render(
        reader=reader,
        say=reader.say,
        root=root_of(request),
        here=request.url.path.removeprefix(root_of(request)),
        asset=lambda name: root_of(request) + pages.assets.address(name),
        visitor=visitor,
        languages=[each for each in LANGUAGES if each != reader.language],
        model=reader.model(None if model is None else model.reference),
        status=status,
        switch=lambda language: "?" + urlencode([*kept, ("lang", language)]),
        may_read_reports=visitor is not None and REPORTS.allows(visitor.caller),
        **values,
    )
    response = HTMLResponse(made, status, headers=HEADERS | {"Content-Language": reader.language})
    if status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    remember_language(request, response)
    return response
