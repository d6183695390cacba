"""Serving under a path of a host, such as /triage, behind a proxy that keeps the path or takes it off."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


def route_path(scope: Scope) -> str:
    """The path of a request inside this service."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


class RootPath:
    """Notes the path of the settings, so that what is answered leads there. root: `/triage`, or empty."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the whole path and the part of it that is not ours."""
        if self.root and scope["type"] == "http":
            path: str = scope["path"]
            kept = path == self.root or path.startswith(f"{self.root}/")
            whole = path if kept else self.root + path
            scope = {
                **scope,
                "root_path": self.root,
                "path": whole if whole != self.root else f"{self.root}/",
            }
        await self.app(scope, receive, send)
