"""The routes whose bodies may be larger than others: a mail with what is attached, a batch, a file."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Scope

from serving.api.root_path import route_path
from serving.settings import Settings

MAIL = "message/rfc822"


def bodies_of(settings: Settings) -> Callable[[Scope], int | None]:
    """Tells the largest body of a request in bytes; None where it is that of all."""
    own = {
        "/v1/requests:batch": settings.batch_bytes,
        "/v1/requests:upload": settings.upload_bytes,
    }

    def bound(scope: Scope) -> int | None:
        if scope["method"] != "POST":
            return None
        path = route_path(scope)
        if path == "/v1/requests" and is_mail(scope):
            return settings.mail_bytes
        return own.get(path)

    return bound


def is_mail(scope: Scope) -> bool:
    """Whether a request says that its body is a mail."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0]
    return kind.strip().lower() == MAIL
