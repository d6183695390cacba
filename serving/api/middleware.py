"""What every request passes: a bound on the body, a bound on how many at once, headers, and a last net."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.problems import RETRY_SECONDS, fault, problem
from serving.api.root_path import route_path

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
"""Set unless the answer sets them itself."""
DRAINED = 8
"""How many times the bound is read of a body that is refused."""


class SecureHeaders:
    """Adds the headers that keep a browser from doing what nobody asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class LastNet:
    """Catches what nobody caught: a 500 with an id."""

    def __init__(self, app: ASGIApp, new_id: Callable[[], str]) -> None:
        self.app = app
        self.new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; answer a fault unless an answer has begun."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http":
                raise
            response = fault(error, new_id=self.new_id)
            if not begun:
                await response(scope, receive, send)


class BodyBound:
    """Refuses a body over so many bytes, by what it says of itself or as soon as it is seen.

    What comes after the bound is read and thrown away for a while: a caller still sending would not see
    the answer otherwise.
    """

    def __init__(self, app: ASGIApp, most: int, larger: Callable[[Scope], int | None]) -> None:
        self.app = app
        self.most = most
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, counting. What has a bound of its own (`larger`) is held to that."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.larger(scope) or self.most
        headers = Headers(scope=scope)
        said = headers.get("content-length", "0")
        if said.isdigit() and int(said[:20]) > most:
            if "expect" not in headers:
                await self._drain(receive, self.most * DRAINED)
            await problem(413, _told(most), headers={"Connection": "close"})(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                if message.get("more_body"):
                    await self._drain(receive, self.most * DRAINED)
                raise HTTPException(413, _told(most), headers={"Connection": "close"})
            return message

        await self.app(scope, counted, send)

    async def _drain(self, receive: Receive, most: int) -> None:
        more = True
        while more and most > 0:
            message = await receive()
            most -= len(message.get("body", b""))
            more = bool(message.get("more_body"))


def _told(most: int) -> str:
    return f"The body is over {most:,} bytes."


class Admission:
    """Counts who is with the model. Beyond the bound `/v1/triage` is refused, `/v1/requests` need not wait.

    It is one thread's counter: the event loop's.
    """

    COUNTED = frozenset({("POST", "/v1/triage"), ("POST", "/v1/requests")})

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] != "http" or (scope["method"], route_path(scope)) not in self.COUNTED:
            await self.app(scope, receive, send)
            return
        crowded = self.inside >= self.most
        if crowded and route_path(scope) == "/v1/triage":
            response = problem(
                503, "Too many requests at once; try again soon.", headers={"Retry-After": RETRY_SECONDS}
            )
            await response(scope, receive, send)
            return
        scope.setdefault("state", {})["crowded"] = crowded
        self.inside += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.inside -= 1
