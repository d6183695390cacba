"""Who looks at a page: their session, their language, and whether a form is really theirs."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from features.errors import AccessError
from features.taxonomy import LANGUAGES
from serving.access.roles import Caller
from serving.access.sessions import SignIn, caller_of, session_of
from serving.services import Services
from serving.wording import choose_language

SESSION_COOKIE = "triage_session"
LANGUAGE_COOKIE = "triage_language"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Visitor:
    """A signed-in member of staff. csrf: what each of their forms carries. session_id: of this browser."""

    caller: Caller
    csrf: str
    session_id: str = ""


def visitor_of(request: Request, services: Services) -> Visitor | None:
    """Who is signed in, or None."""
    session = session_of(services, request.cookies.get(SESSION_COOKIE))
    if session is None:
        return None
    request.state.caller = caller_of(session)  # the log of calls tells it
    return Visitor(request.state.caller, session.csrf, session.id)


def require_visitor(request: Request, services: Services) -> Visitor:
    """Who is signed in. Raises AccessError, which the pages answer with the way to sign in."""
    visitor = visitor_of(request, services)
    if visitor is None:
        raise AccessError("Sign in first.", known=False)
    return visitor


def is_theirs(visitor: Visitor, token: str) -> bool:
    """Whether a form carries the token of this session."""
    return hmac.compare_digest(visitor.csrf.encode(), token.encode("utf-8", "surrogatepass"))


def require_same_origin(request: Request) -> None:
    """Refuse a form that another site sent. Raises AccessError.

    Every browser of the last years says where a form comes from: by Sec-Fetch-Site where the address is
    https or local, else by Origin. What says nothing is no browser, and holds no cookie that another site
    could make it send.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin") or request.headers.get("referer")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:
        ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not ours:
        raise AccessError("This form did not come from a page of this service.", known=True)


def root_of(request: Request) -> str:
    """The path under which a proxy serves this service, empty where it is all of a host."""
    root: str = request.scope.get("root_path", "")
    return root


def let_in(request: Request, response: Response, signed: SignIn, *, hours: float) -> None:
    """Give the browser its session: not for scripts, not for other sites' forms."""
    response.set_cookie(
        SESSION_COOKIE,
        signed.secret,
        max_age=int(hours * 3600),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path=root_of(request) or "/",
    )


def let_out(request: Request, response: Response) -> None:
    """Take the session from the browser."""
    path = root_of(request) or "/"
    response.delete_cookie(SESSION_COOKIE, path=path, httponly=True, samesite="lax")


def language_of(request: Request) -> str:
    """What they chose now or earlier, else what their browser asks for."""
    chosen = wished_language(request) or request.cookies.get(LANGUAGE_COOKIE)
    return choose_language(locale=chosen, accept=request.headers.get("accept-language"), detected="")


def wished_language(request: Request) -> str | None:
    """The language of the switch, where it was just used."""
    wish = request.query_params.get("lang")
    return wish if wish in LANGUAGES else None


def remember_language(request: Request, response: Response) -> None:
    """Keep what the switch was set to."""
    wish = wished_language(request)
    if wish is not None:
        secure = request.url.scheme == "https"
        path = root_of(request) or "/"
        response.set_cookie(
            LANGUAGE_COOKIE, wish, max_age=_YEAR, path=path, httponly=True, samesite="lax", secure=secure
        )
