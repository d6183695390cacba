"""The ways requests are brought to a service: one by one, many in a batch, many in a file."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping, Sequence

ACKNOWLEDGED = (200, 201, 202)
BOUNDARY = "a-line-that-is-in-no-file"
Receipts = Mapping[str, str]
"""External id -> the identifier that was acknowledged."""
Way = Callable[[http.client.HTTPConnection, str, Sequence[str]], tuple[int, Receipts]]
"""Sends requests of these external ids over a connection, by a key: the status, and the receipts."""


def words(name: str) -> str:
    """The text of the request of an external id."""
    return f"产线停产了 {name}"


def single(connection: http.client.HTTPConnection, key: str, names: Sequence[str]) -> tuple[int, Receipts]:
    """The one request."""
    (name,) = names
    body = json.dumps({"text": words(name), "source": "web", "external_id": name})
    status, found = _asked(connection, "/v1/requests", key, body.encode(), "application/json")
    return status, {name: str(found["id"])} if status in ACKNOWLEDGED else {}


def batch(connection: http.client.HTTPConnection, key: str, names: Sequence[str]) -> tuple[int, Receipts]:
    """All in one batch."""
    items = [{"text": words(name), "external_id": name} for name in names]
    body = json.dumps({"items": items}).encode()
    return _told(*_asked(connection, "/v1/requests:batch", key, body, "application/json"))


def upload(connection: http.client.HTTPConnection, key: str, names: Sequence[str]) -> tuple[int, Receipts]:
    """All in one csv file."""
    rows = "\r\n".join(["external_id,text", *(f"{name},{words(name)}" for name in names)])
    disposition = 'Content-Disposition: form-data; name="file"; filename="export.csv"'
    body = f"--{BOUNDARY}\r\n{disposition}\r\nContent-Type: text/csv\r\n\r\n{rows}\r\n--{BOUNDARY}--\r\n"
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return _told(*_asked(connection, "/v1/requests:upload", key, body.encode(), kind))


def _told(status: int, found: Mapping[str, object]) -> tuple[int, Receipts]:
    items = found.get("items")
    lines = items if isinstance(items, list) else []
    return status, {each["external_id"]: each["id"] for each in lines if each["status"] in ACKNOWLEDGED}


def _asked(
    connection: http.client.HTTPConnection, path: str, key: str, body: bytes, kind: str
) -> tuple[int, Mapping[str, object]]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read() or b"{}")
