"""The files a page links to: a fixed list, read at start, each with a tag of its content in its address."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from starlette.responses import Response

from features.errors import NotFoundError

KINDS = {
    "triage.css": "text/css",
    "review.css": "text/css",
    "triage.mjs": "text/javascript",
    "review.mjs": "text/javascript",
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """A file as sent. tag: changes whenever the content does."""

    body: bytes
    kind: str
    tag: str


@dataclass(frozen=True)
class Assets:
    """The files by name."""

    files: Mapping[str, Asset]

    @classmethod
    def read(cls) -> Assets:
        """Read the packaged files."""
        folder = resources.files("serving.pages").joinpath("static")
        return cls({name: _asset(folder.joinpath(name).read_bytes(), kind) for name, kind in KINDS.items()})

    def address(self, name: str) -> str:
        """Where a page finds a file."""
        return f"/static/{name}?v={self.files[name].tag}"

    def respond(self, name: str, tag: str) -> Response:
        """The file; kept for a year where it was asked for by its tag. Raises NotFoundError."""
        found = self.files.get(name)
        if found is None:
            raise NotFoundError(f"There is no file {name!r}.")
        keep = "public, max-age=31536000, immutable" if tag == found.tag else "no-cache"
        return Response(found.body, media_type=found.kind, headers={"Cache-Control": keep})


def _asset(body: bytes, kind: str) -> Asset:
    return Asset(body, kind, hashlib.sha256(body).hexdigest()[:12])
