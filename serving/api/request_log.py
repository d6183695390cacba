"""The outermost part of every call: its identifier, one line in the log, and what is counted of it.

The line tells the route's template, never the address: that may hold words of a request, or a secret.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.logs import FIELDS, REQUEST_ID
from serving.metrics import Metrics

log = logging.getLogger("serving.access_log")
HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
UNKNOWN = "-"
"""Stands for a route or a caller that there is none of."""
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that are asked every few seconds by machines: logged only where the answer is a fault."""


class RequestLog:
    """Gives each call an identifier, logs it once it was answered, and counts it.

    seconds: a clock that never goes back. The identifier of the caller is kept where it is up to 100
    letters, digits and `._:-`, since anything else could forge a line or carry words.
    """

    def __init__(
        self, app: ASGIApp, new_id: Callable[[], str], seconds: Callable[[], float], metrics: Metrics
    ) -> None:
        self.app = app
        self.new_id = new_id
        self.seconds = seconds
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the identifier; then log and count."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number, begun, status = self._number(scope), self.seconds(), 500
        scope.setdefault("state", {})

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        set_before = REQUEST_ID.set(number)
        self.metrics.call_began()
        try:
            await self.app(scope, receive, noted)
        finally:
            self._tell(scope, status, self.seconds() - begun)
            REQUEST_ID.reset(set_before)

    def _number(self, scope: Scope) -> str:
        given = Headers(scope=scope).get(HEADER, "")
        return given if _SANE.fullmatch(given) else self.new_id()

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", UNKNOWN)
        method = scope["method"] if scope["method"] in METHODS else UNKNOWN
        self.metrics.call_ended(method=method, route=route, status=status, seconds=seconds)
        if route in QUIET and status < 500:
            return
        caller = getattr(scope["state"].get("caller"), "name", UNKNOWN)
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "caller": caller,
        }
        log.info("answered", extra={FIELDS: fields})


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those that are told by name; a caller may send any word as a method."""
